package dev.mlxmtp.kernel.maven;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.runtime.standalonestatic.StandaloneStaticRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuilder;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.building.SettingsBuildingRequest;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * Finds libraries with all that they need at run time, as Maven would: in the user's local
 * repository, or else in Maven Central or the mirrors that the user's {@code settings.xml} names,
 * through its proxies.
 */
public final class MavenLibraries {
  private static final String JAR = "jar";

  private final Consumer<String> progress;
  private final ContextOverrides overrides;

  /**
   * @param progress is told, on the thread that resolves, of each file that is downloaded
   */
  public MavenLibraries(Consumer<String> progress) {
    this(progress, ContextOverrides.create().withUserSettings(true).build());
  }

  /** With settings from elsewhere. */
  MavenLibraries(Consumer<String> progress, ContextOverrides overrides) {
    this.progress = progress;
    this.overrides = overrides;
  }

  /**
   * Downloads what is not there yet. An interrupt ends the wait.
   *
   * @param coordinates each {@code group:artifact[:packaging[:classifier]]:version}
   * @return the jars, those asked for before those they need, of each library one version
   * @throws LibraryException where one cannot be had
   */
  public List<Path> resolve(List<String> coordinates) {
    List<Artifact> wanted = coordinates.stream().map(MavenLibraries::artifact).toList();
    // The resolver tells of its progress from several threads; an absent line is the end.
    BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    FutureTask<List<Path>> task =
        new FutureTask<>(
            () -> {
              try {
                return download(wanted, line -> lines.add(Optional.of(line)));
              } finally {
                lines.add(Optional.empty());
              }
            });
    Thread.ofVirtual().start(task);
    try {
      Optional<String> line = lines.take();
      while (line.isPresent()) {
        progress.accept(line.get());
        line = lines.take();
      }
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new LibraryException("The download was interrupted; what had arrived is kept.", e);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RepositoryException why -> ResolutionFailure.of(coordinates, why);
        case RuntimeException why -> ResolutionFailure.of(why);
        case Throwable why -> new LibraryException("Libraries can't be resolved.", why);
      };
    }
  }

  private static Artifact artifact(String coordinate) {
    try {
      return new DefaultArtifact(coordinate.strip());
    } catch (IllegalArgumentException e) {
      throw new LibraryException(
          "`"
              + coordinate
              + "` is no Maven coordinate; write group:artifact:version, such as"
              + " org.apache.commons:commons-lang3:3.17.0.",
          e);
    }
  }

  private List<Path> download(List<Artifact> wanted, Consumer<String> lines)
      throws RepositoryException {
    ContextOverrides listening =
        overrides.toBuilder().transferListener(new DownloadLines(lines)).build();
    try (Context context = new StandaloneStaticRuntime().create(listening)) {
      CollectRequest collect =
          new CollectRequest(
              wanted.stream().map(a -> new Dependency(a, JavaScopes.RUNTIME)).toList(),
              List.of(),
              context.remoteRepositories());
      DependencyRequest request =
          new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
      return context
          .repositorySystem()
          .resolveDependencies(session(context), request)
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .filter(artifact -> artifact.getExtension().equals(JAR))
          .map(artifact -> artifact.getFile().toPath())
          .distinct()
          .toList();
    }
  }

  // MIMA takes mirrors, proxies, credentials and the local repository from the settings, but not
  // whether Maven is offline.
  private static RepositorySystemSession session(Context context) {
    DefaultRepositorySystemSession session =
        new DefaultRepositorySystemSession(context.repositorySystemSession());
    SettingsBuildingRequest request =
        new DefaultSettingsBuildingRequest()
            .setUserSettingsFile(context.mavenUserHome().settingsXml().toFile());
    try {
      SettingsBuilder builder = new DefaultSettingsBuilderFactory().newInstance();
      session.setOffline(builder.build(request).getEffectiveSettings().isOffline());
    } catch (SettingsBuildingException e) {
      throw new IllegalStateException(e);
    }
    return session;
  }
}
