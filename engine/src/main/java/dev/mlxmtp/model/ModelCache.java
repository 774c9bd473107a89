package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The trunk's memory of one sequence: a {@link LayerCache} a layer. Full-attention layers can be
 * cut to any shorter length; linear ones only return to a {@link Point} that was taken.
 */
public final class ModelCache implements AutoCloseable {
  private final Scope owner = Scope.detached();
  private final Qwen35Config config;
  private final DType compute;
  private final List<LayerCache> layers = new ArrayList<>();
  private int length;

  /**
   * @param compute dtype of what the layers append
   */
  ModelCache(Qwen35Config config, DType compute) {
    this.config = config;
    this.compute = compute;
    for (Qwen35Config.Mixer mixer : config.layers()) {
      layers.add(
          switch (mixer) {
            case FULL_ATTENTION -> new KvCache(owner);
            case LINEAR_ATTENTION -> new DeltaNetState(owner, config.convKernel());
          });
    }
  }

  /** A point that the cache can return to: everything that cannot be cut. */
  public static final class Point implements AutoCloseable {
    private final Scope owner = Scope.detached();
    private final List<DeltaNetState.Snapshot> states = new ArrayList<>();
    private final int length;

    private Point(int length) {
      this.length = length;
    }

    private void add(DeltaNetState.Snapshot state) {
      owner.adopt(state.state());
      owner.adopt(state.convolution());
      states.add(state);
    }

    /** Positions before this point. */
    public int length() {
      return length;
    }

    /** Bytes that the point keeps alive. */
    public long bytes() {
      return states.stream().mapToLong(s -> s.state().bytes() + s.convolution().bytes()).sum();
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  LayerCache layer(int i) {
    return layers.get(i);
  }

  void advance(int rows) {
    length += rows;
  }

  /** Positions seen. */
  public int length() {
    return length;
  }

  /**
   * After a verification of {@code rows} rows, forgets all but the first {@code kept}; no weights
   * are read.
   */
  public void rollback(int rows, int kept) {
    layers.forEach(layer -> layer.rollback(rows, kept));
    length += kept - rows;
  }

  /** Takes the present point. */
  public Point point() {
    Point point = new Point(length);
    for (LayerCache layer : layers) {
      if (layer instanceof DeltaNetState state) {
        state.snapshot(point.owner).ifPresent(point.states::add);
      }
    }
    return point;
  }

  /** Returns to a point of this sequence that is not after the present one. */
  public void restore(Point point) {
    int i = 0;
    for (LayerCache layer : layers) {
      switch (layer) {
        case KvCache kv -> kv.trim(point.length);
        case DeltaNetState state -> state.restore(point.states.get(i++));
      }
    }
    length = point.length;
  }

  /**
   * Hands out what the layers hold of the sequence: {@code layers.3.keys} and {@code values}, or
   * {@code layers.0.state} and {@code convolution}. The cache must not be empty.
   */
  public void save(ArraySink sink) {
    for (int i = 0; i < layers.size(); i++) {
      ArraySink part = sink.under(prefix(i));
      switch (layers.get(i)) {
        case KvCache kv -> kv.save(length, part);
        case DeltaNetState state -> state.now().orElseThrow().save(part);
      }
    }
  }

  /** Hands out the states of a point of this sequence, by the same names. */
  public void save(Point point, ArraySink sink) {
    int state = 0;
    for (int i : linearLayers()) {
      point.states.get(state++).save(sink.under(prefix(i)));
    }
  }

  /** Takes up what was saved of one sequence of so many positions, in place of what is held. */
  public void load(int length, ArraySource source) {
    for (int i = 0; i < layers.size(); i++) {
      ArraySource part = source.under(prefix(i));
      switch (layers.get(i)) {
        case KvCache kv -> kv.load(length, part, config, compute);
        case DeltaNetState state ->
            state.restore(DeltaNetState.Snapshot.load(part, config, compute));
      }
    }
    this.length = length;
  }

  /** A saved point of the sequence that was loaded. */
  public Point loadPoint(int length, ArraySource source) {
    List<DeltaNetState.Snapshot> states = new ArrayList<>();
    for (int i : linearLayers()) {
      states.add(DeltaNetState.Snapshot.load(source.under(prefix(i)), config, compute));
    }
    Point point = new Point(length);
    states.forEach(point::add);
    return point;
  }

  private static String prefix(int layer) {
    return "layers." + layer + ".";
  }

  private int[] linearLayers() {
    return IntStream.range(0, layers.size())
        .filter(i -> layers.get(i) instanceof DeltaNetState)
        .toArray();
  }

  /** Forgets everything. */
  public void reset() {
    layers.forEach(LayerCache::reset);
    length = 0;
  }

  /** Lets go of buffers of which only a part is still needed, and evaluates what is held. */
  public void settle() {
    for (LayerCache layer : layers) {
      if (layer instanceof DeltaNetState state) {
        state.compact();
      }
    }
    Ops.eval(arrays());
  }

  /** Computes what a rollback has left to the next pass, and evaluates what is held. */
  public void reach() {
    for (LayerCache layer : layers) {
      if (layer instanceof DeltaNetState state) {
        state.now();
      }
    }
    Ops.eval(arrays());
  }

  /** All arrays held. */
  public List<Array> arrays() {
    return layers.stream().flatMap(layer -> layer.arrays().stream()).toList();
  }

  /** Bytes of keys and values, with the room reserved for growth. */
  public long kvBytes() {
    return bytes(KvCache.class);
  }

  /** Bytes of recurrent and convolution states. */
  public long stateBytes() {
    return bytes(DeltaNetState.class);
  }

  private long bytes(Class<? extends LayerCache> kind) {
    return layers.stream()
        .filter(kind::isInstance)
        .flatMap(layer -> layer.arrays().stream())
        .mapToLong(Array::bytes)
        .sum();
  }

  @Override
  public void close() {
    owner.close();
  }
}
