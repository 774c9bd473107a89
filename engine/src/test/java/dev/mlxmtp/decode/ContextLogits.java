package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The logits of the model and of its MTP head after a context and a few tokens more, each computed
 * once: they depend on the tokens alone. Engine thread only.
 */
final class ContextLogits implements AutoCloseable {
  private record Asked(List<Integer> known, List<Integer> drafted) {}

  private final Qwen35 model;
  private final int[] context;
  private final Sequence sequence;
  private final Sequence.Point point;
  private final Map<List<Integer>, float[]> ofModel = new HashMap<>();
  private final Map<Asked, float[]> ofHead = new HashMap<>();

  ContextLogits(Qwen35 model, int[] context) {
    this.model = model;
    this.context = context.clone();
    this.sequence = new Sequence(model, MtpVariant.standard());
    sequence.extend(context);
    this.point = sequence.point();
  }

  /** The context and what is known after it. */
  int[] history(List<Integer> known) {
    int[] all = Arrays.copyOf(context, context.length + known.size());
    Arrays.setAll(all, i -> i < context.length ? context[i] : known.get(i - context.length));
    return all;
  }

  /** The model's, for the token after {@code known}. */
  float[] model(List<Integer> known) {
    return ofModel.computeIfAbsent(known, this::runModel).clone();
  }

  /**
   * The head's, for the token after {@code drafted}.
   *
   * @param known at least one token, the last not yet run through the model
   * @param drafted what the head was fed of its own
   */
  float[] head(List<Integer> known, List<Integer> drafted) {
    return ofHead.computeIfAbsent(new Asked(known, drafted), this::runHead).clone();
  }

  private float[] runModel(List<Integer> known) {
    try (var _ = Scope.open()) {
      sequence.restore(point);
      Hidden hidden = known.isEmpty() ? sequence.newest() : sequence.extend(array(known));
      int rows = hidden.postNorm().dim(1);
      return floats(hidden.rows(rows - 1, rows).postNorm());
    }
  }

  private float[] runHead(Asked asked) {
    try (var _ = Scope.open()) {
      sequence.restore(point);
      int[] known = array(asked.known());
      if (known.length > 1) {
        sequence.extend(Arrays.copyOf(known, known.length - 1));
      }
      sequence.next(known[known.length - 1]);
      MtpContext head = sequence.mtp().orElseThrow();
      Hidden output = head.newest();
      for (int token : asked.drafted()) {
        output = head.chain(Array.of(new int[] {token}, 1, 1), output);
      }
      return floats(output.postNorm());
    }
  }

  private float[] floats(Array hidden) {
    return Ops.slice(model.logits(hidden), -1, 0, model.config().vocabularySize()).toFloats();
  }

  private static int[] array(List<Integer> tokens) {
    return IntStream.range(0, tokens.size()).map(tokens::get).toArray();
  }

  @Override
  public void close() {
    point.close();
    sequence.close();
  }
}
