package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.ArraySink;
import dev.mlxmtp.model.ArraySource;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.util.Arrays;
import java.util.Optional;

/**
 * One sequence of tokens with everything that is remembered of it: the trunk's caches, the MTP
 * head's context, and the trunk's hidden state at the newest position. All of it always covers the
 * same tokens, {@code t_0 … t_{n-1}}; the MTP head's pairs reach up to {@code n − 2}, or {@code n −
 * 1} once the token after the newest is known.
 */
public final class Sequence implements AutoCloseable {
  private final Qwen35 model;
  private final Scope owner = Scope.detached();
  private final ModelCache cache;
  private final Optional<MtpContext> mtp;
  private int[] tokens = {};
  private Optional<Hidden> newest = Optional.empty();

  public Sequence(Qwen35 model, MtpVariant variant) {
    this.model = model;
    this.cache = model.newCache();
    this.mtp = model.mtp().map(head -> new MtpContext(head, variant));
  }

  /** A state that the sequence can return to. */
  public static final class Point implements AutoCloseable {
    private final ModelCache.Point cache;
    private final Scope owner = Scope.detached();
    private final Hidden newest;

    private Point(ModelCache.Point cache, Hidden newest) {
      this.cache = cache;
      this.newest = share(newest, owner);
    }

    /** Tokens covered. */
    public int length() {
      return cache.length();
    }

    /** Bytes kept alive by the point alone. */
    public long bytes() {
      return cache.bytes() + newest.postNorm().bytes() + newest.preNorm().bytes();
    }

    @Override
    public void close() {
      cache.close();
      owner.close();
    }
  }

  /** Tokens covered by the caches. */
  public int length() {
    return tokens.length;
  }

  /** The tokens covered by the caches. */
  public int[] tokens() {
    return tokens.clone();
  }

  /** The trunk's caches. */
  public ModelCache cache() {
    return cache;
  }

  /** Bytes of the MTP head's keys and values. */
  public long mtpBytes() {
    return mtp.map(MtpContext::cacheBytes).orElse(0L);
  }

  /** Pairs the MTP head knows; absent without a head. */
  public Optional<Integer> mtpPairs() {
    return mtp.map(MtpContext::pairs);
  }

  Optional<MtpContext> mtp() {
    return mtp;
  }

  /**
   * Appends prompt tokens, in one pass that keeps nothing for a rollback.
   *
   * @return the hidden states of the new positions
   */
  public Hidden extend(int[] more) {
    Array row = Array.of(more, 1, more.length);
    Hidden hidden = model.forward(row, cache, Pass.COMMIT);
    newest.ifPresent(before -> observe(before, Ops.slice(row, 1, 0, 1)));
    if (more.length > 1) {
      observe(hidden.rows(0, more.length - 1), Ops.slice(row, 1, 1, more.length));
    }
    commit(more, hidden.rows(more.length - 1, more.length));
    return hidden;
  }

  /** The hidden state at the newest position, {@code [1, 1, H]}. The sequence must not be empty. */
  public Hidden newest() {
    return newest.orElseThrow();
  }

  /** Lets the MTP head keep step, where the sequence is to be drafted for. */
  public void catchUp() {
    mtp.ifPresent(MtpContext::catchUp);
  }

  /** Tells the MTP head which token follows the newest position. */
  void next(int token) {
    observe(newest.orElseThrow(), Array.of(new int[] {token}, 1, 1));
  }

  /**
   * Takes the rows of a pass that stay; the caches hold those alone. The MTP head takes the exact
   * pairs in place of its own.
   *
   * @param kept their tokens, of which the first follows the newest position
   * @param hidden their hidden states, and perhaps those of further rows
   * @param following the token after each of them
   */
  void accept(int[] kept, Hidden hidden, int[] following) {
    int n = kept.length;
    observe(hidden.rows(0, n), Array.of(following, 1, n));
    commit(kept, hidden.rows(n - 1, n));
  }

  private void observe(Hidden hidden, Array following) {
    // A pair that is known already comes again where the same continuation is taken up once more.
    mtp.ifPresent(context -> context.observe(hidden, following));
  }

  private void commit(int[] added, Hidden last) {
    int before = tokens.length;
    tokens = Arrays.copyOf(tokens, before + added.length);
    System.arraycopy(added, 0, tokens, before, added.length);
    remember(last);
  }

  private void remember(Hidden last) {
    Hidden next = share(last, owner);
    forgetNewest();
    newest = Optional.of(next);
  }

  private void forgetNewest() {
    newest.ifPresent(
        h -> {
          h.preNorm().free();
          h.postNorm().free();
        });
    newest = Optional.empty();
  }

  // Copies, since a view would keep the whole pass alive.
  private static Hidden share(Hidden hidden, Scope owner) {
    return new Hidden(
        owner.adopt(Ops.contiguous(hidden.preNorm())),
        owner.adopt(Ops.contiguous(hidden.postNorm())));
  }

  /** Takes the present point. The sequence must not be empty. */
  public Point point() {
    return new Point(cache.point(), newest.orElseThrow());
  }

  /** Returns to a point of this sequence. */
  public void restore(Point point) {
    cache.restore(point.cache);
    tokens = Arrays.copyOf(tokens, point.length());
    remember(point.newest);
    mtp.ifPresent(context -> context.trim(point.length() - 1));
  }

  /** Forgets that the token after the newest position was known. */
  public void forgetNext() {
    mtp.ifPresent(context -> context.trim(Math.max(0, tokens.length - 1)));
  }

  /**
   * Hands out everything remembered but the tokens themselves: the trunk's caches, {@code pre_norm}
   * and {@code post_norm} of the newest position, and the MTP head's keys and values ({@code
   * mtp.keys}), for which the head first takes the pairs that wait. The sequence must not be empty.
   */
  public void save(ArraySink sink) {
    forgetNext();
    catchUp();
    settle();
    cache.save(sink);
    save(newest.orElseThrow(), sink);
    mtp.ifPresent(context -> context.save(sink.under("mtp.")));
  }

  /** Hands out a point of this sequence. */
  public void save(Point point, ArraySink sink) {
    cache.save(point.cache, sink);
    save(point.newest, sink);
  }

  private static void save(Hidden hidden, ArraySink sink) {
    sink.put("pre_norm", hidden.preNorm());
    sink.put("post_norm", hidden.postNorm());
  }

  /** Takes up what was saved of a sequence of the same model and variant. This one must be new. */
  public void load(int[] saved, ArraySource source) {
    cache.load(saved.length, source);
    remember(hidden(source));
    mtp.ifPresent(context -> context.load(saved.length - 1, source.under("mtp."), model));
    tokens = saved.clone();
    settle();
  }

  /** A saved point of the sequence that was loaded. */
  public Point loadPoint(int length, ArraySource source) {
    Hidden hidden = hidden(source);
    return new Point(cache.loadPoint(length, source), hidden);
  }

  private Hidden hidden(ArraySource source) {
    int width = model.config().hiddenSize();
    return new Hidden(
        source.take("pre_norm", model.compute(), 1, 1, width),
        source.take("post_norm", model.compute(), 1, 1, width));
  }

  /** Evaluates everything held, so that no graph is pending between generations. */
  public void settle() {
    cache.settle();
    newest.ifPresent(h -> Ops.eval(h.preNorm(), h.postNorm()));
    mtp.ifPresent(MtpContext::settle);
  }

  @Override
  public void close() {
    mtp.ifPresent(MtpContext::close);
    cache.close();
    owner.close();
  }
}
