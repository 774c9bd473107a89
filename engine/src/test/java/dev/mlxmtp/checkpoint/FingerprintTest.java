package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.ChangedModel;
import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes two checkpoints different, and what does not. */
class FingerprintTest {
  @TempDir Path folder;

  private static String of(Path model, String architecture) {
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      return checkpoint.fingerprint(architecture);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.language_model.layers.5.mlp.up_proj.weight",
        "model.language_model.layers.3.self_attn.q_norm.weight",
        "mtp.fc.weight"
      })
  void anotherTensor(String tensor) throws IOException {
    assertNotEquals(of(TestPaths.demoModel(), ""), of(ChangedModel.in(folder, tensor), ""));
  }

  @Test
  void anotherArchitecture() {
    assertNotEquals(of(TestPaths.demoModel(), "a"), of(TestPaths.demoModel(), "b"));
    assertTrue(of(TestPaths.demoModel(), "a").matches("[0-9a-f]{64}"));
  }

  @Test
  void anotherNumberOfFiles() throws IOException {
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Path parts = Files.createDirectory(folder.resolve("parts"));
    for (Path copy : new Path[] {whole, parts}) {
      Files.copy(TestPaths.demoModel().resolve("config.json"), copy.resolve("config.json"));
    }
    SafetensorsWriter first = new SafetensorsWriter().addF32("a", new float[] {1, 2}, 2);
    first.write(parts.resolve("model-00001-of-00002.safetensors"));
    first.addF32("b", new float[] {3}, 1).write(whole.resolve("model.safetensors"));
    new SafetensorsWriter()
        .addF32("b", new float[] {3}, 1)
        .write(parts.resolve("model-00002-of-00002.safetensors"));
    assertEquals(of(whole, ""), of(parts, ""));
  }
}
