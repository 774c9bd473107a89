package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.Part;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.List;

/**
 * A round of several sequences in one pass of the model, or in a few where their rows are many.
 * Their rows stand side by side, so that the weights are read once for all; each sequence attends
 * to its own past, and keeps of its rows what it accepts. There is no padding, and no sequence
 * waits for another. A round's times are those of all. Where a row's numbers depend on its
 * neighbours, or a drafter goes by what its rounds cost, the sequences are run one after the other.
 * Engine thread only.
 */
public final class Batch {
  // So many rows the kernels of packed weights sum in the order of one.
  private static final int MOST_ROWS = 64;

  private Batch() {}

  /**
   * Runs a round of each.
   *
   * @param decoders of the same model, one for each sequence
   * @param budgets tokens that each may still emit, at least 1
   */
  public static List<Round> round(Qwen35 model, List<Decoder> decoders, int[] budgets) {
    List<Round> rounds = new ArrayList<>();
    boolean apart =
        decoders.size() == 1
            || !model.isRowInvariant()
            || decoders.stream().anyMatch(Decoder::goesByTime);
    if (apart) {
      for (int i = 0; i < decoders.size(); i++) {
        rounds.add(decoders.get(i).round(budgets[i]));
      }
      return rounds;
    }
    try (var _ = Scope.open()) {
      List<Decoder.Proposed> proposed = new ArrayList<>();
      for (int i = 0; i < decoders.size(); i++) {
        proposed.add(decoders.get(i).propose(budgets[i]));
      }
      List<TargetPass> passes = passes(model, decoders, proposed);
      for (int i = 0; i < decoders.size(); i++) {
        rounds.add(decoders.get(i).judge(proposed.get(i), passes.get(i), budgets[i]));
      }
      return rounds;
    }
  }

  private static List<TargetPass> passes(
      Qwen35 model, List<Decoder> decoders, List<Decoder.Proposed> proposed) {
    List<TargetPass> passes = new ArrayList<>();
    int from = 0;
    int rows = 0;
    for (int i = 0; i < proposed.size(); i++) {
      int more = proposed.get(i).rows().dim(1);
      if (i > from && rows + more > MOST_ROWS) {
        passes.addAll(pass(model, decoders.subList(from, i), proposed.subList(from, i)));
        from = i;
        rows = 0;
      }
      rows += more;
    }
    int to = proposed.size();
    passes.addAll(pass(model, decoders.subList(from, to), proposed.subList(from, to)));
    return passes;
  }

  private static List<TargetPass> pass(
      Qwen35 model, List<Decoder> decoders, List<Decoder.Proposed> proposed) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < decoders.size(); i++) {
      parts.add(Part.verified(decoders.get(i).cache(), proposed.get(i).rows().dim(1)));
    }
    Array rows = Ops.concatenate(proposed.stream().map(Decoder.Proposed::rows).toList(), 1);
    Hidden hidden = model.forward(rows, parts);
    Array logits = model.logits(hidden.postNorm());
    List<TargetPass> passes = new ArrayList<>();
    int from = 0;
    for (Part part : parts) {
      int to = from + part.rows();
      passes.add(
          new TargetPass.Together(
              part.cache(), hidden.rows(from, to), Ops.slice(logits, 1, from, to)));
      from = to;
    }
    return passes;
  }
}
