package dev.mlxmtp.kernel.jupyter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.kernel.magic.MagicException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSpecTest {
  @TempDir private Path folder;

  @Test
  void installedKernelsAreFoundAndRemoved() throws IOException {
    KernelSpec spec = new KernelSpec(folder.resolve("kernels/mlx-mtp"));
    spec.install(List.of("/a b/mtp"));
    JsonNode json = new ObjectMapper().readTree(spec.folder().resolve("kernel.json").toFile());
    assertEquals(
        "[\"/a b/mtp\",\"kernel\",\"run\",\"{connection_file}\"]", json.path("argv").toString());
    assertEquals("message", json.path("interrupt_mode").asText());
    assertTrue(Files.size(spec.folder().resolve("logo-64x64.png")) > 0);
    // Again, as an update does.
    spec.install(List.of("/other/mtp"));
    assertEquals("/other/mtp", spec.command());
    assertEquals(List.of(spec), KernelSpec.installed(List.of(folder, folder.resolve("none"))));
    spec.remove();
    assertFalse(Files.exists(spec.folder()));
    assertEquals(List.of(), KernelSpec.installed(List.of(folder)));
  }

  @Test
  void otherKernelsAreLeftAlone() throws IOException {
    Path other = Files.createDirectories(folder.resolve("kernels/python3"));
    Files.writeString(other.resolve("kernel.json"), "{\"display_name\": \"Python 3\"}");
    Files.createDirectories(folder.resolve("kernels/empty"));
    Files.writeString(
        Files.createDirectories(folder.resolve("kernels/broken")).resolve("kernel.json"), "{");
    assertEquals(List.of(), KernelSpec.installed(List.of(folder)));
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    KernelSpec spec = new KernelSpec(file.resolve("kernels/x"));
    MagicException e = assertThrows(MagicException.class, () -> spec.install(List.of("/mtp")));
    assertTrue(e.getMessage().contains(file.toString()) && !e.getMessage().contains("\n"));
  }

  @Test
  void foldersFollowJupytersRules() {
    assertEquals(
        Path.of("/h/.local/share/jupyter"),
        new JupyterFolders(Map.of("HOME", "/h"), "Linux").user());
    assertEquals(
        Path.of("/h/Library/Jupyter"), new JupyterFolders(Map.of("HOME", "/h"), "Mac OS X").user());
    assertEquals(
        Path.of("/d/jupyter"),
        new JupyterFolders(Map.of("HOME", "/h", "XDG_DATA_HOME", "/d"), "Linux").user());
    JupyterFolders all =
        new JupyterFolders(
            Map.of("JUPYTER_PATH", "/a:/b", "JUPYTER_DATA_DIR", "/u", "VIRTUAL_ENV", "/v"),
            "Linux");
    assertEquals(Optional.of(Path.of("/v/share/jupyter")), all.environmentFolder());
    assertEquals(
        List.of("/a", "/b", "/v/share/jupyter", "/u"),
        all.all().stream().limit(4).map(Path::toString).toList());
  }
}
