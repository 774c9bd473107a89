package dev.mlxmtp.bench;

import dev.mlxmtp.decode.DraftOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Draft depths as they are written: {@code 0..6}, {@code 0,1,3}, or both. */
public final class Depths {
  private static final Pattern PART = Pattern.compile("(\\d{1,3})(?:\\.\\.(\\d{1,3}))?");

  private Depths() {}

  /**
   * The depths in the order given; 0 is plain decoding.
   *
   * @throws BenchException where they are no depths, or one comes twice
   */
  public static List<Integer> parse(String text) {
    List<Integer> all = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        throw new BenchException("`" + part.strip() + "` is no draft depth; write 0..6, or 0,1,3.");
      }
      int from = Integer.parseInt(matcher.group(1));
      int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
      if (to > DraftOptions.Mtp.MAX_DEPTH || from > DraftOptions.Mtp.MAX_DEPTH) {
        throw new BenchException(
            "Draft depths are 0 to "
                + DraftOptions.Mtp.MAX_DEPTH
                + ", not "
                + Math.max(from, to)
                + ".");
      }
      if (from > to) {
        throw new BenchException(
            "The depths " + part.strip() + " run downwards; write " + to + ".." + from + ".");
      }
      IntStream.rangeClosed(from, to).forEach(depth -> add(all, depth));
    }
    return all;
  }

  private static void add(List<Integer> all, int depth) {
    if (all.contains(depth)) {
      throw new BenchException("The depth " + depth + " is named twice; name it once.");
    }
    all.add(depth);
  }
}
