package dev.mlxmtp.bench;

import dev.mlxmtp.decode.MtpVariant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the MTP head is fed, as it is written: {@code history=on|off,hidden=post|pre}. */
public final class Variants {
  private static final Map<String, List<String>> NAMES = names();

  private Variants() {}

  // The first value of each is the standard.
  private static Map<String, List<String>> names() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    names.put("history", List.of("on", "off"));
    names.put("hidden", List.of("post", "pre"));
    names.put("chain", List.of("post", "pre"));
    return names;
  }

  /**
   * Every combination of the values; what is not named stays as the head was trained.
   *
   * @param text names and values, for example {@code history=on|off,chain=post|pre}
   * @throws BenchException where a name or a value does not exist or comes twice
   */
  public static List<MtpVariant> parse(String text) {
    Map<String, List<String>> chosen = new LinkedHashMap<>();
    for (String axis : text.split(",", -1)) {
      int equals = axis.indexOf('=');
      String name = axis.substring(0, Math.max(0, equals)).strip();
      if (!NAMES.containsKey(name)) {
        throw new BenchException(
            "`"
                + axis.strip()
                + "` is no variant of the head; write for example"
                + " history=on|off,hidden=post|pre,chain=post|pre.");
      }
      if (chosen.containsKey(name)) {
        throw new BenchException("`" + name + "` is named twice among the variants; name it once.");
      }
      chosen.put(name, values(name, axis.substring(equals + 1)));
    }
    List<MtpVariant> all = new ArrayList<>();
    for (String history : chosen.getOrDefault("history", List.of("on"))) {
      for (String hidden : chosen.getOrDefault("hidden", List.of("post"))) {
        for (String chain : chosen.getOrDefault("chain", List.of("post"))) {
          all.add(
              new MtpVariant(hidden.equals("post"), history.equals("on"), chain.equals("post")));
        }
      }
    }
    return all;
  }

  private static List<String> values(String name, String text) {
    List<String> values = new ArrayList<>();
    for (String part : text.split("\\|", -1)) {
      String value = part.strip();
      if (!NAMES.get(name).contains(value)) {
        throw new BenchException(
            "The variant "
                + name
                + " is "
                + String.join(" or ", NAMES.get(name))
                + ", not `"
                + value
                + "`.");
      }
      if (values.contains(value)) {
        throw new BenchException(
            "The variant " + name + "=" + value + " is named twice; name it once.");
      }
      values.add(value);
    }
    return values;
  }

  /** {@code on} where the head sees the whole context. */
  public static String history(MtpVariant variant) {
    return variant.history() ? "on" : "off";
  }

  /** {@code post} where it is fed the state after the final norm. */
  public static String hidden(MtpVariant variant) {
    return variant.postNorm() ? "post" : "pre";
  }

  /** {@code post} where it drafts on from its output after its own norm. */
  public static String chain(MtpVariant variant) {
    return variant.chainPostNorm() ? "post" : "pre";
  }

  /** What differs from the standard, as it is written; {@code standard} where nothing does. */
  public static String label(MtpVariant variant) {
    List<String> parts = new ArrayList<>();
    if (!variant.history()) {
      parts.add("history=off");
    }
    if (!variant.postNorm()) {
      parts.add("hidden=pre");
    }
    if (!variant.chainPostNorm()) {
      parts.add("chain=pre");
    }
    return parts.isEmpty() ? "standard" : String.join(",", parts);
  }
}
