package dev.mlxmtp.bench;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Verification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A way to draft that is measured against others.
 *
 * @param name {@code plain}, {@code mtp1} to {@code mtp8}, {@code auto} or {@code ngram}; all but
 *     the first with {@code -exact} or {@code -fast} where their verification is named
 * @param verification of its drafts; absent leaves it to the plan
 */
public record Contender(String name, DraftOptions draft, Optional<Verification> verification) {
  private static final List<String> WITH_HEAD =
      List.of("plain", "mtp1", "mtp2", "mtp3", "mtp4", "auto", "ngram");
  private static final List<String> WITHOUT_HEAD = List.of("plain", "auto", "ngram");

  /**
   * The drafter of this name.
   *
   * @throws BenchException where there is none
   */
  public static Contender of(String name) {
    Optional<Verification> verification =
        Arrays.stream(Verification.values()).filter(v -> name.endsWith("-" + v)).findFirst();
    String drafter = verification.map(v -> name.replaceFirst("-" + v + "$", "")).orElse(name);
    DraftOptions draft =
        switch (drafter) {
          case "plain" -> new DraftOptions.None();
          case "auto" -> DraftOptions.Auto.standard();
          case "ngram" -> DraftOptions.NGram.standard();
          default -> DraftOptions.mtp(depth(drafter, name));
        };
    if (verification.isPresent() && draft instanceof DraftOptions.None) {
      throw new BenchException(
          "Plain decoding has no drafts to verify; name it `plain`, not `" + name + "`.");
    }
    return new Contender(name, draft, verification);
  }

  private static int depth(String drafter, String name) {
    if (!drafter.matches("mtp[1-" + DraftOptions.Mtp.MAX_DEPTH + "]")) {
      throw new BenchException(
          "There is no drafter `"
              + name
              + "` to measure; there are plain, mtp1 to mtp"
              + DraftOptions.Mtp.MAX_DEPTH
              + ", auto and ngram, all but plain with -exact or -fast behind them too.");
    }
    return drafter.charAt(drafter.length() - 1) - '0';
  }

  /**
   * The drafters of these names.
   *
   * @throws BenchException where one does not exist or is named twice
   */
  public static List<Contender> of(List<String> names) {
    List<Contender> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new BenchException("The drafter `" + name + "` is named twice; name it once.");
      }
      all.add(of(name));
    }
    return all;
  }

  /**
   * Those that are measured where nothing else is asked for.
   *
   * @param hasMtp the model has a head
   */
  public static List<Contender> standard(boolean hasMtp) {
    return of(hasMtp ? WITH_HEAD : WITHOUT_HEAD);
  }

  boolean isPlain() {
    return draft instanceof DraftOptions.None;
  }

  boolean isAuto() {
    return draft instanceof DraftOptions.Auto;
  }
}
