package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.Contender;
import dev.mlxmtp.bench.Depths;
import dev.mlxmtp.bench.PromptSet;
import dev.mlxmtp.bench.SweepPlan;
import dev.mlxmtp.bench.SweepSetting;
import dev.mlxmtp.bench.Variants;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which prompts are answered in how many ways, and where the results go. */
final class SweepArguments {
  private static final int DEFAULT_TOKENS = 64;
  private static final int DEFAULT_BATCH = 8;
  private static final List<Integer> DEFAULT_DEPTHS = List.of(1, 2, 3, 4);

  @Option(
      names = "--depths",
      paramLabel = "K..K|K,K,…",
      description =
          "Make a sweep: answer prompts in several ways and count what became of the drafts. Any"
              + " option from here to --resume makes one. This: draft with the MTP head at these depths, 0 to 8; 0 is plain decoding, whose texts the"
              + " others are then compared with. Default: 1..4, none where --drafters is given.")
  private Optional<String> depths = Optional.empty();

  @Option(
      names = "--drafters",
      paramLabel = "DRAFTER",
      split = ",",
      description = "Beside the depths: plain, mtp1 to mtp8, auto, ngram.")
  private List<String> drafters = List.of();

  @Option(
      names = "--temperatures",
      paramLabel = "T",
      split = ",",
      description = "The temperatures. Default: --temperature where it is given, else 0.")
  private List<Double> temperatures = List.of();

  @Option(
      names = "--variants",
      paramLabel = "NAME=VALUE|VALUE,…",
      description =
          "What the MTP head is fed, in every combination: history=on|off, hidden=post|pre,"
              + " chain=post|pre, as --mtp-history, --mtp-hidden and --mtp-chain of generate. In a"
              + " shell, put it in quotes. Default: as the head was trained.")
  private Optional<String> variants = Optional.empty();

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description =
          "Answer with so many seeds, from --seed on; at temperature 0 once all the same. Default:"
              + " 1.")
  private Optional<Integer> repeat = Optional.empty();

  @Mixin private PromptArguments prompts = new PromptArguments();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write the tables as Markdown, each rate with its interval, and beside it the answers one"
              + " by one, as sweep.jsonl beside sweep.md.")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Write the answers one by one there, a JSON object a line, those of a batch when its last is done.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Answer so many prompts side by side, in one pass of the model. Default: 8.")
  private Optional<Integer> batch = Optional.empty();

  @Option(
      names = "--resume",
      description =
          "Go on with an interrupted sweep: answers that its data hold are not made again.")
  private boolean resume;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "In a sweep, emit at most so many tokens an answer. Default: 64.")
  private int maxTokens = DEFAULT_TOKENS;

  @Option(
      names = "--coupling",
      paramLabel = "WAY",
      description =
          "How sampled drafts and the model's samples are brought together:"
              + " ${COMPLETION-CANDIDATES}. Default: gumbel.")
  private Coupling coupling = Coupling.GUMBEL;

  @Mixin private SamplingArguments sampling = new SamplingArguments();
  @Mixin private ModelArguments model = new ModelArguments();

  /** True where an option was given that only a sweep has. */
  boolean isAsked() {
    return prompts.isGiven()
        || depths.isPresent()
        || !drafters.isEmpty()
        || !temperatures.isEmpty()
        || variants.isPresent()
        || repeat.isPresent()
        || report.isPresent()
        || data.isPresent()
        || batch.isPresent()
        || resume;
  }

  /**
   * What is asked for, as far as it can be judged without a model.
   *
   * @throws MagicException where it can't be done; so does BenchException
   */
  Asked asked() {
    repeat.ifPresent(n -> PromptArguments.requirePositive("--repeat", n));
    PromptArguments.requirePositive("--max-tokens", maxTokens);
    batch.ifPresent(n -> PromptArguments.requirePositive("--batch", n));
    temperatures.forEach(SweepArguments::requireTemperature);
    Contender.of(drafters).forEach(SweepArguments::requireUnnamed);
    List<Integer> chosen =
        depths.map(Depths::parse).orElse(drafters.isEmpty() ? DEFAULT_DEPTHS : List.of());
    List<MtpVariant> fed = variants.map(Variants::parse).orElse(List.of(MtpVariant.standard()));
    return new Asked(prompts.prompts(), chosen, fed, SweepFiles.of(report, data, resume));
  }

  private static void requireUnnamed(Contender contender) {
    if (contender.verification().isPresent()) {
      throw new MagicException(
          "A sweep counts drafts, which are the same however they are verified; name `"
              + contender.name().replaceFirst("-\\w+$", "")
              + "`, not `"
              + contender.name()
              + "`.");
    }
  }

  private static void requireTemperature(double value) {
    try {
      new SamplingOptions(value, 0, 1, 0, 1, 0);
    } catch (IllegalArgumentException e) {
      throw new MagicException("In --temperatures, " + e.getMessage() + ".", e);
    }
  }

  /** The model that answers. */
  ModelChoice model() {
    return model.choice();
  }

  /** A sweep that waits for its model. */
  final class Asked {
    private final PromptSet prompts;
    private final List<Integer> depths;
    private final List<MtpVariant> variants;
    private final Optional<SweepFiles> files;

    private Asked(
        PromptSet prompts,
        List<Integer> depths,
        List<MtpVariant> variants,
        Optional<SweepFiles> files) {
      this.prompts = prompts;
      this.depths = depths;
      this.variants = variants;
      this.files = files;
    }

    /** Where its results go; absent where they are only shown. */
    Optional<SweepFiles> files() {
      return files;
    }

    /**
     * The plan for a model.
     *
     * @throws MagicException where the model can't do it
     * @throws IllegalArgumentException where a number is out of its range
     */
    SweepPlan plan(Session session) {
      SamplingOptions rules = sampling.over(atZero(session.defaults().sampling()));
      List<SweepSetting> settings =
          SweepSetting.all(
              depths,
              drafters,
              variants,
              temperatures.isEmpty() ? List.of(rules.temperature()) : temperatures);
      requireHead(session.info(), settings);
      return new SweepPlan(
          prompts,
          settings,
          rules,
          coupling,
          maxTokens,
          repeat.orElse(1),
          batch.orElse(DEFAULT_BATCH));
    }

    private void requireHead(ModelInfo info, List<SweepSetting> settings) {
      boolean needed =
          SweepArguments.this.variants.isPresent()
              || settings.stream().anyMatch(SweepSetting::needsHead);
      if (needed && !info.hasMtp()) {
        throw new MagicException(
            "The model "
                + info.name()
                + " has no MTP head to sweep; --drafters plain,ngram works without.");
      }
    }
  }

  private static SamplingOptions atZero(SamplingOptions s) {
    return new SamplingOptions(
        0,
        s.topK(),
        s.topP(),
        s.minP(),
        s.repetitionPenalty(),
        s.presencePenalty(),
        s.frequencyPenalty(),
        s.bias(),
        s.seed());
  }
}
