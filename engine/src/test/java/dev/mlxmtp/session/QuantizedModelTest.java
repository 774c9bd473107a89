package dev.mlxmtp.session;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.quantize.Plan;
import dev.mlxmtp.quantize.Quantizer;
import dev.mlxmtp.quantize.Recipe;
import dev.mlxmtp.quantize.ScaleRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the quantizer writes of the demo model, run here and, by stored outputs, in mlx-lm. */
class QuantizedModelTest {
  @TempDir private Path scratch;

  private Path quantized(QuantMode mode) {
    return quantized(mode, scratch);
  }

  /** The demo model in this format, in a folder below {@code scratch}. */
  static Path quantized(QuantMode mode, Path scratch) {
    Recipe recipe = Recipe.balanced(QuantFormat.defaultOf(mode), Optional.empty());
    try (RawCheckpoint source = RawCheckpoint.open(TestPaths.demoModel(), true)) {
      Plan plan = Plan.of(source, QuantFormat.defaultOf(mode), recipe);
      Path out = scratch.resolve(mode.configName());
      new Quantizer(plan, recipe, ScaleRule.BEST, 2).run(out, false, (a, b) -> {}, () -> false);
      return out;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "MXFP8"})
  void mlxLmLoadsItAndSaysTheSame(QuantMode mode) throws IOException {
    PeerGreedy.require(quantized(mode), DType.FLOAT32, mode.configName(), 1e-4);
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "MXFP8"})
  void draftsChangeNoText(QuantMode mode) {
    try (Session session = Session.open(quantized(mode))) {
      DraftIdentity.require(session, mode.configName());
    }
  }
}
