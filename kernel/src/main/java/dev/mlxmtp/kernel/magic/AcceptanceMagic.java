package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.kernel.display.AcceptanceView;
import dev.mlxmtp.kernel.display.ArmsView;
import dev.mlxmtp.kernel.display.Breakdown;
import dev.mlxmtp.kernel.display.Proposal;
import dev.mlxmtp.kernel.display.Reliability;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.SpeedUp;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
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
  private static final int MOST_CONTEXTS = 16;
  private static final NavigableSet<Integer> RANKS = new TreeSet<>(List.of(1, 2, 3, 4, 11, 101));

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
    requireNoSweep(workspace.settings());
    Session session = workspace.resident().orElseThrow(AcceptanceMagic::nothing);
    if (arms) {
      requireAlone();
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
    Screen screen = workspace.screen();
    switch (by) {
      case POSITION -> {
        AcceptanceView view = new AcceptanceView(rounds);
        screen.show(view);
        screen.show(view.chart());
        screen.note(speedUp(session, rounds), Tone.NOTE);
      }
      case CONFIDENCE -> {
        Reliability reliability = reliability(rounds, proposals);
        screen.show(reliability);
        screen.show(reliability.chart());
      }
      default -> {
        Breakdown breakdown = breakdown(rounds, proposals, session);
        screen.show(breakdown);
        screen.show(breakdown.chart());
      }
    }
    return Outcome.DONE;
  }

  private static MagicException nothing() {
    return new MagicException(
        "Nothing was answered yet; ask something first, or make a sweep with --depths.");
  }

  private List<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .toList();
  }

  private List<String> ofAnswers() {
    return given().stream().filter(OF_ANSWERS::contains).toList();
  }

  // What the user set for all commands is not about this one.
  private void requireNoSweep(Settings settings) {
    given().stream()
        .filter(name -> !OF_ANSWERS.contains(name))
        .filter(name -> !settings.defaults().containsKey(name.replaceFirst("^--", "")))
        .findFirst()
        .ifPresent(
            name -> {
              throw new MagicException(
                  name
                      + " is about a sweep, and answers that were given stay as they are; add"
                      + " --depths to make a sweep, or leave it out.");
            });
  }

  private void requireAlone() {
    ofAnswers().stream()
        .filter(name -> !name.equals("--arms"))
        .findFirst()
        .ifPresent(
            name -> {
              throw new MagicException(
                  name + " is about rounds, --arms about what they taught; give one of them.");
            });
  }

  // A drafter that copies has no probabilities of its own.
  private static Reliability reliability(List<Round> rounds, List<Proposal> proposals) {
    List<Proposal> drafted =
        proposals.stream().filter(p -> rounds.get(p.round()).isByHead()).toList();
    if (drafted.isEmpty()) {
      throw new MagicException(
          "The MTP head drafted nothing there, so that it has no probabilities to judge; ask with"
              + " --mtp=2, for example.");
    }
    return Reliability.of(drafted);
  }

  private void requireNoAnswers() {
    List<String> given = ofAnswers();
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

  private static String speedUp(Session session, List<Round> rounds) {
    if (!session.info().hasMtp()) {
      return "%bench measures what this gained";
    }
    return session
        .costs()
        .flatMap(costs -> SpeedUp.of(rounds, costs))
        .map(SpeedUp::remark)
        .orElse(
            "what this gained is known once --draft auto has measured a plain pass; %compare measures"
                + " it too");
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
      case CONFIDENCE -> reliability(rounds, proposals).bins();
      case CONTEXT -> byContext(rounds, proposals);
      case RANK ->
          Breakdown.of(
              "model's rank",
              proposals.stream().filter(p -> p.rank().isPresent()).toList(),
              p -> rank(p.rank().getAsInt()),
              AcceptanceMagic::ranks);
      case DRAFTER -> Breakdown.of("drafter", proposals, p -> rounds.get(p.round()).drafter());
    };
  }

  // Ranks by the first of those that are listed together.
  static int rank(int rank) {
    return RANKS.floor(rank);
  }

  static String ranks(int from) {
    Integer next = RANKS.higher(from);
    return next == null
        ? from + " and more"
        : from == next - 1 ? "" + from : from + "–" + (next - 1);
  }

  // Lengths of a context that are listed together are the longer, the longer the longest is.
  static Breakdown byContext(List<Round> rounds, List<Proposal> proposals) {
    int longest = rounds.stream().mapToInt(Round::position).max().orElse(0);
    int step = CONTEXT_STEP;
    while (longest / step >= MOST_CONTEXTS) {
      step *= 2;
    }
    int width = step;
    return Breakdown.of(
        "context",
        proposals,
        p -> rounds.get(p.round()).position() / width,
        n -> n * width + "–" + ((n + 1) * width - 1));
  }

  private static ArmsView arms(Session session) {
    if (!session.info().hasMtp()) {
      throw new MagicException(
          "The model "
              + session.info().name()
              + " has no MTP head, so that there is no depth to choose; --draft auto copies what"
              + " repeats, and decodes plainly else.");
    }
    return session
        .costs()
        .map(costs -> new ArmsView(session.arms(), costs))
        .orElseThrow(
            () ->
                new MagicException(
                    "Nothing is known yet of what drafts cost; answer something with --draft auto"
                        + " first."));
  }
}
