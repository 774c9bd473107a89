package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.SideBySide;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.kernel.display.ComparisonView;
import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The same prompt and seed under several draft depths, side by side. */
@Command(
    name = "compare",
    description = CompareMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class CompareMagic implements Magic {
  static final String SUMMARY = "Answer one prompt at several draft depths, side by side";

  private static final int DEFAULT_RUNS = 3;
  private static final int DEFAULT_TOKENS = 128;

  @Parameters(paramLabel = "PROMPT", arity = "1", description = "The text to answer.")
  private String prompt = "";

  @Option(
      names = "--mtp",
      paramLabel = "K,K,…",
      split = ",",
      description = "The depths, 0 for plain decoding. Default: 0,1,2,3.")
  private List<Integer> depths = List.of(0, 1, 2, 3);

  @Option(names = "--runs", paramLabel = "N", description = "Timed runs of each. Default: 3.")
  private int runs = DEFAULT_RUNS;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Emit at most so many tokens. Default: 128.")
  private int maxTokens = DEFAULT_TOKENS;

  @Option(
      names = "--verify",
      paramLabel = "WAY",
      description = "How drafts are verified: ${COMPLETION-CANDIDATES}. Default: fast.")
  private Verification verification = Verification.FAST;

  @Option(names = "--raw", description = "Take the prompt as it is, without chat template.")
  private boolean raw;

  @Option(names = "--json", description = "Print one JSON object instead of the table.")
  private boolean json;

  @Mixin private SamplingArguments sampling = new SamplingArguments();
  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    if (runs < 1) {
      throw new MagicException("--runs needs at least 1, not " + runs + ".");
    }
    Prompt asked = raw ? new Prompt.Raw(prompt) : Prompt.user(prompt);
    Session session = workspace.session(model.choice());
    try {
      SamplingOptions chosen = sampling.over(session.defaults().sampling());
      List<DraftOptions> settings = depths.stream().map(DraftOptions::mtp).toList();
      Supplier<GenerateRequest.Builder> requests =
          () ->
              GenerateRequest.builder(asked)
                  .sampling(chosen)
                  .verification(verification)
                  .maxTokens(maxTokens);
      ComparisonView view = compare(workspace, session, settings, runs, requests);
      if (json) {
        workspace.screen().println(view.json());
      } else {
        workspace.screen().show(view);
      }
      return Outcome.DONE;
    } catch (IllegalArgumentException e) {
      throw new MagicException(e.getMessage(), e);
    }
  }

  /**
   * Runs a comparison before the user's eyes.
   *
   * @param requests makes what is asked of all of them, the drafter left open
   * @throws CancelledException where the user stopped it
   */
  public static ComparisonView compare(
      Workspace workspace,
      Session session,
      List<DraftOptions> settings,
      int runs,
      Supplier<GenerateRequest.Builder> requests) {
    GenerateRequest common = requests.get().build();
    ProgressLine progress = new ProgressLine(workspace.screen());
    Answering answering = new Answering(workspace, session);
    SideBySide result =
        SideBySide.of(
            settings,
            runs,
            draft -> requests.get().draft(draft),
            new MeasuredSession(session, request -> uncancelled(answering, request)),
            (done, all) -> progress.update(() -> "comparing: run " + done + " of " + all));
    return new ComparisonView(
        session.info().name(),
        common.sampling().orElse(session.defaults().sampling()),
        common.verification(),
        result);
  }

  private static Generation uncancelled(Answering answering, GenerateRequest request) {
    Generation answer = answering.run(request, event -> {});
    if (answer.finishReason() == Generation.FinishReason.CANCELLED) {
      throw new CancelledException("The comparison was cancelled.");
    }
    return answer;
  }
}
