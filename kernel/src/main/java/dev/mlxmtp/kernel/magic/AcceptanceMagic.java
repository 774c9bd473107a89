package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.Speculation;
import dev.mlxmtp.kernel.display.AcceptanceView;
import dev.mlxmtp.kernel.display.Breakdown;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Grid;
import dev.mlxmtp.kernel.display.Proposal;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What became of drafts. */
@Command(
    name = "acceptance",
    description = AcceptanceMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class AcceptanceMagic implements Magic {
  static final String SUMMARY = "Show what became of drafts, of answers given or of a sweep";

  enum Property {
    POSITION,
    DEPTH,
    CLASS,
    CONFIDENCE,
    CONTEXT,
    DRAFTER,
    RANK;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int CONTEXT_STEP = 128;
  private static final String PLAIN_WORD = "[-\\w%./=,:+@]+";
  private static final List<String> OF_ANSWERS =
      List.of("--by", "--all", "--arms", "--csv", "--json");

  @Option(
      names = "--by",
      paramLabel = "PROPERTY",
      description =
          "${COMPLETION-CANDIDATES}. class: what a token is in Java; confidence: the probability"
              + " that the head gave it; rank: its place among the model's choices. Default: position, with a strip of the rounds.")
  private Property by = Property.POSITION;

  @Option(
      names = "--all",
      description = "Of all answers of the resident model. Default: of the newest.")
  private boolean all;

  @Option(
      names = "--arms",
      description = "Show what --draft auto knows: each way to run a round, its cost and yield.")
  private boolean arms;

  @Option(names = "--csv", paramLabel = "FILE", description = "Write a line a drafted token.")
  private Optional<Path> csv = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Write an object a round.")
  private Optional<Path> json = Optional.empty();

  @Mixin private SweepArguments sweep = new SweepArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Spec private CommandSpec spec;

  @Override
  public Outcome run(Workspace workspace) {
    if (sweep.isAsked()) {
      requireNoAnswers();
      SweepRun.run(workspace, sweep, commandLine());
      return Outcome.DONE;
    }
    Session session = workspace.resident().orElseThrow(AcceptanceMagic::nothing);
    if (arms) {
      workspace.screen().show(arms(session));
      return Outcome.DONE;
    }
    List<Round> rounds = rounds(workspace);
    List<Proposal> proposals = Proposal.of(rounds);
    if (proposals.isEmpty()) {
      throw new MagicException(
          "Nothing was drafted "
              + (all ? "yet" : "for the newest answer")
              + "; ask with --mtp=2, for example.");
    }
    RoundRecords records = new RoundRecords(rounds, session.tokenizer());
    csv.ifPresent(records::writeCsv);
    json.ifPresent(records::writeJson);
    if (by == Property.POSITION) {
      AcceptanceView view = new AcceptanceView(rounds);
      workspace.screen().show(view);
      workspace.screen().show(view.chart());
    } else {
      Breakdown breakdown = breakdown(rounds, proposals, session);
      workspace.screen().show(breakdown);
      workspace.screen().show(breakdown.chart());
    }
    return Outcome.DONE;
  }

  private static MagicException nothing() {
    return new MagicException(
        "Nothing was answered yet; ask something first, or make a sweep with --prompts.");
  }

  private void requireNoAnswers() {
    List<String> given =
        spec.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(OF_ANSWERS::contains)
            .toList();
    if (!given.isEmpty()) {
      throw new MagicException(
          given.getFirst()
              + " is about answers that were given, a sweep gives its own; leave it out.");
    }
  }

  // As it can be given again.
  private String commandLine() {
    return spec.name()
        + spec.commandLine().getParseResult().originalArgs().stream()
            .map(word -> " " + (word.matches(PLAIN_WORD) ? word : quoted(word)))
            .collect(Collectors.joining());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private List<Round> rounds(Workspace workspace) {
    return all
        ? workspace.rounds().rounds()
        : workspace.last().orElseThrow(AcceptanceMagic::nothing).rounds();
  }

  private Breakdown breakdown(List<Round> rounds, List<Proposal> proposals, Session session) {
    return switch (by) {
      case POSITION -> Breakdown.of("position", proposals, p -> p.position());
      case DEPTH -> Breakdown.of("depth", proposals, p -> rounds.get(p.round()).drafted().length);
      case CLASS ->
          Breakdown.of(
              "token class",
              proposals,
              p -> TokenClass.of(session.tokenizer().decode(new int[] {p.token()}, false)));
      case CONFIDENCE -> Breakdown.of("head's probability", proposals, p -> confidence(p.head()));
      case CONTEXT ->
          Breakdown.of("context", proposals, p -> context(rounds.get(p.round()).position()));
      case RANK ->
          Breakdown.of(
              "model's rank",
              proposals.stream().filter(p -> p.rank().isPresent()).toList(),
              p -> rank(p.rank().getAsInt()));
      case DRAFTER -> Breakdown.of("drafter", proposals, p -> rounds.get(p.round()).drafter());
    };
  }

  private static String confidence(double head) {
    int bin = Math.min(9, (int) (head * 10));
    return Figures.proportion(bin / 10.0) + "–" + Figures.proportion((bin + 1) / 10.0);
  }

  // Padded, since they are listed in their order as texts.
  private static String rank(int rank) {
    if (rank <= 3) {
      return "   " + rank;
    }
    return rank <= 10 ? "  4–10" : rank <= 100 ? " 11–100" : "101 and more";
  }

  private static String context(int position) {
    int from = position / CONTEXT_STEP * CONTEXT_STEP;
    return "%5d–%d".formatted(from, from + CONTEXT_STEP - 1);
  }

  private static Grid arms(Session session) {
    List<Speculation.Arm> arms = session.arms();
    if (arms.isEmpty()) {
      throw new MagicException(
          "Nothing is known yet of what drafts cost; answer something with --draft auto first.");
    }
    double plain = arms.getFirst().speed();
    Grid grid = new Grid("a round", "tokens expected", "ms expected", "tok/s", "÷ plain");
    arms.forEach(
        arm ->
            grid.row(
                arm.name(),
                Figures.three(arm.tokens()),
                Figures.three(arm.nanos() / 1e6),
                Figures.three(arm.speed()),
                Figures.three(arm.speed() / plain)));
    Speculation.Arm best =
        arms.stream()
            .filter(arm -> !arm.name().startsWith("ngram"))
            .max((a, b) -> Double.compare(a.speed(), b.speed()))
            .orElseThrow();
    return grid.remark(
            "costs: medians of what was measured lately; yields: what was accepted lately, old"
                + " answers fading")
        .remark(
            "without a copy to go by: "
                + best.name()
                + (best == arms.getFirst()
                    ? ", since no draft earns what its verification costs here"
                    : ", shorter where the head is unsure, longer where it is sure"));
  }
}
