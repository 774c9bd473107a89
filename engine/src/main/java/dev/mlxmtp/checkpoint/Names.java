package dev.mlxmtp.checkpoint;

import java.util.List;

/**
 * One name for each tensor and module, whichever layout the file has: the published text names
 * without their prefix, {@code mtp.} for the head, {@code visual.} for the tower.
 */
final class Names {
  static final String MTP = "mtp.";
  static final String VISION = "visual.";

  private record Rule(String prefix, String replacement) {}

  // The first match decides, so longer prefixes come first.
  private static final List<Rule> RULES =
      List.of(
          new Rule("model.language_model.", ""),
          new Rule("language_model.model.", ""),
          new Rule("language_model.", ""),
          new Rule("model.visual.", VISION),
          new Rule("vision_tower.", VISION),
          new Rule("model.", ""));

  private Names() {}

  /** The canonical form of a tensor name or module path. */
  static String canonical(String raw) {
    for (Rule rule : RULES) {
      if (raw.startsWith(rule.prefix)) {
        return rule.replacement + raw.substring(rule.prefix.length());
      }
    }
    return raw;
  }

  /** True for the prefixes that only converted checkpoints have. */
  static boolean isConverted(String raw) {
    return raw.startsWith("language_model.");
  }
}
