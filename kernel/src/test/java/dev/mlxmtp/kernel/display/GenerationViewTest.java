package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.Event.Origin;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GenerationViewTest {
  private static final Event ROUND_DONE =
      new Event.RoundDone(
          new Round(
              0,
              "mtp",
              new int[0],
              new float[0],
              new float[0],
              0,
              OptionalInt.of(1),
              new Round.Timings(0, OptionalDouble.empty(), 1)));

  private static Event model(int id, String text) {
    return new Event.Token(id, text, Origin.MODEL);
  }

  private static Event draft(int id, String text) {
    return new Event.Token(id, text, Origin.ACCEPTED_DRAFT);
  }

  private static List<Piece> pieces(boolean thinking, Event... events) {
    GenerationView view = new GenerationView(thinking);
    List.of(events).forEach(view::accept);
    return view.pieces();
  }

  private static Piece piece(String text, Origin origin, OptionalInt round, Integer... ids) {
    return new Piece(text, List.of(ids), origin, round, false);
  }

  @Test
  void piecesKnowWhoChoseThemAndWhen() {
    assertEquals(
        List.of(
            piece("a", Origin.MODEL, OptionalInt.empty(), 1),
            piece("b", Origin.ACCEPTED_DRAFT, OptionalInt.of(0), 2),
            piece("c", Origin.MODEL, OptionalInt.of(0), 3),
            piece("d", Origin.ACCEPTED_DRAFT, OptionalInt.of(1), 4)),
        pieces(false, model(1, "a"), draft(2, "b"), model(3, "c"), ROUND_DONE, draft(4, "d")));
  }

  @Test
  void aCharacterOfSeveralTokensIsTheirCommonPiece() {
    assertEquals(
        List.of(
            piece("é", Origin.ACCEPTED_DRAFT, OptionalInt.of(0), 2, 3),
            piece("ü", Origin.MODEL, OptionalInt.of(0), 4, 5)),
        pieces(false, model(1, "x"), draft(2, ""), draft(3, "é"), draft(4, ""), model(5, "ü"))
            .subList(1, 3));
  }

  @Test
  void aTailBelongsToTheTokensThatHeldIt() {
    List<Piece> pieces = pieces(false, model(1, "a"), draft(2, ""), new Event.Tail("b"));
    assertEquals(piece("b", Origin.ACCEPTED_DRAFT, OptionalInt.of(0), 2), pieces.getLast());
  }

  private static String thinkingOf(boolean startsInside, String... texts) {
    GenerationView view = new GenerationView(startsInside);
    for (String text : texts) {
      view.accept(model(1, text));
    }
    return view.pieces().stream()
        .map(p -> p.thinking() ? "[" + p.text() + "]" : p.text())
        .collect(Collectors.joining());
  }

  @Test
  void thinkingEndsBehindItsTag() {
    assertEquals("[so][</think>]yes", thinkingOf(true, "so", "</think>", "yes"));
    assertEquals("[so</th][ink>]\nyes", thinkingOf(true, "so</th", "ink>\nyes"));
    assertEquals("[<think>][a][</think>]b", thinkingOf(false, "<think>", "a", "</think>", "b"));
    assertEquals("a <think>b", thinkingOf(false, "a ", "<think>", "b"));
    assertEquals(" \nplain", thinkingOf(false, " \n", "plain"));
  }

  @Test
  void tonesAreVisibleAndBlanksAreNotUnderlined() {
    Piece piece = piece("a b", Origin.ACCEPTED_DRAFT, OptionalInt.of(0), 1);
    assertEquals(Tone.ACCEPTED, piece.tone());
    String ansi = piece.tone().ansi(piece.text());
    assertEquals("a b", ansi.replaceAll("\033\\[[0-9;]*m", ""));
    assertEquals("a b", Tone.PLAIN.ansi("a b"));
  }
}
