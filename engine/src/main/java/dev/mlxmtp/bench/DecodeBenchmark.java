package dev.mlxmtp.bench;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Drafters on the same prompts, taking turns. In a turn every drafter answers every prompt, one
 * drafter after the other on each, beginning with another one each time, so that a machine that
 * grows slower harms all alike. One whole turn warms up, {@code runs} are timed, and a last one
 * times drafts and verification apart. The caches are not reused, so that every run does the same
 * work; what the session has learnt of speculation stays, as it does in use.
 */
public final class DecodeBenchmark {
  private final BenchPlan plan;
  private final Engine engine;
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
      BenchPlan plan, Engine engine, Progress progress, BooleanSupplier cancelled) {
    this.plan = plan;
    this.engine = engine;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  /**
   * Measures.
   *
   * @param engine is measured
   * @param cancelled asked between runs
   * @throws CancellationException where it was cancelled, or a run was
   */
  public static BenchResult run(
      BenchPlan plan, Engine engine, Progress progress, BooleanSupplier cancelled) {
    return new DecodeBenchmark(plan, engine, progress, cancelled).run();
  }

  private BenchResult run() {
    int last = plan.runs() + 1;
    List<Answers.Run[][]> turns = new ArrayList<>();
    for (int turn = 0; turn <= last; turn++) {
      turns.add(turn(turn, turn == last));
    }
    OptionalInt plain =
        IntStream.range(0, plan.contenders().size())
            .filter(c -> plan.contenders().get(c).isPlain())
            .findFirst();
    List<Answers> answers = new ArrayList<>();
    for (int p = 0; p < plan.prompts().entries().size(); p++) {
      for (int c = 0; c < plan.contenders().size(); c++) {
        int prompt = p;
        int contender = c;
        List<Answers.Run> runs = turns.stream().map(t -> t[prompt][contender]).toList();
        Optional<Flip> flip =
            plain.isPresent()
                ? flip(p, turns.getFirst()[prompt][plain.getAsInt()], runs)
                : Optional.empty();
        answers.add(
            new Answers(
                plan.prompts().entries().get(p),
                p + 1,
                plan.contenders().get(c),
                runs.getFirst(),
                runs.subList(1, last),
                runs.getLast(),
                flip));
      }
    }
    return new BenchResult(plan, engine.isRowInvariant(), answers);
  }

  // Of the texts that differ, the one that does so first.
  private Optional<Flip> flip(int prompt, Answers.Run expected, List<Answers.Run> runs) {
    return runs.stream()
        .filter(run -> Flip.index(expected.text(), run.text()) >= 0)
        .min(Comparator.comparingInt(run -> Flip.index(expected.text(), run.text())))
        .flatMap(
            run -> {
              requireWanted();
              GenerateRequest request = request(plan.prompts().entries().get(prompt)).build();
              return Flip.of(request, expected.text(), run.text(), engine);
            });
  }

  private void requireWanted() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException();
    }
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

  private GenerateRequest.Builder request(PromptSet.Entry prompt) {
    return GenerateRequest.builder(prompt.prompt())
        .sampling(plan.sampling())
        .coupling(plan.coupling())
        .maxTokens(plan.maxTokens())
        .dearRows(plan.dearRows())
        .reuse(false);
  }

  private Answers.Run answer(PromptSet.Entry prompt, Contender contender, boolean apart) {
    requireWanted();
    Generation answer =
        engine.generate(
            request(prompt)
                .draft(contender.draft())
                .verification(plan.verification(contender))
                .timePhases(apart)
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
