package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.MagicRegistry;
import java.util.List;
import org.jline.builtins.Completers.FileNameCompleter;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Completes the names of magics, their options, and folders behind {@code %load}. */
final class MagicCompleter implements Completer {
  private final MagicRegistry registry;
  private final Completer files = new FileNameCompleter();

  MagicCompleter(MagicRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String first = line.words().isEmpty() ? "" : line.words().getFirst();
    if (!first.startsWith("%") && !(line.wordIndex() == 0 && first.isEmpty())) {
      return;
    }
    if (line.wordIndex() == 0) {
      registry
          .names()
          .forEach(name -> candidates.add(candidate("%" + name, registry.description(name), true)));
      return;
    }
    String name = first.substring(1);
    if (!registry.names().contains(name)) {
      return;
    }
    if (line.word().startsWith("-")) {
      CommandSpec command = registry.command(name).getCommandSpec();
      for (OptionSpec option : command.options()) {
        String text = option.longestName() + (option.longestName().equals("--mtp") ? "=" : "");
        candidates.add(
            candidate(text, String.join(" ", option.description()), !text.endsWith("=")));
      }
    } else if (name.equals("load")) {
      files.complete(reader, line, candidates);
    } else if (name.equals("help")) {
      registry
          .names()
          .forEach(topic -> candidates.add(candidate(topic, registry.description(topic), true)));
    }
  }

  private static Candidate candidate(String text, String description, boolean complete) {
    return new Candidate(text, text, null, description, null, null, complete);
  }
}
