package dev.mlxmtp.kernel.display;

import dev.mlxmtp.session.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The view model of a generation: its events as pieces of text, each with who chose it and when.
 * Every renderer reads this.
 */
public final class GenerationView {
  private final List<Piece> pieces = new ArrayList<>();
  private final ThinkingMarks thinking;

  private final List<Integer> heldTokens = new ArrayList<>();
  private boolean heldAccepted = true;
  private boolean first = true;
  private int roundsDone;

  /**
   * @param startsInThinking the prompt ended inside the thinking block
   */
  public GenerationView(boolean startsInThinking) {
    this.thinking = new ThinkingMarks(startsInThinking);
  }

  /** Takes the next event and returns the pieces that became readable with it. */
  public List<Piece> accept(Event event) {
    return switch (event) {
      case Event.Token(int id, String text, Event.Origin origin) -> token(id, text, origin);
      case Event.Tail(String text) -> emit(text, round());
      case Event.RoundDone _ -> {
        roundsDone++;
        yield List.of();
      }
      case Event.Loading _, Event.PromptProgress _ -> List.of();
    };
  }

  /** Everything so far, in order. */
  public List<Piece> pieces() {
    return List.copyOf(pieces);
  }

  private List<Piece> token(int id, String text, Event.Origin origin) {
    heldTokens.add(id);
    heldAccepted &= origin == Event.Origin.ACCEPTED_DRAFT;
    OptionalInt round = round();
    first = false;
    return text.isEmpty() ? List.of() : emit(text, round);
  }

  // The tokens of a round are reported before its end.
  private OptionalInt round() {
    return first ? OptionalInt.empty() : OptionalInt.of(roundsDone);
  }

  private List<Piece> emit(String text, OptionalInt round) {
    Event.Origin origin =
        heldAccepted && !heldTokens.isEmpty() ? Event.Origin.ACCEPTED_DRAFT : Event.Origin.MODEL;
    List<Piece> added =
        thinking.split(text).stream()
            .map(part -> new Piece(part.text(), heldTokens, origin, round, part.thinking()))
            .toList();
    heldTokens.clear();
    heldAccepted = true;
    pieces.addAll(added);
    return added;
  }
}
