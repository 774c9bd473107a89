package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.AnswerStyle.Drafts;
import dev.mlxmtp.kernel.display.AnswerStyle.Thinking;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
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

  private static final String END_OF_OPTIONS = "--";

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
   * The options to put before a command's arguments for what was set: those that the command has
   * with one value, and the arguments do not name.
   *
   * @param arguments of the command
   */
  List<String> before(List<String> arguments, CommandSpec spec) {
    int end = arguments.indexOf(END_OF_OPTIONS);
    Set<String> named =
        arguments.subList(0, end < 0 ? arguments.size() : end).stream()
            .map(word -> word.replaceFirst("=.*", "").replaceFirst("^--(no-)?", ""))
            .collect(Collectors.toSet());
    boolean drafterNamed = DRAFTERS.stream().anyMatch(named::contains);
    return defaults.entrySet().stream()
        .filter(set -> isSingle(spec.findOption("--" + set.getKey())))
        .filter(set -> !named.contains(set.getKey()))
        .filter(set -> !(drafterNamed && DRAFTERS.contains(set.getKey())))
        .map(set -> option(set.getKey(), set.getValue()))
        .toList();
  }

  // What lists several drafters compares them, and would not with one in their place.
  private static boolean isSingle(OptionSpec option) {
    return option != null && option.splitRegex().isEmpty();
  }

  /** An option with its value as one word; a switch that is off by its negated name. */
  static String option(String name, String value) {
    return switch (value) {
      case "true" -> "--" + name;
      case "false" -> "--no-" + name;
      default -> "--" + name + "=" + value;
    };
  }
}
