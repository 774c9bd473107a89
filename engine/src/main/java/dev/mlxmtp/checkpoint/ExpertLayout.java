package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.FileRegion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Brings the experts of each block into one form: {@code mlp.switch_mlp.{gate,up,down}_proj} with
 * the experts along the first axis. Blocks are independent: the head may use another form than the
 * trunk.
 */
final class ExpertLayout {
  private static final Pattern FUSED =
      Pattern.compile("(.*\\.mlp)\\.experts\\.(gate_up|gate|up|down)_proj(?:\\.(\\w+))?");
  private static final Pattern SINGLE =
      Pattern.compile("(.*\\.mlp)\\.experts\\.(\\d+)\\.(gate|up|down)_proj\\.(\\w+)");

  private final SortedMap<String, TensorSource> unified = new TreeMap<>();
  private final Map<String, SortedMap<Integer, TensorSource>> singles = new TreeMap<>();

  private ExpertLayout() {}

  /** The same tensors, with stacked experts. */
  static SortedMap<String, TensorSource> unify(SortedMap<String, TensorSource> tensors) {
    ExpertLayout layout = new ExpertLayout();
    tensors.forEach(layout::add);
    layout.singles.forEach((name, experts) -> layout.put(name, stack(name, experts)));
    return layout.unified;
  }

  private void add(String name, TensorSource source) {
    Matcher single = SINGLE.matcher(name);
    Matcher fused = FUSED.matcher(name);
    if (single.matches()) {
      String target = target(single.group(1), single.group(3), single.group(4));
      TensorSource before =
          singles
              .computeIfAbsent(target, key -> new TreeMap<>())
              .put(Integer.parseInt(single.group(2)), source);
      if (before != null) {
        throw twice(target, before, source);
      }
    } else if (fused.matches()) {
      String part = fused.group(3) == null ? "weight" : fused.group(3);
      if (fused.group(2).equals("gate_up")) {
        put(target(fused.group(1), "gate", part), half(name, source, 0));
        put(target(fused.group(1), "up", part), half(name, source, 1));
      } else {
        put(target(fused.group(1), fused.group(2), part), source);
      }
    } else {
      put(name, source);
    }
  }

  private void put(String name, TensorSource source) {
    TensorSource before = unified.put(name, source);
    if (before != null) {
      throw twice(name, before, source);
    }
  }

  private static String target(String block, String projection, String part) {
    return block + ".switch_mlp." + projection + "_proj." + part;
  }

  /** Of {@code [E, 2·I, H]} the rows of the gate (0) or of up (1), expert by expert. */
  private static TensorSource half(String name, TensorSource source, int which) {
    int[] shape = source.shape();
    if (shape.length != 3 || shape[1] % 2 != 0) {
      throw new CheckpointException(
          "%s in %s has shape %s where fused experts are [experts, 2 x width, hidden]."
              .formatted(name, source.file(), Arrays.toString(shape)));
    }
    FileRegion whole = source.regions().getFirst();
    long bytes = shape[0] == 0 ? 0 : whole.bytes() / shape[0] / 2;
    List<FileRegion> halves =
        IntStream.range(0, shape[0])
            .mapToObj(
                e ->
                    new FileRegion(
                        whole.channel(), whole.offset() + (2L * e + which) * bytes, bytes))
            .toList();
    return source.over(halves, shape[0], shape[1] / 2, shape[2]);
  }

  private static TensorSource stack(String name, SortedMap<Integer, TensorSource> experts) {
    TensorSource first = experts.firstEntry().getValue();
    int count = experts.lastKey() + 1;
    List<FileRegion> regions = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      TensorSource expert = experts.get(e);
      if (expert == null) {
        throw new CheckpointException(
            "%s lacks expert %d of %d (its others are in %s); download the model again."
                .formatted(name, e, count, first.file()));
      }
      if (expert.dtype() != first.dtype() || !Arrays.equals(expert.shape(), first.shape())) {
        throw new CheckpointException(
            "%s in %s is %s%s where %s is %s%s; experts of a block must be alike."
                .formatted(
                    expert.rawName(),
                    expert.file(),
                    expert.type(),
                    Arrays.toString(expert.shape()),
                    first.rawName(),
                    first.type(),
                    Arrays.toString(first.shape())));
      }
      regions.addAll(expert.regions());
    }
    int[] shape = IntStream.concat(IntStream.of(count), Arrays.stream(first.shape())).toArray();
    return first.over(regions, shape);
  }

  private static CheckpointException twice(String name, TensorSource a, TensorSource b) {
    return new CheckpointException(
        "%s and %s are both %s; keep one of the two forms."
            .formatted(a.rawName(), b.rawName(), name));
  }
}
