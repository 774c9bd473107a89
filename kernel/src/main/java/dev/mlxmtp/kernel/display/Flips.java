package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.Flip;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.LogitGap;
import java.util.Optional;

/** Where drafted texts left plain decoding's, in words. */
final class Flips {
  static final String EXPLAINED = "within rounding";
  static final String BUG = "NOT explained by rounding";
  private static final String UNKNOWN = "—";

  private Flips() {}

  /** What stands in place of another text's token. */
  static String choice(Optional<Flip.Choice> choice) {
    return choice.map(c -> quoted(c.text())).orElse("the end");
  }

  private static String quoted(String text) {
    return "`" + text.replace("\n", "↵").replace("\t", "⇥").replace("\r", "␍") + "`";
  }

  static String gap(Flip flip) {
    return flip.gap().map(g -> Figures.format("%.3g", g.gap())).orElse(UNKNOWN);
  }

  static String rounding(Flip flip) {
    return flip.gap().map(g -> Figures.format("%.2g", g.rounding())).orElse(UNKNOWN);
  }

  /** Whether it is to be expected. */
  static String verdict(Flip flip) {
    if (flip.gap().isEmpty()) {
      return UNKNOWN;
    }
    LogitGap gap = flip.gap().get();
    if (gap.isRounding()) {
      return EXPLAINED;
    }
    // Whether a token is among the likeliest n may turn on less than its own logit does.
    return Double.isInfinite(gap.lead()) ? "one is cut off by the sampling rules" : BUG;
  }

  /** What the columns are. */
  static String remark(SamplingOptions sampling) {
    return "gap: logit of plain decoding's token − that of the other, by fresh passes over what"
        + " stands before; "
        + (sampling.isArgmax()
            ? ""
            : "whether it is explained goes by what sampling compares, its noise included; ")
        + "rounding: what rounding may move it by; what rounding does not explain is a bug";
  }
}
