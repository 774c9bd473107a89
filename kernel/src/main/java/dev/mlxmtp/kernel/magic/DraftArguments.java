package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.session.GenerateRequest;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Who drafts, and how. */
final class DraftArguments {
  private static final String AUTO = "auto";

  enum Drafter {
    NONE,
    MTP,
    NGRAM,
    DFLASH,
    AUTO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum HiddenState {
    POST,
    PRE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  enum Switch {
    ON,
    OFF;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--draft",
      paramLabel = "DRAFTER",
      description =
          "${COMPLETION-CANDIDATES}. Default: auto, which is mtp where the model has the head and"
              + " the choice is greedy, else none.")
  private Optional<Drafter> drafter = Optional.empty();

  @Option(
      names = "--mtp",
      arity = "0..1",
      fallbackValue = AUTO,
      preprocessor = AttachedValue.class,
      paramLabel = "K|auto",
      description =
          "Draft with the MTP head: K tokens a pass, 1 to 8; 0 is --draft none. Without a value,"
              + " and with auto: "
              + GenerateRequest.DEFAULT_DEPTH
              + ".")
  private Optional<String> mtp = Optional.empty();

  @Option(
      names = "--mtp-hidden",
      paramLabel = "STATE",
      description =
          "Which hidden state the head gets: from after or before the final norm,"
              + " ${COMPLETION-CANDIDATES}. For study. Default: post.")
  private Optional<HiddenState> hidden = Optional.empty();

  @Option(
      names = "--mtp-history",
      paramLabel = "SWITCH",
      description =
          "Whether the head sees the whole context: ${COMPLETION-CANDIDATES}, which empties its"
              + " cache at every pass. For study. Default: on.")
  private Optional<Switch> history = Optional.empty();

  @Option(
      names = "--mtp-min-p",
      paramLabel = "P",
      description =
          "End a draft early: before the first token that the head itself gives a probability"
              + " under P. Default: 0, never.")
  private Optional<Double> minProbability = Optional.empty();

  /**
   * What was asked for; absent leaves the choice to the model.
   *
   * @throws MagicException where the options contradict each other or name what there is not
   * @throws IllegalArgumentException where a number is out of its range
   */
  Optional<DraftOptions> choice() {
    drafter.ifPresent(DraftArguments::refuseUnknown);
    Optional<Integer> depth = mtp.map(DraftArguments::depth);
    if (drafter.equals(Optional.of(Drafter.NONE)) && depth.orElse(0) != 0) {
      throw new MagicException("--draft none and --mtp contradict each other; give one of them.");
    }
    if (drafter.equals(Optional.of(Drafter.MTP)) && depth.equals(Optional.of(0))) {
      throw new MagicException("--draft mtp and --mtp=0 contradict each other; give one of them.");
    }
    boolean asked =
        depth.isPresent()
            || drafter.equals(Optional.of(Drafter.MTP))
            || hidden.isPresent()
            || history.isPresent()
            || minProbability.isPresent();
    if (drafter.equals(Optional.of(Drafter.NONE)) || depth.equals(Optional.of(0))) {
      return Optional.of(new DraftOptions.None());
    }
    return asked
        ? Optional.of(
            new DraftOptions.Mtp(
                depth.orElse(GenerateRequest.DEFAULT_DEPTH),
                minProbability.orElse(0.0),
                new MtpVariant(
                    hidden.orElse(HiddenState.POST) == HiddenState.POST,
                    history.orElse(Switch.ON) == Switch.ON)))
        : Optional.empty();
  }

  private static void refuseUnknown(Drafter drafter) {
    if (drafter == Drafter.NGRAM || drafter == Drafter.DFLASH) {
      throw new MagicException(
          "This version has no " + drafter + " drafter; --draft takes none, mtp or auto.");
    }
  }

  private static int depth(String value) {
    if (value.equals(AUTO)) {
      return GenerateRequest.DEFAULT_DEPTH;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new MagicException(
          "--mtp takes a number of tokens from 0 to "
              + DraftOptions.Mtp.MAX_DEPTH
              + ", or auto, not `"
              + value
              + "`.",
          e);
    }
  }
}
