package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.Table;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Settings for the commands to come. */
@Command(
    name = "set",
    description = SetMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class SetMagic implements Magic {
  static final String SUMMARY = "Set how answers are shown, and defaults for generating";

  @Parameters(
      paramLabel = "NAME=VALUE",
      arity = "0..*",
      description =
          "show=accepted|rejected|off, thinking=show|hide, errors=short|full, or an option of"
              + " %%generate, such as mtp=3 or temperature=0.7; NAME= gives an option its own default"
              + " back. Without any: show what is set.")
  private List<String> pairs = new ArrayList<>();

  @Option(names = "--reset", description = "Forget everything that was set.")
  private boolean reset;

  @Mixin private HelpOption help = new HelpOption();

  /** The options whose default can be set, by name without dashes. */
  static TreeMap<String, OptionSpec> settable() {
    TreeMap<String, OptionSpec> settable = new TreeMap<>();
    new CommandLine(new Trial())
        .getCommandSpec().options().stream()
            .filter(option -> !option.isMultiValue())
            .forEach(o -> settable.put(o.longestName().replaceFirst("^--", ""), o));
    return settable;
  }

  /** What may be written behind it: each choice, and each option up to its value. */
  public static List<String> completions() {
    List<String> completions = new ArrayList<>();
    Settings.choices()
        .forEach((name, values) -> values.forEach(v -> completions.add(name + "=" + v)));
    settable().keySet().forEach(name -> completions.add(name + "="));
    return completions;
  }

  /** Carries the options alone, to let picocli judge a value. */
  @Command(name = "set")
  private static final class Trial {
    @Mixin private GenerationArguments generation = new GenerationArguments();
  }

  @Override
  public Outcome run(Workspace workspace) {
    Settings settings = workspace.settings();
    if (reset) {
      settings.reset();
    }
    pairs.stream().flatMap(p -> List.of(p.split("\\s+")).stream()).forEach(p -> set(settings, p));
    if (pairs.isEmpty()) {
      Table table = new Table();
      settings.shown().forEach(table::row);
      settings.defaults().forEach(table::row);
      workspace.screen().show(table);
    } else {
      workspace.screen().note(echo(settings), Tone.NOTE);
    }
    return Outcome.DONE;
  }

  private static String echo(Settings settings) {
    List<String> set = new ArrayList<>();
    settings.shown().forEach((name, value) -> set.add(name + "=" + value));
    settings.defaults().forEach((name, value) -> set.add(name + "=" + value));
    return String.join(" ", set);
  }

  private static void set(Settings settings, String pair) {
    int equals = pair.indexOf('=');
    if (equals < 0) {
      throw new MagicException(
          "`" + pair + "` sets nothing; write NAME=VALUE, for example " + pair + "=… .");
    }
    String name = pair.substring(0, equals).replaceFirst("^--", "");
    String value = pair.substring(equals + 1);
    if (Settings.choices().containsKey(name)) {
      settings.show(name, value);
      return;
    }
    OptionSpec option =
        Optional.ofNullable(settable().get(name))
            .orElseThrow(() -> new MagicException(unknown(name)));
    if (value.isEmpty()) {
      settings.clear(name);
      return;
    }
    check(option, value);
    settings.setDefault(name, value);
  }

  private static void check(OptionSpec option, String value) {
    Trial trial = new Trial();
    CommandLine commandLine = new CommandLine(trial);
    try {
      commandLine.parseArgs(Settings.option(option.longestName().substring(2), value));
    } catch (CommandLine.ParameterException e) {
      throw new MagicException(UsageError.sentence(e).replaceFirst("; see `.*", "."), e);
    }
    trial.generation.request(Prompt.user(""), SamplingOptions.greedy());
  }

  private static String unknown(String name) {
    List<String> names = new ArrayList<>(Settings.choices().keySet());
    names.addAll(settable().keySet());
    return "There is no setting `"
        + name
        + "`"
        + Nearest.hint(Nearest.to(name, names))
        + "; there are "
        + String.join(", ", names)
        + ".";
  }
}
