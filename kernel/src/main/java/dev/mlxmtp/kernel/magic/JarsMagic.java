package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Tone;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds jars. */
@Command(
    name = "jars",
    description = JarsMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class JarsMagic implements Magic {
  static final String SUMMARY = "Put jars on the class path of the Java cells";

  @Parameters(
      paramLabel = "FILE|PATTERN",
      arity = "1..*",
      description = "Jars or folders of classes; * and ** as in a shell.")
  private List<String> patterns = new ArrayList<>();

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    List<Path> jars = patterns.stream().flatMap(p -> matching(p).stream()).distinct().toList();
    jars.forEach(workspace.java().shell()::addToClassPath);
    jars.forEach(jar -> workspace.screen().note("added " + jar, Tone.NOTE));
    return Outcome.DONE;
  }

  private static List<Path> matching(String pattern) {
    Path plain = Path.of(pattern);
    if (Files.exists(plain)) {
      return List.of(plain);
    }
    int firstWild = pattern.split("[*?{\\[]", 2)[0].lastIndexOf('/');
    Path start = Path.of(firstWild < 0 ? "" : pattern.substring(0, firstWild + 1));
    PathMatcher matcher =
        FileSystems.getDefault()
            .getPathMatcher("glob:" + start.resolve(pattern.substring(firstWild + 1)));
    try (Stream<Path> files = Files.walk(start)) {
      List<Path> found = files.filter(matcher::matches).sorted().toList();
      if (found.isEmpty()) {
        throw new MagicException("No file matches `" + pattern + "`.");
      }
      return found;
    } catch (IOException e) {
      throw new MagicException("There is no folder " + start + " to look in.", e);
    }
  }
}
