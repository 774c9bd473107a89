package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.kernel.display.Piece.Kind;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.Event.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GenerationViewTest {
  private static Event model(int id, String text) {
    return new Event.Token(id, text, Origin.MODEL);
  }

  private static Event draft(int id, String text) {
    return new Event.Token(id, text, Origin.ACCEPTED_DRAFT);
  }

  private static Event round(OptionalInt bonus, int accepted, int... drafted) {
    float[] head = new float[drafted.length];
    float[] target = new float[drafted.length];
    int[] rank = new int[drafted.length];
    for (int i = 0; i < drafted.length; i++) {
      head[i] = 0.5f + i / 16f;
      target[i] = 0.25f + i / 16f;
      rank[i] = i + 1;
    }
    return new Event.RoundDone(
        new Round(
            0,
            "mtp",
            drafted,
            head,
            target,
            rank,
            accepted,
            bonus,
            new Round.Timings(0, OptionalDouble.empty(), 1, OptionalDouble.empty())));
  }

  private static GenerationView view(boolean thinking, Event... events) {
    GenerationView view = new GenerationView(thinking, id -> "<" + id + ">");
    List<Piece> returned = new ArrayList<>();
    List.of(events).forEach(event -> returned.addAll(view.accept(event)));
    returned.addAll(view.finish());
    assertEquals(view.pieces(), returned, "every piece is handed out once, in order");
    return view;
  }

  private static String shown(GenerationView view) {
    return view.pieces().stream()
        .map(
            p ->
                switch (p.kind()) {
                  case MODEL -> p.text();
                  case ACCEPTED -> "+" + p.text();
                  case REJECTED -> "-" + p.text();
                })
        .collect(Collectors.joining(" "));
  }

  @Test
  void piecesKnowWhoChoseThemAndWhen() {
    GenerationView view =
        view(
            false,
            model(1, "a"),
            round(OptionalInt.of(4), 2, 2, 3),
            draft(2, "b"),
            draft(3, "c"),
            model(4, "d"),
            round(OptionalInt.of(6), 0, 5),
            model(6, "e"));
    assertEquals("a +b +c d -<5> e", shown(view));
    assertEquals(
        List.of(
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalInt.of(0),
            OptionalInt.of(0),
            OptionalInt.of(1),
            OptionalInt.of(1)),
        view.pieces().stream().map(Piece::round).toList());
    assertEquals(
        List.of(
            new Proposal(
                0,
                2,
                3,
                0.5625,
                OptionalDouble.of(0.3125),
                OptionalInt.of(2),
                Proposal.Outcome.ACCEPTED)),
        view.pieces().get(2).proposals());
    assertEquals(
        List.of(
            new Proposal(
                1,
                1,
                5,
                0.5,
                OptionalDouble.of(0.25),
                OptionalInt.of(1),
                Proposal.Outcome.REJECTED)),
        view.pieces().get(4).proposals());
  }

  @Test
  void rejectedDraftsStandWhereTheModelChoseOtherwise() {
    assertEquals(
        "a +b -<8> -<9> c",
        shown(
            view(
                false,
                model(1, "a"),
                round(OptionalInt.of(3), 1, 2, 8, 9),
                draft(2, "b"),
                model(3, "c"))));
  }

  @Test
  void aStopTokenOfTheModelsOwnLeavesItsRejectedDraftsBehind() {
    // The stop token is no event.
    assertEquals(
        "a +b -<9>",
        shown(view(false, model(1, "a"), round(OptionalInt.of(0), 1, 2, 9), draft(2, "b"))));
  }

  @Test
  void draftsBehindAnAcceptedStopTokenWereNeverJudged() {
    assertEquals(
        "a +b",
        shown(view(false, model(1, "a"), round(OptionalInt.empty(), 2, 2, 0, 7), draft(2, "b"))));
  }

  @Test
  void aCharacterOfSeveralTokensIsTheirCommonPiece() {
    List<Piece> pieces =
        view(
                false,
                model(1, "x"),
                round(OptionalInt.of(5), 3, 2, 3, 4),
                draft(2, ""),
                draft(3, "é"),
                draft(4, ""),
                model(5, "ü"))
            .pieces();
    assertEquals(List.of(2, 3), pieces.get(1).tokens());
    assertEquals(Kind.ACCEPTED, pieces.get(1).kind());
    assertEquals(2, pieces.get(1).proposals().size());
    assertEquals(List.of(4, 5), pieces.get(2).tokens());
    assertEquals(Kind.MODEL, pieces.get(2).kind(), "one of its tokens is the model's own");
    assertEquals(1, pieces.get(2).proposals().size());
  }

  @Test
  void aTailBelongsToTheTokensThatHeldIt() {
    Piece last =
        view(
                false,
                model(1, "a"),
                round(OptionalInt.of(3), 1, 2),
                draft(2, ""),
                new Event.Tail("b"))
            .pieces()
            .get(1);
    assertEquals("b", last.text());
    assertEquals(List.of(2), last.tokens());
    assertEquals(Kind.ACCEPTED, last.kind());
  }

  private static String thinkingOf(boolean startsInside, String... texts) {
    GenerationView view = new GenerationView(startsInside, String::valueOf);
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
    Piece piece = new Piece("a b", Kind.ACCEPTED, List.of(1), List.of(), OptionalInt.of(0), false);
    assertEquals(Tone.ACCEPTED, piece.tone());
    String ansi = piece.tone().ansi(piece.text());
    assertEquals("a b", ansi.replaceAll("\033\\[[0-9;]*m", ""));
    assertEquals("a b", Tone.PLAIN.ansi("a b"));
  }
}
