package dev.mlxmtp.kernel.magic;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands there are, by name. picocli reads only the one that is asked for, which keeps a
 * shell command's start short.
 */
public final class MagicRegistry {

  /** Who calls a command, which its help and its complaints name it after. */
  public enum Caller {
    SHELL("./mtp "),
    REPL("%");

    private final String prefix;

    Caller(String prefix) {
      this.prefix = prefix;
    }

    /** A command as this caller writes it. */
    public String write(String name) {
      return prefix + name;
    }
  }

  private record Entry(String name, String summary, Supplier<Magic> maker) {}

  private final Map<String, Entry> entries;
  private final Caller caller;

  public MagicRegistry(Caller caller) {
    this.caller = caller;
    Stream<Entry> all =
        Stream.of(
            new Entry("generate", GenerateMagic.SUMMARY, GenerateMagic::new),
            new Entry("chat", ChatMagic.SUMMARY, ChatMagic::new),
            new Entry("load", LoadMagic.SUMMARY, LoadMagic::new),
            new Entry("quantize", QuantizeMagic.SUMMARY, QuantizeMagic::new),
            new Entry("info", InfoMagic.SUMMARY, InfoMagic::new),
            new Entry("help", HelpMagic.SUMMARY, () -> new HelpMagic(this)));
    this.entries =
        all.collect(Collectors.toMap(Entry::name, entry -> entry, (a, b) -> a, LinkedHashMap::new));
  }

  /** Who calls. */
  public Caller caller() {
    return caller;
  }

  /** The names, in the order in which help lists them. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** What a command is for, in a few words. */
  public String summary(String name) {
    return entry(name).summary();
  }

  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * A fresh command with picocli's view of it.
   *
   * @throws MagicException where there is none of this name; it names the nearest
   */
  public CommandLine commandLine(String name) {
    return new CommandLine(entry(name).maker().get())
        .setCommandName(caller.write(name))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(96);
  }

  /** The options and parameters of a command. */
  public CommandSpec spec(String name) {
    return commandLine(name).getCommandSpec();
  }

  /**
   * Sets a command's options.
   *
   * @throws MagicException where an argument is wrong, in one sentence
   */
  public Magic parse(String name, List<String> arguments) {
    CommandLine commandLine = commandLine(name);
    try {
      commandLine.parseArgs(arguments.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new MagicException(UsageError.sentence(e), e);
    }
    if (commandLine.isUsageHelpRequested()) {
      return new UsageMagic(commandLine);
    }
    return commandLine.getCommand();
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new MagicException(unknown(name));
    }
    return entry;
  }

  private String unknown(String name) {
    List<String> near = Nearest.to(name, names()).stream().map(caller::write).toList();
    return "There is no command `"
        + caller.write(name)
        + "`"
        + Nearest.hint(near)
        + "; see `"
        + caller.write("help")
        + "`.";
  }
}
