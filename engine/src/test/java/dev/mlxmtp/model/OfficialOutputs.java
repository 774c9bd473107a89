package dev.mlxmtp.model;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.SafetensorsFile;

/** What the official classes, or MLX's, computed for a fixture. Engine thread only. */
record OfficialOutputs(int[] ids, float[] logits) {

  /** Tensors of a file below the fixtures, by the prefix of a prompt. */
  static OfficialOutputs of(String file, String prefix) {
    try (SafetensorsFile outputs = SafetensorsFile.open(TestPaths.fixture(file))) {
      return new OfficialOutputs(
          outputs.read(prefix + "ids").toInts(), outputs.read(prefix + "logits").toFloats());
    }
  }

  /** The official outputs of a text prompt. */
  static OfficialOutputs text(String fixture, String prompt) {
    return of(fixture + "/text_outputs.safetensors", prompt + ".");
  }

  static float[] finalHidden(String fixture, String prompt) {
    try (SafetensorsFile outputs =
        SafetensorsFile.open(TestPaths.fixture(fixture + "/text_outputs.safetensors"))) {
      return outputs.read(prompt + ".final_hidden").toFloats();
    }
  }
}
