package dev.mlxmtp.text;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Turns ids into text as they arrive. All that it gives out, put together, is what decoding all ids
 * at once gives. It never gives out half a character, and looks only at the last few ids each time.
 * For one stream of ids; not for several threads.
 */
public final class Detokenizer {
  /** A UTF-8 character has at most 4 bytes, so at most 3 bytes can wait for the rest of one. */
  private static final int MAX_HELD = 3;

  private static final int MAX_WINDOW = 32;
  private static final int MIN_TAIL = 4;
  private static final int MAX_TAIL = 12;

  private final Function<int[], String> decode;
  private final IntPredicate dropped;

  /** The ids that are looked at: some whose text has all been given out, then new ones. */
  private int[] window = new int[0];

  /** How many ids of the window are there only for the decoder to see what came before. */
  private int context;

  /** How much of the window's text has been given out, in UTF-16 units. */
  private int given;

  /**
   * Starts a stream.
   *
   * @param keepSpecial whether special tokens are part of the text
   */
  public Detokenizer(Tokenizer tokenizer, boolean keepSpecial) {
    this(ids -> tokenizer.decode(ids, false), id -> !keepSpecial && tokenizer.isSpecial(id));
  }

  Detokenizer(Function<int[], String> decode, IntPredicate dropped) {
    this.decode = decode;
    this.dropped = dropped;
  }

  /**
   * Takes the next id and returns the text that is now certain, perhaps empty.
   *
   * @throws IllegalArgumentException if the id is negative
   */
  public String add(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("A token id can't be negative, but one is " + id + ".");
    }
    if (dropped.test(id)) {
      return "";
    }
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = id;
    var text = decode.apply(window);
    int end = text.length() - incomplete(text);
    var result = end > given ? text.substring(given, end) : "";
    given = Math.max(given, end);
    if (end == text.length() && !text.isEmpty()) {
      // Nothing waits: what came before the last new ids is not needed any more.
      dropFront(context);
      context = window.length;
    } else if (window.length > MAX_WINDOW) {
      shorten(text);
    }
    return result;
  }

  /** Returns the text that was still held back; the stream is then at its start again. */
  public String finish() {
    var text = decode.apply(window);
    var rest = text.substring(Math.min(given, text.length()));
    window = new int[0];
    context = 0;
    given = 0;
    return rest;
  }

  /** How many characters at the end may still turn into another one. */
  private static int incomplete(String text) {
    int held = 0;
    while (held < MAX_HELD
        && held < text.length()
        && text.charAt(text.length() - 1 - held) == '\uFFFD') {
      held++;
    }
    return held;
  }

  private void dropFront(int count) {
    if (count > 0) {
      window = Arrays.copyOfRange(window, count, window.length);
      given = decode.apply(window).length();
    }
  }

  /**
   * Cuts a window in which something always waits. A cut is sound where both sides decode to what
   * the whole does and enough ids stay to hold the start of an unfinished character.
   */
  private void shorten(String text) {
    for (int tail = MIN_TAIL; tail <= MAX_TAIL; tail++) {
      int cut = window.length - tail;
      var front = decode.apply(Arrays.copyOf(window, cut));
      var back = decode.apply(Arrays.copyOfRange(window, cut, window.length));
      if (given >= front.length() && text.equals(front + back)) {
        keep(tail, given - front.length());
        return;
      }
    }
    int waiting = text.length() - given;
    keep(MAX_TAIL, 0);
    given = Math.max(0, decode.apply(window).length() - waiting);
  }

  private void keep(int tail, int alreadyGiven) {
    window = Arrays.copyOfRange(window, window.length - tail, window.length);
    context = 0;
    given = alreadyGiven;
  }
}
