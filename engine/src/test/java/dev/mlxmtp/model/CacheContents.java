package dev.mlxmtp.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.Differences;
import dev.mlxmtp.mlx.Ops;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a trunk's caches remember, layer by layer: keys and values up to the length, states and the
 * convolution's inputs.
 */
record CacheContents(int length, Map<String, float[]> arrays) {

  /** Engine thread only. */
  static CacheContents of(Qwen35 model, ModelCache cache) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (int i = 0; i < model.config().layers().size(); i++) {
      switch (cache.layer(i)) {
        case KvCache kv -> {
          assertEquals(cache.length(), kv.length(), "length of layer " + i);
          String[] names = {"keys", "values"};
          for (int a = 0; a < 2; a++) {
            arrays.put(
                "layer " + i + " " + names[a],
                Ops.slice(kv.arrays().get(a), 2, 0, kv.length()).toFloats());
          }
        }
        case DeltaNetState state -> {
          DeltaNetState.Snapshot now = state.now().orElseThrow();
          arrays.put("layer " + i + " state", now.state().toFloats());
          arrays.put("layer " + i + " convolution", now.convolution().toFloats());
        }
      }
    }
    return new CacheContents(cache.length(), arrays);
  }

  /** Fails where an array differs by more than {@code tolerance} of its largest element. */
  double assertRelative(CacheContents found, double tolerance, String what) {
    assertEquals(length, found.length(), what + ": length");
    assertEquals(arrays.keySet(), found.arrays.keySet());
    double largest = 0;
    for (String name : arrays.keySet()) {
      Differences.assertRelative(
          arrays.get(name), found.arrays.get(name), tolerance, what + ", " + name);
      largest = Math.max(largest, Differences.relative(arrays.get(name), found.arrays.get(name)));
    }
    return largest;
  }
}
