package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How an answer is made: who drafts, how tokens are chosen, where it ends. */
final class GenerationArguments {
  @Mixin private DraftArguments draft = new DraftArguments();
  @Mixin private SamplingArguments sampling = new SamplingArguments();

  @Option(
      names = "--coupling",
      paramLabel = "WAY",
      description =
          "How sampled drafts and the model's samples are brought together:"
              + " ${COMPLETION-CANDIDATES}. With gumbel, the default, the text is that of plain"
              + " sampling with the same seed; both have the model's distribution.")
  private Coupling coupling = Coupling.GUMBEL;

  @Option(
      names = "--mtp-head",
      paramLabel = "HEAD",
      converter = DraftHeadValue.class,
      completionCandidates = DraftHeadValue.Names.class,
      description =
          "By which output head drafts are read: full, the model's own; mxfp8 or mxfp4, a packed copy"
              + " of it; topN, its rows of the N tokens that the tokenizer thinks most frequent. A"
              + " cheaper one changes what is drafted, never the text. Default: what is quickest with"
              + " the model's vocabulary.")
  private Optional<DraftHead> draftHead = Optional.empty();

  @Option(
      names = "--verify",
      paramLabel = "WAY",
      description =
          "How drafts are verified: ${COMPLETION-CANDIDATES}. exact: the text is plain decoding's to"
              + " the byte, on every device. fast: all rows in one pass, where a device's rounding"
              + " may turn a choice between next to equal tokens. Default: fast; our CPU kernels are"
              + " exact all the same.")
  private Verification verification = Verification.FAST;

  @Option(
      names = "--dear-rows",
      hidden = true,
      description = "Let every further row of a verification cost as much as the whole.")
  private boolean dearRows;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Emit at most so many tokens. Default: 512.")
  private int maxTokens = GenerateRequest.DEFAULT_MAX_TOKENS;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      arity = "1",
      description = "End the answer before this text. Repeatable.")
  private List<String> stop = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "Go on past the model's stop tokens.")
  private boolean ignoreEos;

  @Option(
      names = "--think",
      negatable = true,
      description = "Ask the chat template for thinking, or for none. Default: the template's.")
  private Optional<Boolean> think = Optional.empty();

  /** What the template is asked for, where it is. */
  Optional<Boolean> think() {
    return think;
  }

  /**
   * The request these options describe.
   *
   * @param defaults the model's own sampling
   * @throws MagicException where they contradict each other
   */
  GenerateRequest.Builder request(Prompt asked, SamplingOptions defaults) {
    try {
      GenerateRequest.Builder builder =
          GenerateRequest.builder(asked)
              .sampling(sampling.over(defaults))
              .coupling(coupling)
              .verification(verification)
              .dearRows(dearRows)
              .maxTokens(maxTokens)
              .ignoreStopTokens(ignoreEos);
      draft.choice().ifPresent(builder::draft);
      draftHead.ifPresent(builder::draftHead);
      stop.forEach(builder::stop);
      // Its own checks, while the options that they are about are known.
      builder.build();
      return builder;
    } catch (IllegalArgumentException e) {
      throw new MagicException(Failure.capitalized(e.getMessage()), e);
    }
  }
}
