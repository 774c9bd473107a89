package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks for NaN and infinity in one evaluation for a whole batch. Of packed weights only the scales
 * and biases are read: a bad number in the source ends up there, and they are a small part.
 */
final class FiniteCheck {
  // E8M0 has one NaN, E4M3 one per sign.
  private static final int E8M0_NAN = 255;
  private static final int E4M3_NAN = 127;

  private FiniteCheck() {}

  static void require(Path folder, Map<String, Weight> batch) {
    List<String> names = new ArrayList<>();
    List<Array> good = new ArrayList<>();
    try (var _ = Scope.open()) {
      batch.forEach(
          (name, weight) ->
              checks(weight)
                  .forEach(
                      check -> {
                        names.add(name);
                        good.add(check);
                      }));
      Ops.eval(good);
      for (int i = 0; i < good.size(); i++) {
        if (good.get(i).item() == 0) {
          throw new CheckpointException(
              ("%s in %s holds NaN or infinity; the file is damaged or was converted wrongly, "
                      + "download it again.")
                  .formatted(names.get(i), folder));
        }
      }
    }
  }

  private static Stream<Array> checks(Weight weight) {
    return switch (weight) {
      case Weight.Dense(Array w) -> w.dtype().isFloating() ? Stream.of(finite(w)) : Stream.of();
      case Weight.Packed(Fast.Packed p) ->
          switch (p.mode()) {
            case AFFINE ->
                Stream.concat(
                    Stream.of(finite(p.scales())), p.biases().map(FiniteCheck::finite).stream());
            case MXFP4, MXFP8 -> Stream.of(without(p.scales(), E8M0_NAN));
            case NVFP4 ->
                Stream.of(without(p.scales(), E4M3_NAN), without(p.scales(), E4M3_NAN + 128));
          };
    };
  }

  private static Array finite(Array x) {
    return Ops.allFinite(x);
  }

  private static Array without(Array codes, int code) {
    Array hits = Ops.equal(Ops.reshape(codes, -1), Ops.full(code, DType.UINT8, 1));
    return Ops.equal(Ops.max(hits, 0, false), Ops.full(0, DType.BOOL));
  }
}
