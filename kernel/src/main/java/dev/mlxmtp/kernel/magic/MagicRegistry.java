package dev.mlxmtp.kernel.magic;

import java.util.ArrayList;
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

  /**
   * A command.
   *
   * @param shell it is of use where nothing stays between commands
   */
  public record Entry(String name, String summary, boolean shell, Supplier<Magic> maker) {}

  private final Map<String, Entry> entries;
  private final Caller caller;

  public MagicRegistry(Caller caller) {
    this(caller, List.of());
  }

  /**
   * @param more commands beside those that all front ends have
   */
  public MagicRegistry(Caller caller, List<Entry> more) {
    this.caller = caller;
    this.entries =
        Stream.concat(all(), more.stream())
            .filter(entry -> entry.shell || caller != Caller.SHELL)
            .collect(
                Collectors.toMap(Entry::name, entry -> entry, (a, b) -> a, LinkedHashMap::new));
  }

  private Stream<Entry> all() {
    return Stream.of(
        everywhere("generate", GenerateMagic.SUMMARY, GenerateMagic::new),
        everywhere("chat", ChatMagic.SUMMARY, ChatMagic::new),
        resident("java", JavaMagic.SUMMARY, JavaMagic::new),
        everywhere("compare", CompareMagic.SUMMARY, CompareMagic::new),
        everywhere("bench", BenchMagic.SUMMARY, BenchMagic::new),
        everywhere("acceptance", AcceptanceMagic.SUMMARY, AcceptanceMagic::new),
        everywhere("tokens", TokensMagic.SUMMARY, TokensMagic::new),
        resident("set", SetMagic.SUMMARY, SetMagic::new),
        everywhere("load", LoadMagic.SUMMARY, LoadMagic::new),
        resident("unload", UnloadMagic.SUMMARY, UnloadMagic::new),
        everywhere("quantize", QuantizeMagic.SUMMARY, QuantizeMagic::new),
        everywhere("info", InfoMagic.SUMMARY, InfoMagic::new),
        resident("mem", MemMagic.SUMMARY, MemMagic::new),
        resident("save", SaveMagic.SUMMARY, SaveMagic::new),
        resident("restore", RestoreMagic.SUMMARY, RestoreMagic::new),
        resident("maven", MavenMagic.SUMMARY, MavenMagic::new),
        resident("jars", JarsMagic.SUMMARY, JarsMagic::new),
        resident("vars", VarsMagic.SUMMARY, VarsMagic::new),
        resident("imports", ImportsMagic.SUMMARY, ImportsMagic::new),
        resident("timeit", TimeitMagic.SUMMARY, TimeitMagic::new),
        resident("history", HistoryMagic.SUMMARY, HistoryMagic::new),
        everywhere("help", HelpMagic.SUMMARY, () -> new HelpMagic(this)));
  }

  private static Entry everywhere(String name, String summary, Supplier<Magic> maker) {
    return new Entry(name, summary, true, maker);
  }

  // Of use only where something stays between commands.
  private static Entry resident(String name, String summary, Supplier<Magic> maker) {
    return new Entry(name, summary, false, maker);
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
   * @param settings what the user set for options that the arguments leave open
   * @throws MagicException where an argument is wrong, in one sentence
   */
  public Magic parse(String name, List<String> arguments, Settings settings) {
    CommandLine commandLine = commandLine(name);
    List<String> words = new ArrayList<>(settings.before(arguments, commandLine.getCommandSpec()));
    words.addAll(arguments);
    try {
      commandLine.parseArgs(words.toArray(String[]::new));
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
