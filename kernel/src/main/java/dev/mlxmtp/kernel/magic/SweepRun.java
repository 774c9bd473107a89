package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.Machine;
import dev.mlxmtp.bench.Sweep;
import dev.mlxmtp.bench.SweepFile;
import dev.mlxmtp.bench.SweepPlan;
import dev.mlxmtp.bench.SweepRecord;
import dev.mlxmtp.bench.SweepResult;
import dev.mlxmtp.bench.SweepSetting;
import dev.mlxmtp.bench.Variants;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.kernel.display.SweepReport;
import dev.mlxmtp.kernel.display.SweepView;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Session;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A sweep before the user's eyes: its files, its progress, and how it is stopped. */
final class SweepRun {
  private final Workspace workspace;
  private final Session session;
  private final SweepPlan plan;
  private final Machine machine = Machine.here();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private SweepRun(Workspace workspace, Session session, SweepPlan plan) {
    this.workspace = workspace;
    this.session = session;
    this.plan = plan;
  }

  /**
   * Makes it.
   *
   * @param command as it was written, for the report
   * @throws CancelledException where the user stopped it; what is done is shown and kept
   */
  static void run(Workspace workspace, SweepArguments arguments, String command) {
    // What is wrong with files and names is said before a model is loaded.
    SweepArguments.Asked asked = arguments.asked();
    Session session = workspace.session(arguments.model());
    SweepRun run;
    try {
      run = new SweepRun(workspace, session, asked.plan(session));
    } catch (IllegalArgumentException e) {
      throw new MagicException(e.getMessage(), e);
    }
    PromptArguments.requireServable(session, run.plan.prompts(), run.plan.sampling());
    SweepResult result =
        asked.files().isPresent()
            ? run.kept(asked.files().get())
            : run.sweep(List.of(), record -> {});
    run.show(result, asked.files(), command);
  }

  private SweepResult kept(SweepFiles files) {
    try (SweepFile file = SweepFile.open(files.data(), machine, session.info(), plan)) {
      if (file.wasDamaged()) {
        note(
            "the last line of "
                + files.data()
                + " was half written and is dropped; its answer is made again");
      }
      if (!file.records().isEmpty()) {
        note("going on with " + files.data() + ", which holds " + answers(file.records().size()));
      }
      return sweep(file.records(), file::add);
    }
  }

  private SweepResult sweep(List<SweepRecord> done, Consumer<SweepRecord> finished) {
    ProgressLine progress = new ProgressLine(workspace.screen());
    Runnable cancel =
        () -> {
          cancelled.set(true);
          session.cancel();
        };
    try (var _ = workspace.interrupts().listen(cancel)) {
      return Sweep.run(
          plan,
          this::serve,
          done,
          finished,
          (before, all, setting, left) -> progress.update(() -> line(before, all, setting, left)),
          cancelled::get);
    }
  }

  private List<Generation> serve(List<GenerateRequest> requests) {
    return cancelled.get() ? List.of() : session.generateAll(requests);
  }

  private static String line(int done, int all, SweepSetting setting, Duration left) {
    return "sweeping: answer "
        + (done + 1)
        + " of "
        + all
        + " · "
        + setting.drafter()
        + ", temperature "
        + Figures.setting(setting.temperature())
        + ", "
        + Variants.label(setting.variant())
        + (left.isZero() ? "" : " · " + Figures.duration(left) + " left");
  }

  private void show(SweepResult result, Optional<SweepFiles> files, String command) {
    SweepView view = new SweepView(machine, session.info(), result);
    if (!result.records().isEmpty()) {
      view.visuals().forEach(workspace.screen()::show);
    }
    if (!result.isComplete()) {
      throw new CancelledException(
          "The sweep was cancelled after "
              + result.records().size()
              + " of "
              + answers(plan.cells().size())
              + files
                  .map(f -> "; the same command with --resume goes on with " + f.data() + ".")
                  .orElse("; with --report it could go on from there."));
    }
    files.ifPresent(
        f -> {
          String data = String.valueOf(f.data().getFileName());
          f.write(new SweepReport(view, command, data, ZonedDateTime.now()).text());
          note(
              f.report().map(report -> "report: " + report + ", ").orElse("")
                  + "answers: "
                  + f.data());
        });
  }

  private void note(String line) {
    workspace.screen().note(line, Tone.NOTE);
  }

  private static String answers(int n) {
    return n == 1 ? "1 answer" : n + " answers";
  }
}
