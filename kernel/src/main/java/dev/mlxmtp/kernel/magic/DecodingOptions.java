package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How an answer is decoded: who drafts, how a token is chosen, when to stop. */
public final class DecodingOptions {
  @Option(
      names = "--draft",
      paramLabel = "WHO",
      description = "none, mtp or auto (default: mtp where the model has a head)")
  Optional<String> draft = Optional.empty();

  @Option(
      names = "--mtp",
      paramLabel = "K",
      arity = "0..1",
      fallbackValue = "auto",
      description =
          "draft K tokens a round with the MTP head, 1 to 8; 0 for none; without a value 2")
  Optional<String> mtp = Optional.empty();

  @Option(
      names = "--mtp-hidden",
      paramLabel = "post|pre",
      description = "feed the head the hidden state after or before the final norm")
  String mtpHidden = "post";

  @Option(
      names = "--mtp-history",
      paramLabel = "on|off",
      description = "let the head see the whole context, or the newest position alone")
  String mtpHistory = "on";

  @Option(
      names = "--mtp-min-p",
      paramLabel = "P",
      description = "end a draft at a token that the head gives less probability")
  double mtpMinP = 0;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most probable token")
  Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "keep candidates up to this probability mass")
  Optional<Double> topP = Optional.empty();

  @Option(names = "--top-k", paramLabel = "K", description = "keep so many candidates")
  Optional<Integer> topK = Optional.empty();

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "keep candidates at least so probable, relative to the best")
  Optional<Double> minP = Optional.empty();

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "divide the logits of tokens that occurred by this")
  Optional<Double> repetitionPenalty = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of the noise; the same seed gives the same text")
  Optional<Long> seed = Optional.empty();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "tokens to emit at most (default: 512)")
  int maxTokens = GenerateRequest.DEFAULT_MAX_TOKENS;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "end the answer before this text; may be given several times")
  List<String> stop = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "go on past stop tokens")
  boolean ignoreEos;

  GenerateRequest request(Prompt prompt, Session session) {
    GenerateRequest.Builder builder =
        GenerateRequest.builder(prompt).maxTokens(maxTokens).ignoreStopTokens(ignoreEos);
    stop.forEach(builder::stop);
    builder.sampling(sampling(session.defaults().sampling()));
    drafting().ifPresent(builder::draft);
    return builder.build();
  }

  private SamplingOptions sampling(SamplingOptions defaults) {
    return new SamplingOptions(
        temperature.orElse(defaults.temperature()),
        topK.orElse(defaults.topK()),
        topP.orElse(defaults.topP()),
        minP.orElse(defaults.minP()),
        repetitionPenalty.orElse(defaults.repetitionPenalty()),
        seed.orElse(defaults.seed()));
  }

  // Absent where the session is to decide.
  private Optional<DraftOptions> drafting() {
    if (mtp.isPresent()) {
      if (draft.isPresent() && !draft.get().equals("mtp")) {
        throw new UserError(
            "--mtp and --draft " + draft.get() + " contradict each other; give one of them.");
      }
      return Optional.of(mtp(depth(mtp.get())));
    }
    return switch (draft.orElse("auto")) {
      case "auto" ->
          isVariant() ? Optional.of(mtp(GenerateRequest.DEFAULT_DEPTH)) : Optional.empty();
      case "none" -> Optional.of(new DraftOptions.None());
      case "mtp" -> Optional.of(mtp(GenerateRequest.DEFAULT_DEPTH));
      case "ngram", "dflash" ->
          throw new UserError(
              "This version drafts with the MTP head alone; say --draft mtp or --draft none.");
      default ->
          throw new UserError("--draft is none, mtp or auto, not \"" + draft.orElse("") + "\".");
    };
  }

  private boolean isVariant() {
    return !mtpHidden.equals("post") || !mtpHistory.equals("on") || mtpMinP > 0;
  }

  private DraftOptions mtp(int depth) {
    MtpVariant variant =
        new MtpVariant(
            isFirst("--mtp-hidden", mtpHidden, "post", "pre"),
            isFirst("--mtp-history", mtpHistory, "on", "off"));
    return depth == 0 ? new DraftOptions.None() : new DraftOptions.Mtp(depth, mtpMinP, variant);
  }

  private static int depth(String text) {
    if (text.equals("auto")) {
      return GenerateRequest.DEFAULT_DEPTH;
    }
    try {
      int depth = Integer.parseInt(text);
      if (depth >= 0 && depth <= DraftOptions.Mtp.MAX_DEPTH) {
        return depth;
      }
    } catch (NumberFormatException e) {
      // Falls through to the sentence below.
    }
    throw new UserError(
        "--mtp takes a depth of 0 to "
            + DraftOptions.Mtp.MAX_DEPTH
            + " or auto after an equals sign, not \""
            + text
            + "\".");
  }

  private static boolean isFirst(String option, String value, String first, String second) {
    if (!value.equals(first) && !value.equals(second)) {
      throw new UserError(option + " is " + first + " or " + second + ", not \"" + value + "\".");
    }
    return value.equals(first);
  }
}
