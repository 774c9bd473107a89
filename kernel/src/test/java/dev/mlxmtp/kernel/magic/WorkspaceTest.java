package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.kernel.TestPaths;
import dev.mlxmtp.kernel.display.QuantizationView;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private static final ModelChoice DEMO = ModelChoice.of(TestPaths.demoModel().toString());

  private static Workspace workspace(Interrupts interrupts) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Workspace(
        new StreamScreen(nowhere, nowhere, StreamScreen.Look.plain()),
        interrupts,
        Optional.empty());
  }

  @Test
  void loadsOnlyWhatIsNotResident() {
    try (Workspace workspace = workspace(Interrupts.none())) {
      Session first = workspace.session(DEMO);
      assertSame(first, workspace.session(DEMO));
      assertSame(first, workspace.session(ModelChoice.any()));
      ModelChoice half =
          new ModelChoice(
              Optional.empty(), new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16)));
      Session second = workspace.session(half);
      assertEquals(DType.BFLOAT16, second.info().compute());
      assertSame(second, workspace.session(ModelChoice.any()));
    }
  }

  @Test
  void aFailedLoadKeepsTheResidentModel() {
    try (Workspace workspace = workspace(Interrupts.none())) {
      Session first = workspace.load(DEMO);
      ModelChoice missing = ModelChoice.of("/no/such/folder");
      assertThrows(CheckpointException.class, () -> workspace.load(missing));
      assertSame(first, workspace.session(ModelChoice.any()));
      assertEquals(1, first.generate("hello", o -> o.maxTokens(1)).tokens().length);
    }
  }

  @Test
  void aCancelledLoadKeepsTheResidentModel() {
    Interrupts impatient =
        action -> {
          action.run();
          return () -> {};
        };
    try (Workspace workspace = workspace(impatient)) {
      Session first = workspace.load(DEMO);
      assertThrows(CancelledException.class, () -> workspace.load(DEMO));
      assertSame(first, workspace.session(ModelChoice.any()));
      assertEquals(1, first.generate("hello", o -> o.maxTokens(1)).tokens().length);
    }
  }

  @Test
  void quantizingTellsTheErrorByModule(@TempDir Path folder) {
    Path out = folder.resolve("out");
    try (Workspace workspace = workspace(Interrupts.none())) {
      QuantizationView four =
          QuantizeMagic.quantize(workspace, TestPaths.demoModel(), "mxfp4", out);
      QuantizationView eight =
          QuantizeMagic.quantize(workspace, TestPaths.demoModel(), "mxfp8", out);
      assertEquals(four.errorByModule().keySet(), eight.errorByModule().keySet());
      assertTrue(four.errorByModule().containsKey("mlp.up_proj"), four.errorByModule()::toString);
      assertEquals(
          four.errorByModule().get("embed_tokens"), eight.errorByModule().get("embed_tokens"));
      assertTrue(
          four.errorByModule().get("mlp.up_proj") > 2 * eight.errorByModule().get("mlp.up_proj"));
      assertTrue(four.bytesAfter() < eight.bytesAfter());
      assertTrue(eight.bytesAfter() < eight.bytesBefore());
      assertEquals(
          "mxfp8",
          workspace
              .load(ModelChoice.of(out.toString()))
              .info()
              .quantization()
              .orElseThrow()
              .substring(0, 5));
      assertThrows(
          MagicException.class,
          () -> QuantizeMagic.quantize(workspace, TestPaths.demoModel(), "mxfp5", out));
    }
  }
}
