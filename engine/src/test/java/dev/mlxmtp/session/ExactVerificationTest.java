package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.AcceptanceOracle;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.model.ModelLoader;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exact verification where the device's kernels round several rows otherwise than one: MLX's own on
 * the CPU, with ours left out. All prompts with {@code -Dmlxmtp.full=true}.
 */
class ExactVerificationTest {
  private static final boolean FULL = Boolean.getBoolean("mlxmtp.full");
  private static final int PROMPTS = FULL ? 20 : 1;
  private static final int LENGTH = FULL ? 96 : 16;

  @TempDir private Path scratch;

  private static void want(boolean kernels) {
    TestModels.onEngine(
        () -> {
          Kernels.setWanted(kernels);
          return true;
        });
  }

  @AfterEach
  void takeBack() {
    want(true);
  }

  private static void requireIdentical(Path folder, DType dtype) {
    want(false);
    try (Session session =
        Session.open(
            folder, new SessionOptions(Optional.empty(), Optional.of(dtype)), event -> {})) {
      for (AcceptanceOracle.Case c : AcceptanceOracle.read().cases().subList(0, PROMPTS)) {
        int[] plain = tokens(session, c, new DraftOptions.None());
        for (DraftOptions draft :
            List.of(
                DraftOptions.mtp(1),
                DraftOptions.mtp(4),
                DraftOptions.Auto.standard(),
                new DraftOptions.NGram(8, 2))) {
          assertArrayEquals(plain, tokens(session, c, draft), c.prompt() + ", " + draft);
        }
      }
    }
  }

  private static int[] tokens(Session session, AcceptanceOracle.Case c, DraftOptions draft) {
    return session
        .generate(
            GenerateRequest.builder(
                    new Prompt.Chat(
                        List.of(Message.user(c.prompt())), List.of(), Optional.of(false)))
                .greedy()
                .draft(draft)
                .verification(Verification.EXACT)
                .maxTokens(LENGTH)
                .ignoreStopTokens(true)
                .build(),
            event -> {})
        .tokens();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void plainWeights(DType dtype) {
    requireIdentical(TestPaths.demoModel(), dtype);
  }

  @ParameterizedTest
  @EnumSource(names = {"MXFP4", "MXFP8"})
  void packedWeights(QuantMode mode) {
    requireIdentical(QuantizedModelTest.quantized(mode, scratch), DType.BFLOAT16);
  }

  // One pass over all rows is what it goes through where that is exact already.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsAreToldApart(boolean kernels) {
    assumeTrue(
        TestModels.onEngine(() -> Kernels.instructionSet().isPresent()), "our kernels serve");
    want(kernels);
    Qwen35 model =
        TestModels.onEngine(
            () -> {
              try (Checkpoint checkpoint = Checkpoint.open(TestPaths.demoModel())) {
                return ModelLoader.load(checkpoint, DType.BFLOAT16, (done, total) -> {});
              }
            });
    try {
      assertEquals(kernels, TestModels.onEngine(model::isRowInvariant));
    } finally {
      TestModels.close(model);
    }
  }
}
