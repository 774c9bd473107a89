package dev.mlxmtp.checkpoint;

import java.util.List;

/** Wording shared by messages. */
final class Text {
  private Text() {}

  /** {@code a, b and 3 more}. */
  static String list(List<String> items, int limit) {
    String shown = String.join(", ", items.subList(0, Math.min(limit, items.size())));
    return items.size() <= limit ? shown : shown + " and " + (items.size() - limit) + " more";
  }
}
