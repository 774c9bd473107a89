package dev.mlxmtp.bench;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The same prompt and seed under several settings, taking turns: one whole turn to warm up, then
 * {@code runs} that are timed. The caches are not reused, so that every run does the same work.
 *
 * @param rows a row a setting, in the order asked for
 * @param runs timed runs of each
 * @param rowInvariant exact and fast verification are one here
 */
public record SideBySide(List<Row> rows, int runs, boolean rowInvariant) {

  /**
   * One setting.
   *
   * @param first the answer of the warm-up
   * @param tokensPerSecond median of the timed runs; absent where nothing was decoded
   * @param slowest of the timed runs
   * @param fastest of the timed runs
   * @param draftStep nanoseconds of one drafted token, from a run that times drafts apart; absent
   *     where nothing was drafted
   * @param flip where the text leaves that of plain decoding, or of the first row where there is no
   *     plain one
   */
  public record Row(
      DraftOptions draft,
      Generation first,
      OptionalDouble tokensPerSecond,
      double slowest,
      double fastest,
      OptionalDouble draftStep,
      Optional<Flip> flip) {}

  /** How far it is. */
  @FunctionalInterface
  public interface Progress {
    /** So many of all runs are done. */
    void done(int runs, int all);
  }

  /**
   * Runs them.
   *
   * @param requests makes a request with this drafter, and with everything else as in the others
   * @param engine is measured; it may throw to end the comparison
   * @throws IllegalArgumentException where there is nothing to compare
   */
  public static SideBySide of(
      List<DraftOptions> settings,
      int runs,
      Function<DraftOptions, GenerateRequest.Builder> requests,
      Engine engine,
      Progress progress) {
    if (settings.isEmpty() || runs < 1) {
      throw new IllegalArgumentException("Give at least one setting and one run.");
    }
    int n = settings.size();
    int all = n * (runs + 1) + (int) settings.stream().filter(SideBySide::drafts).count();
    int done = 0;
    List<Generation> first = new ArrayList<>();
    List<OptionalDouble> steps = new ArrayList<>();
    for (DraftOptions setting : settings) {
      first.add(engine.generate(requests.apply(setting).reuse(false).build()));
      progress.done(++done, all);
      if (drafts(setting)) {
        steps.add(
            step(engine.generate(requests.apply(setting).reuse(false).timePhases(true).build())));
        progress.done(++done, all);
      } else {
        steps.add(OptionalDouble.empty());
      }
    }
    double[][] speeds = new double[n][runs];
    for (int turn = 0; turn < runs; turn++) {
      for (int i = 0; i < n; i++) {
        GenerateRequest request = requests.apply(settings.get(i)).reuse(false).build();
        speeds[i][turn] = engine.generate(request).tokensPerSecond().orElse(0);
        progress.done(++done, all);
      }
    }
    int plain = Math.max(0, settings.stream().map(SideBySide::drafts).toList().indexOf(false));
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Arrays.sort(speeds[i]);
      double median = Median.of(speeds[i]);
      rows.add(
          new Row(
              settings.get(i),
              first.get(i),
              median > 0 ? OptionalDouble.of(median) : OptionalDouble.empty(),
              speeds[i][0],
              speeds[i][runs - 1],
              steps.get(i),
              Flip.of(
                  requests.apply(settings.get(plain)).build(),
                  text(first.get(plain)),
                  text(first.get(i)),
                  engine)));
    }
    return new SideBySide(List.copyOf(rows), runs, engine.isRowInvariant());
  }

  private static Flip.Text text(Generation answer) {
    return new Flip.Text(answer.tokens(), answer.stopToken());
  }

  private static boolean drafts(DraftOptions setting) {
    return !(setting instanceof DraftOptions.None);
  }

  private static OptionalDouble step(Generation timed) {
    long drafted = timed.rounds().stream().mapToLong(r -> r.drafted().length).sum();
    double time =
        timed.rounds().stream().map(Round::timings).mapToDouble(t -> t.draft().orElse(0)).sum();
    return drafted == 0 ? OptionalDouble.empty() : OptionalDouble.of(time / drafted);
  }

  /** The row that decodes plainly, where there is one. */
  public Optional<Row> plain() {
    return rows.stream().filter(row -> !drafts(row.draft())).findFirst();
  }

  /** True where a row's tokens are those of the first row. */
  public boolean sameAsFirst(Row row) {
    return Arrays.equals(row.first().tokens(), rows.getFirst().first().tokens());
  }

  /** Tokens a second ÷ those of plain decoding in the same turns. */
  public OptionalDouble measured(Row row) {
    return plain()
        .filter(p -> p.tokensPerSecond().isPresent() && row.tokensPerSecond().isPresent())
        .map(p -> row.tokensPerSecond().getAsDouble() / p.tokensPerSecond().getAsDouble())
        .map(OptionalDouble::of)
        .orElseGet(OptionalDouble::empty);
  }

  /**
   * One drafted token's time ÷ a plain pass's: {@code c} in {@link #expected}. Absent where nothing
   * was drafted or plain decoding was not among the settings.
   */
  public OptionalDouble draftCost(Row row) {
    Optional<Row> plain = plain().filter(p -> p.tokensPerSecond().isPresent());
    if (plain.isEmpty() || row.draftStep().isEmpty()) {
      return OptionalDouble.empty();
    }
    double pass = 1e9 / plain.get().tokensPerSecond().getAsDouble();
    return OptionalDouble.of(row.draftStep().getAsDouble() / pass);
  }

  /**
   * What would be gained if verifying a draft cost no more than one plain pass: {@code E ÷ (1 + k̄
   * c)}, with {@code E} emitted tokens a pass, {@code k̄} drafted tokens a pass, and {@code c} a
   * draft step ÷ a plain pass. After Leviathan et al. 2023, section 3, with what was accepted in
   * the place of a single acceptance rate.
   */
  public OptionalDouble expected(Row row) {
    AcceptanceStats stats = row.first().acceptance();
    OptionalDouble cost = draftCost(row);
    if (cost.isEmpty() || stats.tokensPerPass().isEmpty()) {
      return OptionalDouble.empty();
    }
    double drafted = stats.drafted().stream().mapToInt(i -> i).sum() / (double) stats.rounds();
    return OptionalDouble.of(
        stats.tokensPerPass().getAsDouble() / (1 + drafted * cost.getAsDouble()));
  }
}
