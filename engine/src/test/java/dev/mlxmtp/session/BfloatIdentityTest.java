package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * In bfloat16 two forms of one sum may tip a near tie, so that equal texts show more than in
 * float32: that a verification computes, to the bit, what single steps compute.
 */
class BfloatIdentityTest {
  @Test
  void draftsChangeNoTextAtAnyDepth() {
    try (Session session =
        Session.open(
            TestPaths.demoModel(),
            new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16)),
            event -> {})) {
      assumeTrue(session.info().kernels().isPresent(), "only our kernels promise this");
      DraftIdentity.require(session, "bfloat16");
    }
  }
}
