package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.List;

/** The model's pass over the newest token and the drafts after it, and the way back from it. */
sealed interface TargetPass extends AutoCloseable {

  /** {@code [1, k + 1, H]} each. */
  Hidden hidden();

  /** {@code [1, k + 1, V]}. */
  Array logits();

  /** Leaves the caches at the first {@code kept} rows. Once. */
  void rollback(int kept);

  /** Frees what a rollback would have needed. */
  @Override
  void close();

  /**
   * Builds the pass.
   *
   * @param rows int32 {@code [1, k + 1]}
   */
  static TargetPass of(Qwen35 model, ModelCache cache, Array rows, Verification verification) {
    return verification == Verification.FAST || rows.dim(1) == 1 || model.isRowInvariant()
        ? together(model, cache, rows)
        : rowByRow(model, cache, rows);
  }

  private static TargetPass together(Qwen35 model, ModelCache cache, Array rows) {
    Pass pass = rows.dim(1) == 1 ? Pass.COMMIT : Pass.VERIFY;
    Hidden hidden = model.forward(rows, cache, pass);
    return new Together(cache, hidden, model.logits(hidden.postNorm()));
  }

  private static TargetPass rowByRow(Qwen35 model, ModelCache cache, Array rows) {
    List<ModelCache.Point> after = new ArrayList<>();
    List<Hidden> hidden = new ArrayList<>();
    List<Array> logits = new ArrayList<>();
    try {
      for (int t = 0; t < rows.dim(1); t++) {
        Hidden h = model.forward(Ops.slice(rows, 1, t, t + 1), cache, Pass.COMMIT);
        hidden.add(h);
        logits.add(model.logits(h.postNorm()));
        after.add(cache.point());
      }
    } catch (RuntimeException | Error e) {
      after.forEach(ModelCache.Point::close);
      throw e;
    }
    return new RowByRow(
        cache,
        new Hidden(
            Ops.concatenate(hidden.stream().map(Hidden::preNorm).toList(), 1),
            Ops.concatenate(hidden.stream().map(Hidden::postNorm).toList(), 1)),
        Ops.concatenate(logits, 1),
        after);
  }

  /** All rows at once. */
  record Together(ModelCache cache, Hidden hidden, Array logits) implements TargetPass {
    @Override
    public void rollback(int kept) {
      int rows = logits.dim(1);
      if (rows > 1) {
        cache.rollback(rows, kept);
      }
    }

    @Override
    public void close() {}
  }

  /**
   * One after the other.
   *
   * @param after the point after each row
   */
  record RowByRow(ModelCache cache, Hidden hidden, Array logits, List<ModelCache.Point> after)
      implements TargetPass {
    @Override
    public void rollback(int kept) {
      if (kept < after.size()) {
        cache.restore(after.get(kept - 1));
      }
    }

    @Override
    public void close() {
      after.forEach(ModelCache.Point::close);
    }
  }
}
