package dev.mlxmtp.kernel.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.maveniverse.maven.mima.context.ContextOverrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a repository in a folder, which the settings make the mirror of Maven Central. */
class MavenLibrariesTest {
  @TempDir private Path folder;

  private final List<String> progress = new ArrayList<>();
  private final Set<Thread> threads = new HashSet<>();
  private MavenLibraries libraries;

  @BeforeEach
  void repository() throws IOException {
    publish(
        "top",
        "1.0",
        "<dependency><groupId>org.example</groupId><artifactId>middle</artifactId>"
            + "<version>2.0</version></dependency><dependency><groupId>org.example</groupId>"
            + "<artifactId>tests-only</artifactId><version>1</version><scope>test</scope></dependency>");
    publish(
        "middle",
        "2.0",
        "<dependency><groupId>org.example</groupId><artifactId>base</artifactId>"
            + "<version>3.0</version><scope>runtime</scope></dependency><dependency>"
            + "<groupId>org.example</groupId><artifactId>absent</artifactId><version>1</version>"
            + "<optional>true</optional></dependency>");
    publish("base", "3.0", "");
    publish(
        "broken",
        "1.0",
        "<dependency><groupId>org.example</groupId><artifactId>absent</artifactId>"
            + "<version>1</version></dependency>");
    write(file("base", "3.0", "-extra.jar"), "extra");
    libraries = libraries(folder.resolve("remote").toUri().toString(), false);
  }

  private Path file(String artifact, String version, String end) {
    return folder
        .resolve("remote/org/example/" + artifact + "/" + version)
        .resolve(artifact + "-" + version + end);
  }

  private void publish(String artifact, String version, String dependencies) throws IOException {
    Path pom = file(artifact, version, ".pom");
    Files.createDirectories(pom.getParent());
    write(
        pom,
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>"
            + artifact
            + "</artifactId><version>"
            + version
            + "</version><dependencies>"
            + dependencies
            + "</dependencies></project>");
    write(file(artifact, version, ".jar"), artifact);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.writeString(file.resolveSibling(file.getFileName() + ".sha1"), sha1(text));
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private MavenLibraries libraries(String mirror, boolean offline) throws IOException {
    Path settings = folder.resolve("settings.xml");
    Files.writeString(
        settings,
        "<settings><localRepository>"
            + folder.resolve("local")
            + "</localRepository><offline>"
            + offline
            + "</offline><mirrors><mirror><id>folder</id><url>"
            + mirror
            + "</url><mirrorOf>central</mirrorOf></mirror></mirrors></settings>");
    return new MavenLibraries(
        line -> {
          progress.add(line);
          threads.add(Thread.currentThread());
        },
        ContextOverrides.create()
            .withUserSettings(true)
            .withUserSettingsXmlOverride(settings)
            .build());
  }

  private List<String> names(List<Path> jars) {
    return jars.stream().map(jar -> folder.resolve("local").relativize(jar).toString()).toList();
  }

  private String failure(String... coordinates) {
    LibraryException e =
        assertThrows(LibraryException.class, () -> libraries.resolve(List.of(coordinates)));
    return e.getMessage();
  }

  @Test
  void whatIsNeededAtRunTimeComesAlong() {
    assertEquals(
        List.of(
            "org/example/top/1.0/top-1.0.jar",
            "org/example/middle/2.0/middle-2.0.jar",
            "org/example/base/3.0/base-3.0.jar"),
        names(libraries.resolve(List.of("org.example:top:1.0"))));
    assertEquals(6, progress.size(), progress::toString);
    assertTrue(progress.contains("downloading base-3.0.jar"), progress::toString);
    assertEquals(Set.of(Thread.currentThread()), threads);
  }

  @Test
  void whatIsThereIsNotDownloaded() throws IOException {
    List<Path> first = libraries.resolve(List.of("org.example:top:1.0"));
    progress.clear();
    assertEquals(
        first, libraries("file:///no/such/folder", false).resolve(List.of("org.example:top:1.0")));
    assertEquals(List.of(), progress);
  }

  @Test
  void coordinatesOfEveryLength() {
    assertEquals(
        List.of("org/example/base/3.0/base-3.0.jar", "org/example/base/3.0/base-3.0-extra.jar"),
        names(
            libraries.resolve(
                List.of(" org.example:base:jar:3.0 ", "org.example:base:jar:extra:3.0"))));
    assertEquals(
        List.of("org/example/middle/2.0/middle-2.0.jar", "org/example/base/3.0/base-3.0.jar"),
        names(libraries.resolve(List.of("org.example:top:pom:1.0"))));
    assertEquals(List.of(), libraries.resolve(List.of()));
  }

  @Test
  void coordinatesThatAreNone() {
    assertEquals(
        "`gson` is no Maven coordinate; write group:artifact:version, such as"
            + " org.apache.commons:commons-lang3:3.17.0.",
        failure("org.example:base:3.0", "gson"));
    assertTrue(failure("a:b").startsWith("`a:b` is no"));
    assertTrue(failure("").startsWith("`` is no"));
  }

  @Test
  void whatIsNowhere() {
    String where =
        " is not in folder (" + folder.resolve("remote").toUri() + "); check its name and version.";
    assertEquals("`org.example:base:9`" + where, failure("org.example:base:9"));
    assertEquals("`org.example:absent:1`" + where, failure("org.example:broken:1.0"));
    assertEquals(
        "`org.example:base:jar:none:3.0`" + where, failure("org.example:base:jar:none:3.0"));
  }

  @Test
  void offlineAndUnreachable() throws IOException {
    libraries = libraries("http://localhost:1/", true);
    assertEquals(
        "`org.example:base:3.0` is not in the local repository, and Maven is offline by its"
            + " settings; set <offline> to false in settings.xml.",
        failure("org.example:base:3.0"));
    libraries = libraries("http://localhost:1/", false);
    String unreachable = failure("org.example:base:3.0");
    assertTrue(
        unreachable.startsWith(
            "`org.example:base:3.0` can't be downloaded from folder (http://localhost:1/) ("),
        unreachable);
  }

  @Test
  void settingsThatAreNone() throws IOException {
    Files.writeString(folder.resolve("settings.xml"), "<settings><proxies></settings>");
    String message = failure("org.example:base:3.0");
    assertTrue(message.startsWith("Libraries can't be resolved: "), message);
    assertTrue(message.contains("settings.xml") && message.lines().count() == 1, message);
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertEquals(
        "The download was interrupted; what had arrived is kept.", failure("org.example:top:1.0"));
    assertTrue(Thread.interrupted());
  }
}
