package dev.mlxmtp.session;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.DType;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo model against mlx-lm. */
class PeerGreedyTest {

  // Neighbouring bfloat16 numbers near 30 are 0.125 apart; float32 sums differ by about 1e-5.
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-4", "BFLOAT16, 0.5"})
  void sameTokens(DType dtype, double nearTie) throws IOException {
    PeerGreedy.require(
        TestPaths.demoModel(), dtype, dtype.name().toLowerCase(Locale.ROOT), nearTie);
  }
}
