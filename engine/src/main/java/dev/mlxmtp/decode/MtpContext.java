package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ArraySink;
import dev.mlxmtp.model.ArraySource;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.KvCache;
import dev.mlxmtp.model.MtpHead;
import dev.mlxmtp.model.Positions;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the MTP head knows of a sequence. Pair i is (h_i, t_{i+1}): the trunk's hidden state of
 * position i with the token after it, at rotary position i. The head's cache holds a prefix of the
 * pairs; those that came while nobody drafted wait and are fed together when a draft is asked for,
 * or when too many wait.
 */
final class MtpContext implements AutoCloseable {
  // Bounds the memory of waiting pairs in a long generation without drafts.
  private static final int MAX_WAITING = 2048;

  private record Pairs(Array hidden, Array tokens) {
    int count() {
      return tokens.dim(1);
    }

    void free() {
      hidden.free();
      tokens.free();
    }
  }

  private final MtpHead head;
  private final MtpVariant variant;
  private final Scope owner = Scope.detached();
  private final KvCache cache;
  private final List<Pairs> waiting = new ArrayList<>();
  private int exact;
  private int waitingCount;
  private Optional<Hidden> newest = Optional.empty();

  MtpContext(MtpHead head, MtpVariant variant) {
    this.head = head;
    this.variant = variant;
    this.cache = head.newCache(owner);
  }

  MtpVariant variant() {
    return variant;
  }

  /** Pairs known, fed or waiting. */
  int pairs() {
    return exact + waitingCount;
  }

  /** Bytes of the head's keys and values. */
  long cacheBytes() {
    return cache.arrays().stream().mapToLong(Array::bytes).sum();
  }

  /**
   * Takes the next pairs.
   *
   * @param hidden rows of T positions
   * @param tokens int32 {@code [1, T]}: the token after each
   */
  void observe(Hidden hidden, Array tokens) {
    Array rows = variant.hidden(hidden);
    waiting.add(new Pairs(owner.adopt(rows.share()), owner.adopt(tokens.share())));
    waitingCount += tokens.dim(1);
    if (waitingCount > MAX_WAITING) {
      feed();
    }
  }

  /** The head's output {@code [1, 1, H]} for the newest pair: what the next draft is read from. */
  Hidden newest() {
    catchUp();
    return newest.orElseThrow(
        () -> new IllegalStateException("the MTP head has seen no pair to draft from"));
  }

  /** Feeds what waits. */
  void catchUp() {
    if (waitingCount > 0) {
      feed();
    }
  }

  /**
   * Feeds the head its own output and draft, at the position after its newest entry.
   *
   * @param token int32 {@code [1, 1]}
   * @param output {@code [1, 1, H]}
   */
  Hidden chain(Array token, Hidden output) {
    return head.forward(token, variant.chained(output), new Positions.Text(cache.length()), cache);
  }

  private void feed() {
    if (variant.history()) {
      cache.trim(exact);
    } else {
      cache.reset();
      keepLastWaiting();
    }
    Array hidden = joined(waiting.stream().map(Pairs::hidden).toList());
    Array tokens = joined(waiting.stream().map(Pairs::tokens).toList());
    Hidden out = head.forward(tokens, hidden, new Positions.Text(cache.length()), cache);
    Hidden last = new Hidden(last(out.preNorm()), last(out.postNorm()));
    forgetNewest();
    newest = Optional.of(last);
    exact += waitingCount;
    forgetWaiting();
  }

  private Array last(Array rows) {
    int n = rows.dim(1);
    return owner.adopt(n == 1 ? rows.share() : Ops.contiguous(Ops.slice(rows, 1, n - 1, n)));
  }

  private void forgetNewest() {
    newest.ifPresent(
        h -> {
          h.preNorm().free();
          h.postNorm().free();
        });
    newest = Optional.empty();
  }

  // Without history the head sees the newest pair alone, whatever came before.
  private void keepLastWaiting() {
    Pairs last = waiting.removeLast();
    int n = last.count();
    Pairs one =
        n == 1
            ? last
            : new Pairs(
                owner.adopt(Ops.slice(last.hidden(), 1, n - 1, n)),
                owner.adopt(Ops.slice(last.tokens(), 1, n - 1, n)));
    if (n > 1) {
      last.free();
    }
    waiting.forEach(Pairs::free);
    waiting.clear();
    waiting.add(one);
  }

  private static Array joined(List<Array> parts) {
    return parts.size() == 1 ? parts.getFirst() : Ops.concatenate(parts, 1);
  }

  private void forgetWaiting() {
    waiting.forEach(Pairs::free);
    waiting.clear();
    waitingCount = 0;
  }

  /** Forgets the pairs from {@code count} on. */
  void trim(int count) {
    if (count >= pairs()) {
      return;
    }
    while (waitingCount > 0 && exact + waitingCount - waiting.getLast().count() >= count) {
      Pairs last = waiting.removeLast();
      waitingCount -= last.count();
      last.free();
    }
    int excess = exact + waitingCount - count;
    if (waitingCount > 0 && excess > 0) {
      Pairs last = waiting.removeLast();
      int n = last.count() - excess;
      waiting.add(
          new Pairs(
              owner.adopt(Ops.contiguous(Ops.slice(last.hidden(), 1, 0, n))),
              owner.adopt(Ops.contiguous(Ops.slice(last.tokens(), 1, 0, n)))));
      waitingCount -= excess;
      last.free();
    }
    if (count < exact) {
      exact = count;
      forgetNewest();
    }
  }

  /** Evaluates what is held and joins what waits, so that nothing grows between generations. */
  void settle() {
    if (waiting.size() > 1) {
      Pairs one =
          new Pairs(
              owner.adopt(joined(waiting.stream().map(Pairs::hidden).toList())),
              owner.adopt(joined(waiting.stream().map(Pairs::tokens).toList())));
      waiting.forEach(Pairs::free);
      waiting.clear();
      waiting.add(one);
    }
    List<Array> held = new ArrayList<>(cache.arrays());
    newest.ifPresent(h -> held.addAll(List.of(h.preNorm(), h.postNorm())));
    waiting.forEach(p -> held.addAll(List.of(p.hidden(), p.tokens())));
    Ops.eval(held);
  }

  /**
   * Hands out the head's keys and values of the pairs; none where it has no history. No pair may
   * wait, so that what is saved has one form however it came about.
   */
  void save(ArraySink sink) {
    if (waitingCount > 0) {
      throw new IllegalStateException("pairs still wait to be fed");
    }
    if (variant.history()) {
      cache.save(exact, sink);
    }
  }

  /** Takes up what was saved of so many pairs. Nothing may be known yet. */
  void load(int pairs, ArraySource source, Qwen35 model) {
    if (variant.history()) {
      cache.load(pairs, source, model.config(), model.compute());
    }
    exact = pairs;
  }

  @Override
  public void close() {
    owner.close();
  }
}
