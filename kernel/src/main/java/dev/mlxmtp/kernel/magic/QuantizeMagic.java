package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.kernel.display.QuantizationView;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.quantize.Plan;
import dev.mlxmtp.quantize.Quantizer;
import dev.mlxmtp.quantize.Recipe;
import dev.mlxmtp.quantize.Rule;
import dev.mlxmtp.quantize.ScaleRule;
import dev.mlxmtp.quantize.Verification;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a quantized copy of a model's folder. */
@Command(
    name = "quantize",
    description = QuantizeMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class QuantizeMagic implements Magic {
  static final String SUMMARY = "Write a quantized copy of a model's folder";

  private static final String TRIAL_PROMPT =
      "Write a Java method that returns the sum of two ints.";

  enum Mode {
    mxfp4(QuantFormat.defaultOf(QuantMode.MXFP4)),
    mxfp8(QuantFormat.defaultOf(QuantMode.MXFP8)),
    nvfp4(QuantFormat.defaultOf(QuantMode.NVFP4)),
    affine4(new QuantFormat(64, 4, QuantMode.AFFINE)),
    affine8(new QuantFormat(64, 8, QuantMode.AFFINE));

    private final QuantFormat format;

    Mode(QuantFormat format) {
      this.format = format;
    }

    QuantFormat format() {
      return format;
    }
  }

  enum Scale {
    best,
    mlx
  }

  enum RecipeName {
    balanced,
    seed
  }

  @Option(
      names = "--src",
      paramLabel = "DIR|org/name",
      description = "The model to quantize. Default: the demo model.")
  private Optional<String> source = Optional.empty();

  @Option(names = "--out", paramLabel = "DIR", description = "The folder to write.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      required = true,
      description =
          "mxfp4 (4.25 bits a weight), mxfp8 (8.25), nvfp4 (4.5), affine4 (4.5), affine8 (8.5). The"
              + " last three are packed by MLX itself.")
  private Mode mode = Mode.mxfp4;

  @Option(
      names = "--scale",
      paramLabel = "RULE",
      description =
          "How a group's scale is chosen, which readers don't notice: best leaves the least error,"
              + " mlx gives MLX's own bytes. Default: best.")
  private Scale scale = Scale.best;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "Which tensors: balanced keeps small and sensitive ones and takes 8 bits for embedding and"
              + " head; seed packs every matrix of the trunk. Default: balanced.")
  private RecipeName recipe = RecipeName.balanced;

  @Option(
      names = "--keep",
      paramLabel = "PATTERN",
      arity = "1",
      description =
          "Keep tensors of this name as they are, for example 'layers.0.*'. Repeatable; before the"
              + " recipe.")
  private List<String> keep = new ArrayList<>();

  @Option(
      names = "--use",
      paramLabel = "PATTERN=MODE",
      arity = "1",
      description =
          "Pack tensors of this name so, for example '*.down_proj.weight=mxfp8'. Repeatable.")
  private List<String> use = new ArrayList<>();

  @Option(
      names = "--mtp-head",
      paramLabel = "MODE",
      description = "Pack the MTP head's matrices as well. Default: they keep their precision.")
  private Optional<Mode> mtpHead = Optional.empty();

  @Option(names = "--plan", description = "Show what would become of each tensor, and do nothing.")
  private boolean plan;

  @Option(
      names = "--verify",
      description =
          "Read the result back, compare every tensor, load it, and answer one prompt with and"
              + " without drafts.")
  private boolean verify;

  @Option(names = "--force", description = "Replace --out where it is not empty.")
  private boolean force;

  @Option(names = "--threads", paramLabel = "N", description = "Default: all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "Print one JSON object instead of the text.")
  private boolean json;

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    if (out.isEmpty() && !plan) {
      throw new MagicException(
          "Give the folder to write with --out, or --plan to see what would be.");
    }
    if (threads < 1) {
      throw new MagicException("--threads needs at least 1, not " + threads + ".");
    }
    Recipe rules = rules();
    Path folder =
        new ModelChoice(source, SessionOptions.defaults()).folder().orElseGet(DemoModel::find);
    try (RawCheckpoint checkpoint = RawCheckpoint.open(folder, rules.stacksExperts())) {
      Plan planned = Plan.of(checkpoint, mode.format(), rules);
      QuantizeReport report = new QuantizeReport(workspace.screen(), planned, json);
      if (plan) {
        report.plan();
        return Outcome.DONE;
      }
      Path target = out.orElseThrow();
      long start = System.nanoTime();
      write(workspace, planned, rules, target);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (verify) {
        Verification verification = compare(workspace, planned, target);
        report.written(target, seconds, Optional.of(verification), Optional.of(trial(target)));
      } else {
        report.written(target, seconds, Optional.empty(), Optional.empty());
      }
      return Outcome.DONE;
    }
  }

  /**
   * Quantizes before the user's eyes by the balanced recipe, and compares what was written. A model
   * that the folder holds already is replaced.
   *
   * @param source a model's folder
   * @param mode such as {@code mxfp4}
   * @throws MagicException where there is no such mode
   * @throws CancelledException where the user stopped it
   */
  public static QuantizationView quantize(
      Workspace workspace, Path source, String mode, Path target) {
    QuantizeMagic command = new QuantizeMagic();
    command.mode =
        Arrays.stream(Mode.values())
            .filter(m -> m.name().equals(mode))
            .findFirst()
            .orElseThrow(
                () ->
                    new MagicException(
                        "There is no mode '"
                            + mode
                            + "'; use one of "
                            + Arrays.toString(Mode.values())
                            + "."));
    command.force = true;
    Recipe rules = command.rules();
    try (RawCheckpoint checkpoint = RawCheckpoint.open(source, rules.stacksExperts())) {
      Plan planned = Plan.of(checkpoint, command.mode.format(), rules);
      command.write(workspace, planned, rules, target);
      return new QuantizationView(
          mode,
          planned.bytesBefore(),
          planned.bytesAfter(),
          command.compare(workspace, planned, target));
    }
  }

  private static QuantizeReport.Trial trial(Path folder) {
    try (Session session = Session.open(folder)) {
      return new QuantizeReport.Trial(
          answer(session, 0), answer(session, session.info().hasMtp() ? 2 : 0));
    }
  }

  private static Generation answer(Session session, int depth) {
    session.reset();
    return session.generate(
        TRIAL_PROMPT,
        o -> o.sampling(SamplingOptions.greedy()).draft(DraftOptions.mtp(depth)).maxTokens(64));
  }

  private Recipe rules() {
    Optional<QuantFormat> head = mtpHead.map(Mode::format);
    Recipe base =
        recipe == RecipeName.balanced
            ? Recipe.balanced(mode.format(), head)
            : Recipe.seed(mode.format(), head);
    List<Rule> own = new ArrayList<>();
    keep.forEach(pattern -> own.add(new Rule(pattern, Optional.empty(), "--keep")));
    use.forEach(text -> own.add(used(text)));
    return base.with(own);
  }

  private static Rule used(String text) {
    int equals = text.lastIndexOf('=');
    String name = text.substring(equals + 1);
    for (Mode mode : Mode.values()) {
      if (equals > 0 && mode.name().equals(name)) {
        return new Rule(text.substring(0, equals), Optional.of(mode.format()), "--use");
      }
    }
    throw new MagicException(
        "--use needs PATTERN=MODE with one of "
            + Arrays.toString(Mode.values())
            + ", not '"
            + text
            + "'.");
  }

  private void write(Workspace workspace, Plan planned, Recipe rules, Path target) {
    AtomicBoolean cancelled = new AtomicBoolean();
    ProgressLine progress = new ProgressLine(workspace.screen());
    long start = System.nanoTime();
    ScaleRule rule = scale == Scale.best ? ScaleRule.BEST : ScaleRule.MLX;
    try (var _ = workspace.interrupts().listen(() -> cancelled.set(true))) {
      new Quantizer(planned, rules, rule, threads)
          .run(
              target,
              force,
              (done, total) -> progress.update(() -> line(done, total, System.nanoTime() - start)),
              cancelled::get);
    } catch (CancellationException _) {
      throw new CancelledException("Quantizing was cancelled; nothing was left behind.");
    }
  }

  private static String line(long done, long total, long nanos) {
    double rate = done / (nanos / 1e9);
    return String.format(
        Locale.ROOT,
        "quantizing: %d%% · %.0f MB/s · %.0f s left",
        100 * done / Math.max(1, total),
        rate / 1e6,
        (total - done) / Math.max(1, rate));
  }

  private Verification compare(Workspace workspace, Plan planned, Path target) {
    AtomicBoolean cancelled = new AtomicBoolean();
    ProgressLine progress = new ProgressLine(workspace.screen());
    int all = planned.tensors().size();
    try (var _ = workspace.interrupts().listen(() -> cancelled.set(true))) {
      return Verification.of(
          planned,
          target,
          threads,
          done -> progress.update(() -> "comparing: tensor " + done + " of " + all),
          cancelled::get);
    } catch (CancellationException _) {
      throw new CancelledException("Comparing was cancelled; " + target + " is written.");
    }
  }
}
