package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Fast;
import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A loaded model of the Qwen3.5 family. Its weights belong to it and are freed when it closes.
 * Engine thread only.
 */
public final class Qwen35 implements AutoCloseable {
  private record Drafting(DraftHead kind, OutputHead head, Scope owner) {}

  private static final int ROWS_COMPARED = 5;

  private final Scope weights;
  private final Qwen35Config config;
  private final DType compute;
  private final KernelCheck kernels;
  private final Embedding embedding;
  private final List<DecoderLayer> layers;
  private final RmsNorm norm;
  private final Linear head;
  private final Optional<MtpHead> mtp;
  private Optional<Drafting> drafting = Optional.empty();
  private Optional<Boolean> rowInvariant = Optional.empty();

  Qwen35(
      Scope weights,
      Qwen35Config config,
      DType compute,
      KernelCheck kernels,
      Embedding embedding,
      List<DecoderLayer> layers,
      RmsNorm norm,
      Linear head,
      Optional<MtpHead> mtp) {
    this.weights = weights;
    this.config = config;
    this.compute = compute;
    this.kernels = kernels;
    this.embedding = embedding;
    this.layers = layers;
    this.norm = norm;
    this.head = head;
    this.mtp = mtp;
  }

  /**
   * Runs the trunk over T new positions of each sequence.
   *
   * @param tokens int32 {@code [B, T]}
   * @param cache holds the positions before; T are appended
   */
  public Hidden forward(Array tokens, ModelCache cache, Pass pass) {
    return forward(embedding.rows(tokens), new Positions.Text(cache.length()), cache, pass);
  }

  /**
   * The same from embeddings.
   *
   * @param embeddings {@code [B, T, H]}
   */
  public Hidden forward(Array embeddings, Positions positions, ModelCache cache, Pass pass) {
    int rows = embeddings.dim(1);
    Hidden hidden = forward(embeddings, i -> Segments.of(rows, positions, cache.layer(i), pass));
    cache.advance(rows);
    return hidden;
  }

  /**
   * Runs the trunk over new positions of several sequences, whose rows stand one after the other.
   *
   * @param tokens int32 {@code [1, Σ rows]}
   * @param parts the sequences in the order of their rows
   * @return {@code [1, Σ rows, H]} each
   */
  public Hidden forward(Array tokens, List<Part> parts) {
    Hidden hidden = forward(embedding.rows(tokens), i -> segments(parts, i));
    parts.forEach(part -> part.cache().advance(part.rows()));
    return hidden;
  }

  private static Segments segments(List<Part> parts, int layer) {
    return new Segments(
        parts.stream()
            .map(
                part ->
                    new Segments.Segment(
                        part.rows(),
                        new Positions.Text(part.cache().length()),
                        part.cache().layer(layer),
                        part.pass()))
            .toList());
  }

  private Hidden forward(Array embeddings, IntFunction<Segments> segments) {
    Array x = embeddings;
    for (int i = 0; i < layers.size(); i++) {
      x = layers.get(i).apply(x, segments.apply(i));
    }
    return new Hidden(x, norm.apply(x));
  }

  /**
   * {@code [B, T, H]} to {@code [B, T, V]}: from hidden states after the final norm, or from the
   * MTP head's output.
   */
  public Array logits(Array hidden) {
    return head.apply(hidden);
  }

  /**
   * What reads drafts from the MTP head's output. It is made when it is first asked for and stays
   * until another one is.
   *
   * @param vocabulary ids that the tokenizer defines
   */
  public OutputHead draftHead(DraftHead kind, int vocabulary) {
    if (drafting.isEmpty() || !drafting.get().kind().equals(kind)) {
      drafting.ifPresent(made -> made.owner().close());
      drafting = Optional.empty();
      Scope owner = Scope.detached();
      try (var _ = Scope.open()) {
        OutputHead made = OutputHead.of(kind, head, vocabulary, owner);
        drafting = Optional.of(new Drafting(kind, made, owner));
      }
    }
    return drafting.get().head();
  }

  /** Bytes of what was made to read drafts. */
  public long draftHeadBytes() {
    return drafting.map(made -> made.head().bytes()).orElse(0L);
  }

  /** int32 {@code [B, T]} to {@code [B, T, H]}. */
  public Array embed(Array tokens) {
    return embedding.rows(tokens);
  }

  public Qwen35Config config() {
    return config;
  }

  /** The dtype of activations. */
  public DType compute() {
    return compute;
  }

  /**
   * True where our CPU kernels compute, on all processors: whatever the host did meanwhile would
   * take one from them.
   */
  public boolean usesAllProcessors() {
    return kernels.attention();
  }

  /**
   * True where a row's numbers are the same, to the bit, however many rows come with it up to 64,
   * so that verifying drafts together changes nothing. Our CPU kernels are made so; the first call
   * sees whether they serve all of this model.
   */
  public boolean isRowInvariant() {
    if (rowInvariant.isEmpty()) {
      rowInvariant = Optional.of(kernels.attention() && rowsAgree());
    }
    return rowInvariant.get();
  }

  private boolean rowsAgree() {
    int[] tokens = new int[ROWS_COMPARED];
    Arrays.setAll(tokens, i -> (7919 * i + 1) % config.vocabularySize());
    try (var _ = Scope.open();
        ModelCache together = newCache();
        ModelCache apart = newCache()) {
      Array row = Array.of(tokens, 1, tokens.length);
      Array all = logits(forward(row, together, Pass.VERIFY).postNorm());
      List<Array> each = new ArrayList<>();
      for (int t = 0; t < tokens.length; t++) {
        Array token = Ops.slice(row, 1, t, t + 1);
        each.add(logits(forward(token, apart, Pass.COMMIT).postNorm()));
      }
      return Arrays.equals(all.toFloats(), Ops.concatenate(each, 1).toFloats());
    }
  }

  /** A sentence for each kernel that was left out because it did not hold on this machine. */
  public List<String> warnings() {
    return kernels.warnings();
  }

  /**
   * What building the graph of one more token takes.
   *
   * @param nodes primitives of MLX's graph
   * @param calls from Java into the native library
   */
  public record StepCost(long nodes, long calls) {}

  /** Counts a plain greedy step; builds it and does not run it. */
  public StepCost stepCost() {
    try (var _ = Scope.open();
        ModelCache cache = newCache()) {
      Array token = Array.of(new int[1], 1, 1);
      long before = Ops.graphNodes(step(token, cache));
      long calls = Mlx.calls();
      Array next = step(token, cache);
      long called = Mlx.calls() - calls;
      return new StepCost(Ops.graphNodes(next) - before, called);
    }
  }

  private Array step(Array token, ModelCache cache) {
    Hidden hidden = forward(token, cache, Pass.COMMIT);
    return Fast.greedy(logits(hidden.postNorm()), config.vocabularySize()).token();
  }

  /** The head, where the checkpoint has one. */
  public Optional<MtpHead> mtp() {
    return mtp;
  }

  /** An empty cache for a new sequence. */
  public ModelCache newCache() {
    return new ModelCache(config, compute);
  }

  @Override
  public void close() {
    drafting.ifPresent(made -> made.owner().close());
    weights.close();
  }
}
