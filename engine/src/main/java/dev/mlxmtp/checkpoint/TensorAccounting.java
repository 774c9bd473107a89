package dev.mlxmtp.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what a checkpoint holds with what its config asks for. */
final class TensorAccounting {
  private static final int NAMED = 10;

  private record Kind(String label, String labelOfOne, List<String> items) {}

  private TensorAccounting() {}

  static void require(Checkpoint checkpoint, Map<String, int[]> expected) {
    List<String> missing = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, int[]> entry : new TreeMap<>(expected).entrySet()) {
      String name = entry.getKey();
      if (name.startsWith(Names.MTP) && !checkpoint.hasMtp()) {
        continue;
      }
      if (checkpoint.has(name)) {
        mismatch(checkpoint, name, entry.getValue()).ifPresent(wrong::add);
      } else {
        missing.add(name);
      }
    }
    TreeSet<String> unexpected = new TreeSet<>(checkpoint.names());
    unexpected.removeAll(expected.keySet());
    unexpected.removeIf(name -> name.startsWith(Names.VISION));
    report(
        checkpoint,
        List.of(
            new Kind("are missing", "is missing", missing),
            new Kind("have the wrong shape", "has the wrong shape", wrong),
            new Kind("are unexpected", "is unexpected", List.copyOf(unexpected))));
  }

  private static Optional<String> mismatch(Checkpoint checkpoint, String name, int[] expected) {
    String wanted = ", expected " + Arrays.toString(expected);
    Optional<String> disagreement = checkpoint.disagreement(name);
    if (disagreement.isPresent()) {
      return Optional.of(name + " (" + disagreement.get() + wanted + ")");
    }
    int[] shape = checkpoint.shape(name);
    return Arrays.equals(shape, expected)
        ? Optional.empty()
        : Optional.of(name + " (" + Arrays.toString(shape) + wanted + ")");
  }

  private static void report(Checkpoint checkpoint, List<Kind> kinds) {
    List<Kind> found = kinds.stream().filter(kind -> !kind.items.isEmpty()).toList();
    if (found.isEmpty()) {
      return;
    }
    List<String> sentences = new ArrayList<>();
    int left = NAMED;
    for (int i = 0; i < found.size(); i++) {
      Kind kind = found.get(i);
      int count = kind.items.size();
      // Later kinds keep at least one name each.
      int limit = Math.min(count, left - (found.size() - 1 - i));
      left -= limit;
      sentences.add(
          "%d %s %s: %s"
              .formatted(
                  count,
                  count == 1 ? "tensor" : "tensors",
                  count == 1 ? kind.labelOfOne : kind.label,
                  Text.list(kind.items, limit)));
    }
    throw new CheckpointException(
        ("%s does not hold what its config.json describes: %s. Check that config and weights "
                + "belong to the same model.")
            .formatted(checkpoint.folder(), String.join("; ", sentences)));
  }
}
