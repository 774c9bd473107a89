package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.Differences;
import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row by row and in chunks against float64, from a state that is not zero. */
@ExtendWith(OnEngineThread.class)
class DeltaRuleTest {
  private static final double TOLERANCE = 1e-4;
  private static final int HEADS = 3;

  private static DeltaRule.Rows rows(Float64DeltaRule r) {
    return new DeltaRule.Rows(
        Array.of(r.q, 1, r.heads, r.rows, r.keyDim),
        Array.of(r.k, 1, r.heads, r.rows, r.keyDim),
        Array.of(r.v, 1, r.heads, r.rows, r.valueDim),
        Array.of(r.g, 1, r.heads, r.rows),
        Array.of(r.beta, 1, r.heads, r.rows));
  }

  private static Array state(Float64DeltaRule r) {
    return Array.of(r.state, 1, r.heads, r.valueDim, r.keyDim);
  }

  private static void check(Float64DeltaRule expected, DeltaRule.Result result, String what) {
    Differences.assertClose(expected.y, result.y().toFloats(), TOLERANCE, what + ", y");
    Array last = result.states().last();
    assertEquals(DType.FLOAT32, last.dtype());
    Differences.assertClose(expected.after, last.toFloats(), TOLERANCE, what + ", state");
  }

  private static void checkBoth(Float64DeltaRule r) {
    check(r, DeltaRule.recurrent(rows(r), state(r)), "row by row");
    try (Scope weights = Scope.detached()) {
      for (int chunk : new int[] {32, 64}) {
        DeltaRule rule = new DeltaRule(chunk, weights);
        check(r, rule.chunked(rows(r), state(r)), "chunks of " + chunk);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 200})
  void againstFloat64(int rows) {
    checkBoth(new Float64DeltaRule(HEADS, rows, 32, 16, 0.3, 0));
    checkBoth(new Float64DeltaRule(HEADS, rows, 16, 32, 0.01, 0));
  }

  // α = exp(g) underflows to 0, and exp(−G) would overflow.
  @ParameterizedTest
  @ValueSource(ints = {2, 64, 200})
  void strongDecay(int rows) {
    checkBoth(new Float64DeltaRule(HEADS, rows, 32, 16, 60, 0));
  }

  // Powers of the coupling matrix would overflow.
  @ParameterizedTest
  @CsvSource({"64, 0.9", "65, 1", "200, 0.95"})
  void correlatedKeys(int rows, double correlation) {
    checkBoth(new Float64DeltaRule(HEADS, rows, 32, 16, 0.001, correlation));
  }

  @Test
  void aStateAfterEachRow() {
    int rows = 9;
    Float64DeltaRule all = new Float64DeltaRule(1, rows, 32, 16, 0.3, 0);
    RowStates.Listed states =
        (RowStates.Listed) DeltaRule.recurrent(rows(all), state(all)).states();
    for (int t = 0; t < rows; t++) {
      DeltaRule.Rows head = rows(all);
      DeltaRule.Rows first =
          new DeltaRule.Rows(
              cut(head.q(), t),
              cut(head.k(), t),
              cut(head.v(), t),
              cut(head.g(), t),
              cut(head.beta(), t));
      float[] alone = DeltaRule.recurrent(first, state(all)).states().last().toFloats();
      Differences.assertClose(alone, states.states().get(t).toFloats(), 0, "state after row " + t);
    }
  }

  private static Array cut(Array x, int last) {
    return dev.mlxmtp.mlx.Ops.slice(x, 2, 0, last + 1);
  }
}
