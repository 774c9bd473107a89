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
          "${COMPLETION-CANDIDATES}. auto chooses anew for each round by what drafts cost and yield"
              + " here, plain decoding among its choices. Default: auto where the model has the MTP"
              + " head, else none.")
  private Optional<Drafter> drafter = Optional.empty();

  @Option(
      names = "--mtp",
      arity = "0..1",
      fallbackValue = AUTO,
      preprocessor = AttachedValue.class,
      paramLabel = "K|auto",
      description =
          "Draft with the MTP head: K tokens a pass, 1 to 8; 0 is --draft none. Without a value:"
              + " auto.")
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
      names = "--mtp-chain",
      paramLabel = "STATE",
      description =
          "What the head is fed to draft on: its output from after or before its own norm,"
              + " ${COMPLETION-CANDIDATES}. For study. Default: post.")
  private Optional<HiddenState> chain = Optional.empty();

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
    Optional<DraftOptions> byDepth = mtp.map(this::byDepth);
    Optional<DraftOptions> byName = drafter.map(this::byName);
    boolean both = byDepth.isPresent() && byName.isPresent();
    if (both && !byDepth.get().getClass().equals(byName.get().getClass())) {
      throw new MagicException(
          "--draft "
              + drafter.get()
              + " and --mtp="
              + mtp.get()
              + " contradict each other; give one of them.");
    }
    boolean studied =
        hidden.isPresent()
            || history.isPresent()
            || chain.isPresent()
            || minProbability.isPresent();
    return byDepth
        .or(() -> byName)
        .or(() -> studied ? Optional.of(chain(GenerateRequest.DEFAULT_DEPTH)) : Optional.empty());
  }

  private DraftOptions byDepth(String value) {
    if (value.equals(AUTO)) {
      return new DraftOptions.Auto(DraftOptions.Mtp.MAX_DEPTH, variant());
    }
    int depth = depth(value);
    return depth == 0 ? new DraftOptions.None() : chain(depth);
  }

  private DraftOptions byName(Drafter drafter) {
    return switch (drafter) {
      case NONE -> new DraftOptions.None();
      case MTP -> chain(GenerateRequest.DEFAULT_DEPTH);
      case NGRAM -> DraftOptions.NGram.standard();
      case AUTO -> new DraftOptions.Auto(DraftOptions.Mtp.MAX_DEPTH, variant());
      case DFLASH ->
          throw new MagicException(
              "This version has no dflash drafter; --draft takes none, mtp, ngram or auto.");
    };
  }

  private DraftOptions chain(int depth) {
    return new DraftOptions.Mtp(depth, minProbability.orElse(0.0), variant());
  }

  private MtpVariant variant() {
    return new MtpVariant(
        hidden.orElse(HiddenState.POST) == HiddenState.POST,
        history.orElse(Switch.ON) == Switch.ON,
        chain.orElse(HiddenState.POST) == HiddenState.POST);
  }

  private static int depth(String value) {
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
