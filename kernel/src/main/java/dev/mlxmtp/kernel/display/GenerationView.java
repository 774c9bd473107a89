package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * The view model of a generation: its events as pieces of text, each with who chose it and when,
 * and the rejected drafts in the places for which they were proposed. Every renderer reads this.
 */
public final class GenerationView {
  private final List<Piece> pieces = new ArrayList<>();
  private final ThinkingMarks thinking;
  private final IntFunction<String> decoder;

  private final List<Integer> heldTokens = new ArrayList<>();
  private final List<Proposal> heldProposals = new ArrayList<>();
  private Optional<Round> round = Optional.empty();
  private int rounds;
  private int placeInRound;

  /**
   * @param startsInThinking the prompt ended inside the thinking block
   * @param decoder text of a single token
   */
  public GenerationView(boolean startsInThinking, IntFunction<String> decoder) {
    this.thinking = new ThinkingMarks(startsInThinking);
    this.decoder = decoder;
  }

  /** Takes the next event and returns the pieces that became readable with it. */
  public List<Piece> accept(Event event) {
    return switch (event) {
      case Event.Token(int id, String text, Event.Origin _) -> token(id, text);
      case Event.Tail(String text) -> emit(text);
      case Event.RoundDone(Round next) -> {
        List<Piece> left = rejected();
        round = Optional.of(next);
        rounds++;
        placeInRound = 0;
        yield left;
      }
      case Event.Loading _, Event.PromptProgress _ -> List.of();
    };
  }

  /** After the last event: the rejected drafts before a stop token, which is no event. */
  public List<Piece> finish() {
    return rejected();
  }

  /** Everything so far, in order. */
  public List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  private List<Piece> token(int id, String text) {
    List<Piece> added = new ArrayList<>();
    boolean accepted = round.isPresent() && placeInRound < round.get().accepted();
    if (accepted) {
      heldProposals.add(proposal(round.get(), placeInRound));
    } else {
      added.addAll(rejected());
    }
    placeInRound++;
    heldTokens.add(id);
    if (!text.isEmpty()) {
      added.addAll(emit(text));
    }
    return added;
  }

  private List<Piece> emit(String text) {
    boolean accepted = !heldTokens.isEmpty() && heldProposals.size() == heldTokens.size();
    Piece.Kind kind = accepted ? Piece.Kind.ACCEPTED : Piece.Kind.MODEL;
    List<Piece> added =
        thinking.split(text).stream()
            .map(
                part ->
                    new Piece(
                        part.text(), kind, heldTokens, heldProposals, place(), part.thinking()))
            .toList();
    heldTokens.clear();
    heldProposals.clear();
    pieces.addAll(added);
    return added;
  }

  // Each once, at the place of the model's own token. Drafts behind an accepted stop token were
  // never judged: such a round has no token of the model's own.
  private List<Piece> rejected() {
    if (round.isEmpty() || round.get().bonus().isEmpty()) {
      return List.of();
    }
    Round judged = round.get();
    if (placeInRound != judged.accepted()) {
      return List.of();
    }
    placeInRound = judged.accepted() + 1;
    List<Piece> added = new ArrayList<>();
    for (int i = judged.accepted(); i < judged.drafted().length; i++) {
      Proposal proposal = proposal(judged, i);
      added.add(
          new Piece(
              decoder.apply(proposal.token()),
              Piece.Kind.REJECTED,
              List.of(proposal.token()),
              List.of(proposal),
              place(),
              false));
    }
    pieces.addAll(added);
    return added;
  }

  private OptionalInt place() {
    return round.isPresent() ? OptionalInt.of(rounds - 1) : OptionalInt.empty();
  }

  private Proposal proposal(Round judged, int i) {
    return Proposal.of(rounds - 1, judged, i);
  }
}
