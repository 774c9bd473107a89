package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.MagicRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jline.builtins.Completers.DirectoriesCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completes commands, their options, the options' values, and the folders of models. */
final class MagicCompleter implements Completer {
  private static final String SIGN = "%";
  private static final String HELP = SIGN + "help";
  private static final String LOAD = SIGN + "load";
  private static final String MODEL = "--model";

  private final MagicRegistry registry;
  private final Completer folders;

  /**
   * @param folder from which folders are named
   */
  MagicCompleter(MagicRegistry registry, Path folder) {
    this.registry = registry;
    this.folders = new DirectoriesCompleter(folder);
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> words = line.words();
    String word = line.word();
    if (words.isEmpty() || !words.getFirst().startsWith(SIGN)) {
      return;
    }
    if (line.wordIndex() == 0) {
      registry.names().stream()
          .map(name -> candidate(SIGN + name, registry.summary(name), true))
          .forEach(candidates::add);
      return;
    }
    String name = words.getFirst().substring(SIGN.length());
    if (!registry.contains(name)) {
      return;
    }
    String previous = words.get(line.wordIndex() - 1);
    CommandSpec spec = registry.spec(name);
    if (words.getFirst().equals(HELP)) {
      registry.names().stream()
          .map(n -> candidate(n, registry.summary(n), true))
          .forEach(candidates::add);
    } else if (previous.equals(MODEL) || words.getFirst().equals(LOAD) && !word.startsWith("-")) {
      folders.complete(reader, line, candidates);
    } else if (hasValues(spec, previous)) {
      values(spec.findOption(previous))
          .map(value -> candidate(value, "", true))
          .forEach(candidates::add);
    } else if (word.startsWith("-")) {
      spec.options().stream().flatMap(MagicCompleter::ways).forEach(candidates::add);
    }
  }

  private static boolean hasValues(CommandSpec spec, String option) {
    OptionSpec found = spec.findOption(option);
    return found != null && found.arity().min() > 0 && values(found).findAny().isPresent();
  }

  private static Stream<String> values(ArgSpec option) {
    return option.completionCandidates() == null
        ? Stream.empty()
        : StreamSupport.stream(option.completionCandidates().spliterator(), false);
  }

  // An option with its name, and also with each value that may only follow `=`.
  private static Stream<Candidate> ways(OptionSpec option) {
    String about = option.description().length == 0 ? "" : firstSentence(option.description()[0]);
    String name = option.longestName();
    Stream<Candidate> alone = Stream.of(candidate(name, about, true));
    Stream<Candidate> negated =
        option.negatable()
            ? Stream.of(candidate(name.replaceFirst("^--", "--no-"), "", true))
            : Stream.empty();
    Stream<Candidate> attached =
        option.arity().min() == 0 && option.arity().max() == 1
            ? Stream.of(candidate(name + "=", about, false))
            : Stream.empty();
    return Stream.of(alone, negated, attached).flatMap(s -> s);
  }

  private static String firstSentence(String text) {
    return text.replaceFirst("(?s)[.:;] .*", "").replaceFirst("\\.$", "");
  }

  private static Candidate candidate(String value, String about, boolean complete) {
    return new Candidate(value, value, null, about.isEmpty() ? null : about, null, null, complete);
  }
}
