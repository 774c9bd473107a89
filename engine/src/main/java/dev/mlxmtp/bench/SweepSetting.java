package dev.mlxmtp.bench;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the answers of one row of a sweep are made.
 *
 * @param drafter {@code plain}, {@code mtp1} to {@code mtp8}, {@code auto} or {@code ngram}
 * @param variant what the head is fed; the standard where that is of no consequence
 */
public record SweepSetting(String drafter, MtpVariant variant, double temperature) {
  private static final String MTP = "mtp";

  /**
   * Puts the standard in the place of a variant that changes nothing: the head is not asked, or
   * drafts one token, from which nothing is chained.
   */
  public SweepSetting {
    DraftOptions draft = Contender.of(drafter).draft();
    if (draft instanceof DraftOptions.None || draft instanceof DraftOptions.NGram) {
      variant = MtpVariant.standard();
    } else if (draft instanceof DraftOptions.Mtp mtp && mtp.depth() == 1) {
      variant = new MtpVariant(variant.postNorm(), variant.history());
    }
  }

  /** The head at this depth; 0 is plain decoding. */
  public static SweepSetting of(int depth, MtpVariant variant, double temperature) {
    return new SweepSetting(name(depth), variant, temperature);
  }

  /**
   * Every combination, each once: by temperature, in it by variant, in it by depth.
   *
   * @param drafters beside the depths
   */
  public static List<SweepSetting> all(
      List<Integer> depths,
      List<String> drafters,
      List<MtpVariant> variants,
      List<Double> temperatures) {
    List<String> names = new ArrayList<>(depths.stream().map(SweepSetting::name).toList());
    names.addAll(drafters);
    Set<SweepSetting> all = new LinkedHashSet<>();
    for (double temperature : temperatures) {
      for (MtpVariant variant : variants) {
        names.forEach(name -> all.add(new SweepSetting(name, variant, temperature)));
      }
    }
    return List.copyOf(all);
  }

  private static String name(int depth) {
    return depth == 0 ? "plain" : MTP + depth;
  }

  /** Who drafts. */
  public DraftOptions draft() {
    return switch (Contender.of(drafter).draft()) {
      case DraftOptions.Mtp mtp -> new DraftOptions.Mtp(mtp.depth(), mtp.minProbability(), variant);
      case DraftOptions.Auto auto -> new DraftOptions.Auto(auto.most(), variant);
      case DraftOptions other -> other;
    };
  }

  /** Tokens drafted a round at most, where the head drafts to a fixed depth; else 0. */
  public int depth() {
    return draft() instanceof DraftOptions.Mtp mtp ? mtp.depth() : 0;
  }

  public boolean isPlain() {
    return draft() instanceof DraftOptions.None;
  }

  /** True where the model's MTP head is needed. */
  public boolean needsHead() {
    return draft() instanceof DraftOptions.Mtp;
  }

  /** The same with nobody drafting. */
  public SweepSetting plain() {
    return of(0, variant, temperature);
  }

  /** The same with the head fed as it was trained. */
  public SweepSetting standard() {
    return new SweepSetting(drafter, MtpVariant.standard(), temperature);
  }
}
