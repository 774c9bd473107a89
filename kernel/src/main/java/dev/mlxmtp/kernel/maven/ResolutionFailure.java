package dev.mlxmtp.kernel.maven;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ArtifactTransferException;
import org.eclipse.aether.transfer.RepositoryOfflineException;

/** Says in a sentence what the resolver says in chains of exceptions. */
final class ResolutionFailure {
  private ResolutionFailure() {}

  static LibraryException of(List<String> coordinates, RepositoryException thrown) {
    List<Throwable> chain = chain(thrown);
    Optional<ArtifactTransferException> transfer = first(chain, ArtifactTransferException.class);
    String sentence =
        transfer
            .map(e -> sentence(e, first(chain, RepositoryOfflineException.class).isPresent()))
            .orElseGet(
                () ->
                    "`"
                        + String.join("`, `", coordinates)
                        + "` can't be resolved: "
                        + line(thrown)
                        + ".");
    return new LibraryException(sentence, thrown);
  }

  /** Of what fails before anything is looked for: the settings. */
  static LibraryException of(RuntimeException thrown) {
    return new LibraryException("Libraries can't be resolved: " + line(root(thrown)) + ".", thrown);
  }

  private static String sentence(ArtifactTransferException e, boolean offline) {
    String name = "`" + name(e.getArtifact()) + "`";
    if (offline) {
      return name
          + " is not in the local repository, and Maven is offline by its settings; set"
          + " <offline> to false in settings.xml.";
    }
    String where =
        Optional.ofNullable(e.getRepository())
            .map(ResolutionFailure::name)
            .orElse("any repository");
    if (e instanceof ArtifactNotFoundException) {
      return name + " is not in " + where + "; check its name and version.";
    }
    return name
        + " can't be downloaded from "
        + where
        + " ("
        + line(root(e))
        + "); check the network, and the proxies and mirrors in settings.xml.";
  }

  // As users write it: without the packaging of a jar, and of the file that describes it.
  private static String name(Artifact artifact) {
    boolean plain =
        List.of("jar", "pom").contains(artifact.getExtension())
            && artifact.getClassifier().isEmpty();
    return Stream.of(
            artifact.getGroupId(),
            artifact.getArtifactId(),
            plain ? "" : artifact.getExtension(),
            artifact.getClassifier(),
            artifact.getVersion())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(":"));
  }

  private static String name(RemoteRepository repository) {
    return repository.getId() + " (" + repository.getUrl() + ")";
  }

  private static String line(Throwable thrown) {
    String message = Optional.ofNullable(thrown.getMessage()).orElse("no message");
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    return thrown.getClass().getSimpleName() + ": " + line;
  }

  private static Throwable root(Throwable thrown) {
    return thrown.getCause() == null ? thrown : root(thrown.getCause());
  }

  /** All causes; those of the single artifacts are not causes to the resolver, but results. */
  private static List<Throwable> chain(Throwable thrown) {
    Deque<Throwable> open = new ArrayDeque<>(List.of(thrown));
    List<Throwable> chain = new ArrayList<>();
    while (!open.isEmpty()) {
      Throwable next = open.removeFirst();
      chain.add(next);
      if (next instanceof ArtifactResolutionException e) {
        e.getResults().stream().map(ArtifactResult::getExceptions).forEach(open::addAll);
      }
      Optional.ofNullable(next.getCause()).ifPresent(open::add);
    }
    return chain;
  }

  private static <T> Optional<T> first(List<Throwable> chain, Class<T> type) {
    return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
