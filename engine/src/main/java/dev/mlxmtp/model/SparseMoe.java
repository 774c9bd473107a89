package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;

/**
 * Mixture of experts with a shared one: {@code y = Σ p_e · expert_e(x) +
 * sigmoid(shared_expert_gate(x)) · shared(x)}, over the k experts with the largest router
 * probability, whose probabilities are renormalised to sum 1.
 *
 * @param router {@code mlp.gate [E, H]}, softmax in float32 over all experts
 * @param gate {@code switch_mlp.gate_proj [E, I, H]}
 * @param up {@code switch_mlp.up_proj [E, I, H]}
 * @param down {@code switch_mlp.down_proj [E, H, I]}
 */
record SparseMoe(
    Linear router,
    Weight gate,
    Weight up,
    Weight down,
    Linear sharedGate,
    SwiGlu shared,
    int expertsPerToken)
    implements Mlp {

  // From here on it pays to bring rows of one expert together, so that they share a pass over its
  // weights.
  private static final int SORT_FROM = 64;

  @Override
  public Array apply(Array x) {
    Array probabilities = Ops.softmax(Ops.astype(router.apply(x), DType.FLOAT32), -1);
    Array order = Ops.argpartition(Ops.negative(probabilities), expertsPerToken - 1, -1);
    Array chosen = Ops.slice(order, -1, 0, expertsPerToken);
    Array top = Ops.takeAlongAxis(probabilities, chosen, -1);
    Array share = Ops.divide(top, Ops.sum(top, -1, true));

    Array outputs = experts(x, chosen);
    Array weighted =
        Ops.multiply(outputs, Ops.reshape(Ops.astype(share, x.dtype()), shapeWith(share, 1)));
    Array routed = Ops.sum(weighted, -2, false);
    return Ops.add(routed, Ops.multiply(Ops.sigmoid(sharedGate.apply(x)), shared.apply(x)));
  }

  // x [B, T, H], chosen [B, T, k] to [B, T, k, H].
  private Array experts(Array x, Array chosen) {
    int hidden = x.dim(-1);
    int k = chosen.dim(-1);
    int pairs = Math.toIntExact(chosen.size());
    Array flat = Ops.reshape(chosen, pairs);
    Array rows = Ops.reshape(x, -1, 1, hidden);
    Array pairRow = Ops.repeat(Ops.arange(0, rows.dim(0), DType.INT32), k, 0);
    if (pairs < SORT_FROM) {
      Array y = swiGlu(Ops.take(rows, pairRow, 0), flat, false);
      return Ops.reshape(y, x.dim(0), x.dim(1), k, hidden);
    }
    Array byExpert = Ops.argsort(flat, 0);
    Array sortedRows = Ops.take(rows, Ops.take(pairRow, byExpert, 0), 0);
    Array y = swiGlu(sortedRows, Ops.take(flat, byExpert, 0), true);
    return Ops.reshape(Ops.take(y, Ops.argsort(byExpert, 0), 0), x.dim(0), x.dim(1), k, hidden);
  }

  // rows [P, 1, H] with one expert each.
  private Array swiGlu(Array rows, Array experts, boolean sorted) {
    Array gated =
        Fast.swiGlu(gather(gate, rows, experts, sorted), gather(up, rows, experts, sorted));
    return gather(down, gated, experts, sorted);
  }

  private static Array gather(Weight weight, Array rows, Array experts, boolean sorted) {
    return switch (weight) {
      case Weight.Dense(Array w) -> Fast.gatherMatmul(rows, w, experts, sorted);
      case Weight.Packed(var packed) -> packed.gatherMatmul(rows, experts, sorted);
    };
  }

  private static int[] shapeWith(Array x, int last) {
    int[] shape = java.util.Arrays.copyOf(x.shape(), x.ndim() + 1);
    shape[shape.length - 1] = last;
    return shape;
  }
}
