package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.AnswerStyle.Drafts;
import dev.mlxmtp.kernel.display.AnswerStyle.Thinking;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the user set for the commands to come: how answers and errors are shown, and defaults for
 * the options of generating commands. One thread.
 */
public final class Settings {
  static final String SHOW = "show";
  static final String THINKING = "thinking";
  static final String ERRORS = "errors";

  /** How failures are told. */
  public enum Errors {
    /** In one sentence. */
    SHORT,
    /** With everything that is known behind it. */
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  // Either of these says who drafts.
  private static final List<String> DRAFTERS = List.of("draft", "mtp");

  private final SortedMap<String, String> defaults = new TreeMap<>();
  private AnswerStyle style = AnswerStyle.standard();
  private Errors errors = Errors.SHORT;

  /** How answers are shown. */
  public AnswerStyle style() {
    return style;
  }

  /** How failures are told. */
  public Errors errors() {
    return errors;
  }

  /** The names of what is set about showing, each with its possible values. */
  static Map<String, List<String>> choices() {
    Map<String, List<String>> choices = new LinkedHashMap<>();
    choices.put(SHOW, names(Drafts.values()));
    choices.put(THINKING, names(Thinking.values()));
    choices.put(ERRORS, names(Errors.values()));
    return choices;
  }

  private static List<String> names(Object[] values) {
    return Arrays.stream(values).map(Object::toString).toList();
  }

  /** What is set about showing, by name. */
  Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put(SHOW, style.drafts().toString());
    shown.put(THINKING, style.thinking().toString());
    shown.put(ERRORS, errors.toString());
    return shown;
  }

  /** The defaults that were set, by the options' names without dashes. */
  SortedMap<String, String> defaults() {
    return new TreeMap<>(defaults);
  }

  /**
   * Sets how something is shown.
   *
   * @param name one of {@link #choices}
   * @throws MagicException where the value is none of the choices
   */
  void show(String name, String value) {
    List<String> values = choices().get(name);
    if (!values.contains(value)) {
      throw new MagicException(
          "`" + name + "` takes " + String.join(" or ", values) + ", not `" + value + "`.");
    }
    String constant = value.toUpperCase(Locale.ROOT);
    switch (name) {
      case SHOW -> style = new AnswerStyle(Drafts.valueOf(constant), style.thinking());
      case THINKING -> style = new AnswerStyle(style.drafts(), Thinking.valueOf(constant));
      default -> errors = Errors.valueOf(constant);
    }
  }

  /** Sets an option's default. */
  void setDefault(String option, String value) {
    defaults.put(option, value);
  }

  /** Gives an option its own default back. */
  void clear(String option) {
    defaults.remove(option);
  }

  /** Forgets everything. */
  void reset() {
    defaults.clear();
    style = AnswerStyle.standard();
    errors = Errors.SHORT;
  }

  /**
   * Gives options that a command's line does not name what was set for them.
   *
   * @param words of the line
   */
  IDefaultValueProvider over(Collection<String> words) {
    List<String> named = words.stream().map(w -> w.replaceFirst("=.*", "")).toList();
    boolean drafterNamed = DRAFTERS.stream().anyMatch(d -> named.contains("--" + d));
    return argument ->
        option(argument)
            .filter(name -> !(drafterNamed && DRAFTERS.contains(name)))
            .map(defaults::get)
            .orElse(null);
  }

  private static Optional<String> option(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? Optional.of(option.longestName().replaceFirst("^--", ""))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return defaults.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }
}
