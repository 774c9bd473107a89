package dev.mlxmtp.session;

import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The newest sequence and the points to which it can return. A request gives all its tokens; what
 * it shares with the sequence up to a point is reused. Keys and values could be cut anywhere, but a
 * linear layer's state exists only where it was saved: at turn borders, at the end of a prompt, and
 * at the sequence's own end. Engine thread only.
 */
final class ContextCache implements AutoCloseable {
  // The states are large in large models: enough for a branching conversation, and no more.
  private static final int MAX_POINTS = 8;
  private static final long MAX_POINT_BYTES = 2L << 30;

  private final Qwen35 model;
  private Sequence sequence;
  private MtpVariant variant = MtpVariant.standard();
  private final List<Sequence.Point> points = new ArrayList<>();

  ContextCache(Qwen35 model) {
    this.model = model;
    this.sequence = new Sequence(model, variant);
  }

  Sequence sequence() {
    return sequence;
  }

  /**
   * Brings the sequence to the longest reusable beginning of the prompt.
   *
   * @param variant of the MTP head's context; another one than before starts anew
   * @return how many tokens the sequence covers now; all of them where a point stands at the
   *     prompt's very end
   */
  int prepare(int[] prompt, MtpVariant variant, boolean reuse) {
    if (!reuse || !variant.equals(this.variant)) {
      reset(variant);
      return 0;
    }
    int[] covered = sequence.tokens();
    int common = Arrays.mismatch(covered, prompt);
    int shared = common < 0 ? covered.length : common;
    if (shared == covered.length && shared < prompt.length) {
      sequence.forgetNext();
      return shared;
    }
    Optional<Sequence.Point> point =
        points.stream()
            .filter(p -> p.length() <= shared)
            .max(Comparator.comparingInt(Sequence.Point::length));
    if (point.isEmpty()) {
      reset(variant);
      return 0;
    }
    sequence.restore(point.get());
    int length = point.get().length();
    points.removeIf(p -> closeIf(p, p.length() > length));
    return length;
  }

  private static boolean closeIf(Sequence.Point point, boolean condition) {
    if (condition) {
      point.close();
    }
    return condition;
  }

  /** Saves the present point. */
  void save() {
    int length = sequence.length();
    if (length == 0 || points.stream().anyMatch(p -> p.length() == length)) {
      return;
    }
    points.add(sequence.point());
    while (points.size() > MAX_POINTS || points.size() > 1 && pointBytes() > MAX_POINT_BYTES) {
      // The oldest goes first: a conversation goes on at its end.
      points.removeFirst().close();
    }
  }

  MtpVariant variant() {
    return variant;
  }

  /** The points, the oldest first. */
  List<Sequence.Point> points() {
    return List.copyOf(points);
  }

  /** Takes another sequence and its points in place of the present ones, and owns them. */
  void replace(MtpVariant variant, Sequence sequence, List<Sequence.Point> points) {
    close();
    this.variant = variant;
    this.sequence = sequence;
    this.points.addAll(points);
  }

  long pointBytes() {
    return points.stream().mapToLong(Sequence.Point::bytes).sum();
  }

  /** Forgets everything. */
  void reset() {
    reset(variant);
  }

  private void reset(MtpVariant variant) {
    points.forEach(Sequence.Point::close);
    points.clear();
    sequence.close();
    this.variant = variant;
    sequence = new Sequence(model, variant);
  }

  @Override
  public void close() {
    points.forEach(Sequence.Point::close);
    points.clear();
    sequence.close();
  }
}
