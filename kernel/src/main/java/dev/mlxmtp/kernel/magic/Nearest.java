package dev.mlxmtp.kernel.magic;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Finds what a mistyped name may have meant. */
final class Nearest {
  private static final int SHOWN = 3;

  private Nearest() {}

  /** The candidates within a few keystrokes of the name, nearest first. */
  static List<String> to(String name, Collection<String> candidates) {
    int reach = Math.max(1, name.length() / 3 + 1);
    return candidates.stream()
        .filter(c -> distance(name, c) <= reach || name.length() > 2 && c.startsWith(name))
        .sorted(
            Comparator.<String>comparingInt(c -> distance(name, c))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }

  /** {@code (nearest: `a`, `b`)}, or nothing where nothing is near. */
  static String hint(List<String> near) {
    return near.isEmpty()
        ? ""
        : near.stream()
            .map(n -> "`" + n + "`")
            .collect(Collectors.joining(", ", " (nearest: ", ")"));
  }

  // Levenshtein's distance, a swap of neighbours counting once.
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] =
            Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + substitution);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
