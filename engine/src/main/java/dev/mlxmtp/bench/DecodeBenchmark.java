package dev.mlxmtp.bench;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Drafters on the same prompts, taking turns. In a turn every drafter answers every prompt, one
 * drafter after the other on each, beginning with another one each time, so that a machine that
 * grows slower harms all alike. One whole turn warms up, {@code runs} are timed, and a last one
 * times drafts and verification apart. The caches are not reused, so that every run does the same
 * work; what the session has learnt of speculation stays, as it does in use.
 */
public final class DecodeBenchmark {
  private final BenchPlan plan;
  private final Function<GenerateRequest, Generation> engine;
  private final Progress progress;
  private final BooleanSupplier cancelled;
  private final long start = System.nanoTime();
  private int done;

  /** How far it is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * So many of all runs are done.
     *
     * @param left what the rest takes if it goes on like this
     */
    void done(int runs, int all, Duration left);
  }

  private DecodeBenchmark(
      BenchPlan plan,
      Function<GenerateRequest, Generation> engine,
      Progress progress,
      BooleanSupplier cancelled) {
    this.plan = plan;
    this.engine = engine;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  /**
   * Measures.
   *
   * @param engine serves a request
   * @param cancelled asked between runs
   * @throws CancellationException where it was cancelled, or a run was
   */
  public static BenchResult run(
      BenchPlan plan,
      Function<GenerateRequest, Generation> engine,
      Progress progress,
      BooleanSupplier cancelled) {
    return new DecodeBenchmark(plan, engine, progress, cancelled).run();
  }

  private BenchResult run() {
    int last = plan.runs() + 1;
    List<Answers.Run[][]> turns = new ArrayList<>();
    for (int turn = 0; turn <= last; turn++) {
      turns.add(turn(turn, turn == last));
    }
    List<Answers> answers = new ArrayList<>();
    for (int p = 0; p < plan.prompts().entries().size(); p++) {
      for (int c = 0; c < plan.contenders().size(); c++) {
        int prompt = p;
        int contender = c;
        List<Answers.Run> runs = turns.stream().map(t -> t[prompt][contender]).toList();
        answers.add(
            new Answers(
                plan.prompts().entries().get(p),
                p + 1,
                plan.contenders().get(c),
                runs.getFirst(),
                runs.subList(1, last),
                runs.getLast()));
      }
    }
    return new BenchResult(plan, answers);
  }

  // By prompt and drafter.
  private Answers.Run[][] turn(int turn, boolean apart) {
    int prompts = plan.prompts().entries().size();
    int contenders = plan.contenders().size();
    Answers.Run[][] runs = new Answers.Run[prompts][contenders];
    for (int p = 0; p < prompts; p++) {
      for (int i = 0; i < contenders; i++) {
        int c = (i + p + turn) % contenders;
        runs[p][c] = answer(plan.prompts().entries().get(p), plan.contenders().get(c), apart);
      }
    }
    return runs;
  }

  private Answers.Run answer(PromptSet.Entry prompt, Contender contender, boolean apart) {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException();
    }
    Generation answer =
        engine.apply(
            GenerateRequest.builder(Prompt.user(prompt.text()))
                .draft(contender.draft())
                .sampling(plan.sampling())
                .coupling(plan.coupling())
                .maxTokens(plan.maxTokens())
                .dearRows(plan.dearRows())
                .timePhases(apart)
                .reuse(false)
                .build());
    if (answer.finishReason() == Generation.FinishReason.CANCELLED) {
      throw new CancellationException();
    }
    int all = plan.prompts().entries().size() * plan.contenders().size() * (plan.runs() + 2);
    done++;
    progress.done(done, all, Duration.ofNanos((System.nanoTime() - start) / done * (all - done)));
    return Answers.Run.of(answer);
  }
}
