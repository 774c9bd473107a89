package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.jshell.JavaShell;
import dev.mlxmtp.kernel.maven.MavenLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds libraries with all that they need. */
@Command(
    name = "maven",
    description = MavenMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class MavenMagic implements Magic {
  static final String SUMMARY = "Fetch libraries for the Java cells";

  @Parameters(
      paramLabel = "GROUP:ARTIFACT:VERSION",
      arity = "1..*",
      description = "From Maven Central, or wherever ~/.m2/settings.xml says.")
  private List<String> coordinates = new ArrayList<>();

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    JavaShell shell = workspace.java().shell();
    ProgressLine progress = new ProgressLine(workspace.screen());
    List<String> asked =
        coordinates.stream().flatMap(c -> Stream.of(c.strip().split("\\s+"))).toList();
    List<Path> jars = new MavenLibraries(line -> progress.update(() -> line)).resolve(asked);
    jars.forEach(shell::addToClassPath);
    workspace
        .screen()
        .note(
            "added "
                + jars.stream()
                    .map(jar -> jar.getFileName().toString())
                    .collect(Collectors.joining(", ")),
            Tone.NOTE);
    return Outcome.DONE;
  }
}
