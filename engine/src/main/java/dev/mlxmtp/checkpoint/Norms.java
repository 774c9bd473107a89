package dev.mlxmtp.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides for each zero-centred norm whether the file holds it raw or shifted.
 *
 * <p>The layout of the trunk's convolutions settles the trunk. The head may have been grafted on in
 * either form, even norm by norm, so outside published files each of its norms is compared with the
 * trunk's of the same kind: the nearer of {@code w} and {@code 1 + w} wins. (The squared distances
 * of the vectors differ by twice the sum of {@code w - trunk} plus the width, so comparing means is
 * the same test.) The two norms before {@code fc} have no counterpart and true gammas far below 1;
 * they follow the head's own first norm.
 */
final class Norms {
  private static final Pattern OF_LAYER =
      Pattern.compile(
          "(mtp\\.)?layers\\.\\d+\\."
              + "((?:input_layernorm|post_attention_layernorm|self_attn\\.[qk]_norm)\\.weight)");
  private static final String FINAL = "norm.weight";
  private static final String PRE_FC = Names.MTP + "pre_fc_norm_";
  private static final String HEAD_FIRST = Names.MTP + "layers.0.input_layernorm.weight";

  private final SortedMap<String, TensorSource> tensors;
  private final NormForm trunk;
  private final String evidence;
  private final Map<String, NormForm> judged = new ConcurrentHashMap<>();

  /**
   * @param tensors by canonical name
   * @param evidence what settled the trunk's form
   */
  Norms(SortedMap<String, TensorSource> tensors, NormForm trunk, String evidence) {
    this.tensors = tensors;
    this.trunk = trunk;
    this.evidence = evidence;
  }

  /** True where the stored numbers need the 1 added. */
  boolean isRaw(String name) {
    return isZeroCentred(name) && form(name) == NormForm.RAW;
  }

  // Not linear_attn.norm, whose weights are centred at one in every layout.
  private static boolean isZeroCentred(String name) {
    return OF_LAYER.matcher(name).matches()
        || name.equals(FINAL)
        || name.equals(Names.MTP + FINAL)
        || name.startsWith(PRE_FC);
  }

  private NormForm form(String name) {
    if (!name.startsWith(Names.MTP)) {
      return trunk;
    }
    TensorSource source = tensors.get(name);
    if (trunk == NormForm.RAW && source != null && source.rawName().startsWith(Names.MTP)) {
      return NormForm.RAW;
    }
    String judge = name.startsWith(PRE_FC) ? HEAD_FIRST : name;
    return judged.computeIfAbsent(judge, this::nearest);
  }

  private NormForm nearest(String name) {
    TensorSource source = tensors.get(name);
    String kind = kind(name);
    double[] gammas =
        tensors.keySet().stream()
            .filter(other -> !other.startsWith(Names.MTP) && kind(other).equals(kind))
            .mapToDouble(other -> tensors.get(other).mean() + (trunk == NormForm.RAW ? 1 : 0))
            .toArray();
    if (source == null || gammas.length == 0) {
      return trunk;
    }
    double expected = Arrays.stream(gammas).average().orElseThrow();
    double stored = source.mean();
    return Math.abs(stored - expected) <= Math.abs(stored + 1 - expected)
        ? NormForm.SHIFTED
        : NormForm.RAW;
  }

  private static String kind(String name) {
    Matcher matcher = OF_LAYER.matcher(name);
    if (matcher.matches()) {
      return matcher.group(2);
    }
    return name.startsWith(Names.MTP) ? name.substring(Names.MTP.length()) : name;
  }

  /** One line for the log. */
  String describe() {
    List<String> raw = new ArrayList<>();
    List<String> shifted = new ArrayList<>();
    for (String name : tensors.tailMap(Names.MTP).keySet()) {
      if (name.startsWith(Names.MTP) && isZeroCentred(name)) {
        (form(name) == NormForm.RAW ? raw : shifted).add(name);
      }
    }
    StringBuilder text = new StringBuilder("Trunk norms ").append(wording(trunk));
    text.append(" (").append(evidence).append(")");
    if (!raw.isEmpty() && !shifted.isEmpty()) {
      text.append("; MTP norms mixed: ").append(wording(NormForm.RAW)).append(": ");
      text.append(String.join(", ", raw)).append("; ").append(wording(NormForm.SHIFTED));
      text.append(": ").append(String.join(", ", shifted));
    } else if (!raw.isEmpty()) {
      text.append("; MTP norms ").append(wording(NormForm.RAW));
    } else if (!shifted.isEmpty()) {
      text.append("; MTP norms ").append(wording(NormForm.SHIFTED));
    }
    return text.append('.').toString();
  }

  private static String wording(NormForm form) {
    return switch (form) {
      case RAW -> "stored zero-centred, used as 1 + w";
      case SHIFTED -> "used as stored";
    };
  }
}
