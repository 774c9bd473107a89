package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.kernel.TestPaths;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
}
