package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Drafts change no greedy text at any depth. In bfloat16 two forms of one sum may tip a near tie,
 * so that equal texts show more than in float32: that a verification computes, to the bit, what
 * single steps compute.
 */
class DraftIdentityTest {
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void draftsChangeNoText(DType compute) {
    try (Session session =
        Session.open(
            TestPaths.demoModel(),
            new SessionOptions(Optional.empty(), Optional.of(compute)),
            event -> {})) {
      assumeTrue(
          compute == DType.FLOAT32 || session.info().kernels().isPresent(),
          "only our kernels promise this of bfloat16");
      DraftIdentity.require(session, compute.toString());
    }
  }
}
