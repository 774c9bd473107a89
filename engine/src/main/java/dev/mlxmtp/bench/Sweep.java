package dev.mlxmtp.bench;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Answers prompts under settings and counts what became of the drafts. The caches are not reused,
 * so that no answer depends on which came before it.
 */
public final class Sweep {
  private final SweepPlan plan;
  private final Function<List<GenerateRequest>, List<Generation>> engine;
  private final Consumer<SweepRecord> finished;
  private final Progress progress;
  private final BooleanSupplier cancelled;

  /** How far it is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A setting comes next, or nothing does where all cells are done.
     *
     * @param left what the rest takes if it goes on like this; zero where that is not known
     */
    void next(int done, int all, SweepSetting setting, Duration left);
  }

  private Sweep(
      SweepPlan plan,
      Function<List<GenerateRequest>, List<Generation>> engine,
      Consumer<SweepRecord> finished,
      Progress progress,
      BooleanSupplier cancelled) {
    this.plan = plan;
    this.engine = engine;
    this.finished = finished;
    this.progress = progress;
    this.cancelled = cancelled;
  }

  /**
   * Runs what is not done.
   *
   * @param engine serves requests, with an answer for each in their order
   * @param done earlier
   * @param finished hears of each cell as it is done
   * @param cancelled asked between requests
   * @return every cell that is done; not all of them where it was cancelled
   */
  public static SweepResult run(
      SweepPlan plan,
      Function<List<GenerateRequest>, List<Generation>> engine,
      Collection<SweepRecord> done,
      Consumer<SweepRecord> finished,
      Progress progress,
      BooleanSupplier cancelled) {
    return new Sweep(plan, engine, finished, progress, cancelled).run(done);
  }

  private SweepResult run(Collection<SweepRecord> done) {
    Map<SweepCell, SweepRecord> earlier = new LinkedHashMap<>();
    done.forEach(record -> earlier.put(record.cell(), record));
    List<SweepRecord> records =
        new ArrayList<>(
            plan.cells().stream().filter(earlier::containsKey).map(earlier::get).toList());
    int all = plan.cells().size();
    int before = records.size();
    long start = System.nanoTime();
    for (List<SweepCell> group : plan.groups()) {
      List<SweepCell> open = group.stream().filter(cell -> !earlier.containsKey(cell)).toList();
      if (open.isEmpty()) {
        continue;
      }
      if (cancelled.getAsBoolean()) {
        break;
      }
      int fresh = records.size() - before;
      Duration left =
          fresh == 0
              ? Duration.ZERO
              : Duration.ofNanos((System.nanoTime() - start) / fresh * (all - records.size()));
      progress.next(records.size(), all, open.getFirst().setting(), left);
      if (!answer(open, records)) {
        break;
      }
    }
    return new SweepResult(plan, records);
  }

  // False where one was cancelled.
  private boolean answer(List<SweepCell> cells, List<SweepRecord> records) {
    List<Generation> answers = engine.apply(cells.stream().map(this::request).toList());
    boolean whole = true;
    for (int i = 0; i < cells.size(); i++) {
      if (i >= answers.size()
          || answers.get(i).finishReason() == Generation.FinishReason.CANCELLED) {
        whole = false;
      } else {
        SweepRecord record = SweepRecord.of(cells.get(i), answers.get(i));
        finished.accept(record);
        records.add(record);
      }
    }
    return whole;
  }

  private GenerateRequest request(SweepCell cell) {
    return GenerateRequest.builder(cell.prompt().prompt())
        .draft(cell.setting().draft())
        .sampling(plan.sampling(cell))
        .coupling(plan.coupling())
        .maxTokens(plan.maxTokens())
        .records(false)
        .reuse(false)
        .build();
  }
}
