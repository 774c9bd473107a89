package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.bench.Baseline;
import dev.mlxmtp.bench.BenchJson;
import dev.mlxmtp.bench.BenchPlan;
import dev.mlxmtp.bench.BenchResult;
import dev.mlxmtp.bench.Contender;
import dev.mlxmtp.bench.DecodeBenchmark;
import dev.mlxmtp.bench.Machine;
import dev.mlxmtp.bench.PromptSet;
import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.kernel.display.BenchView;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drafters on prompts of several kinds, taking turns. */
@Command(
    name = "bench",
    description = BenchMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class BenchMagic implements Magic {
  static final String SUMMARY = "Measure drafters on prompts of several kinds, taking turns";

  private static final int DEFAULT_RUNS = 3;
  private static final int DEFAULT_TOKENS = 64;

  @Mixin private PromptArguments prompts = new PromptArguments();

  @Option(
      names = "--draft",
      paramLabel = "DRAFTER",
      split = ",",
      description =
          "The drafters: plain, mtp1 to mtp8, auto, ngram; with -exact or -fast behind them they"
              + " are verified so, as in plain,mtp2,mtp2-exact. Default: plain,mtp1,mtp2,mtp3,mtp4,"
              + "auto,ngram; without those of the MTP head where the model has none.")
  private List<String> drafters = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Timed turns, beside one to warm up and one that times phases. Default: 3.")
  private int runs = DEFAULT_RUNS;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Emit at most so many tokens an answer. Default: 64.")
  private int maxTokens = DEFAULT_TOKENS;

  @Mixin private SamplingArguments sampling = new SamplingArguments();

  @Option(
      names = "--coupling",
      paramLabel = "WAY",
      description =
          "How sampled drafts and the model's samples are brought together:"
              + " ${COMPLETION-CANDIDATES}. Default: gumbel.")
  private Coupling coupling = Coupling.GUMBEL;

  @Option(
      names = "--verify",
      paramLabel = "WAY",
      description =
          "How drafts are verified: ${COMPLETION-CANDIDATES}. Drafters that name theirs keep it. Default: fast.")
  private Verification verification = Verification.FAST;

  @Option(
      names = "--dear-rows",
      description =
          "Let every further row of a verification cost as much as the whole, to see what becomes"
              + " of drafting where it does not pay.")
  private boolean dearRows;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = "Compare with an earlier benchmark, a file that --json wrote.")
  private Optional<Path> baseline = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object instead of the tables.")
  private boolean json;

  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    PromptArguments.requirePositive("--runs", runs);
    PromptArguments.requirePositive("--max-tokens", maxTokens);
    // What is wrong with files and names is said before a model is loaded.
    Optional<Baseline> earlier = baseline.map(Baseline::read);
    PromptSet asked = prompts.prompts();
    List<Contender> named = Contender.of(drafters);
    Session session = workspace.session(model.choice());
    List<Contender> contenders =
        named.isEmpty() ? Contender.standard(session.info().hasMtp()) : named;
    BenchPlan plan;
    try {
      plan =
          new BenchPlan(
              asked,
              contenders,
              runs,
              maxTokens,
              sampling.over(session.defaults().sampling()),
              coupling,
              verification,
              dearRows);
    } catch (IllegalArgumentException e) {
      throw new MagicException(e.getMessage(), e);
    }
    PromptArguments.requireServable(session, asked, plan.sampling());
    report(workspace, session, measure(workspace, session, plan), earlier);
    return Outcome.DONE;
  }

  private static BenchResult measure(Workspace workspace, Session session, BenchPlan plan) {
    ProgressLine progress = new ProgressLine(workspace.screen());
    AtomicBoolean cancelled = new AtomicBoolean();
    Runnable cancel =
        () -> {
          cancelled.set(true);
          session.cancel();
        };
    try (var _ = workspace.interrupts().listen(cancel)) {
      return DecodeBenchmark.run(
          plan,
          new MeasuredSession(session, request -> session.generate(request, event -> {})),
          (done, all, left) -> progress.update(() -> line(done, all, left)),
          cancelled::get);
    } catch (CancellationException _) {
      throw new CancelledException("The benchmark was cancelled.");
    }
  }

  private static String line(int done, int all, Duration left) {
    return "measuring: run " + done + " of " + all + " · " + Figures.duration(left) + " left";
  }

  private void report(
      Workspace workspace, Session session, BenchResult result, Optional<Baseline> earlier) {
    Machine machine = Machine.here();
    ObjectNode object = BenchJson.of(machine, session.info(), result);
    Optional<Baseline.Comparison> comparison = earlier.map(b -> b.with(object));
    if (json) {
      comparison.ifPresent(c -> c.write(object));
      workspace.screen().println(object.toString());
      return;
    }
    BenchView.of(machine, session.info(), result, comparison)
        .visuals()
        .forEach(workspace.screen()::show);
  }
}
