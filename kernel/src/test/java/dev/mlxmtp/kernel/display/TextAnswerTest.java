package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.kernel.display.AnswerStyle.Drafts;
import dev.mlxmtp.kernel.display.AnswerStyle.Thinking;
import dev.mlxmtp.kernel.display.Piece.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextAnswerTest {
  private static final List<Piece> PIECES =
      List.of(
          piece("<think>let me", Kind.MODEL, true),
          piece(" see", Kind.ACCEPTED, true),
          piece("</think>", Kind.MODEL, true),
          piece("\n\n", Kind.MODEL, false),
          piece("a\nb", Kind.ACCEPTED, false),
          piece("no\n\tno", Kind.REJECTED, false),
          piece("!", Kind.MODEL, false));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static Piece piece(String text, Kind kind, boolean thinking) {
    return new Piece(text, kind, List.of(1), List.of(), OptionalInt.empty(), thinking);
  }

  private String shown(Drafts drafts, Thinking thinking, boolean color) {
    PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
    Screen screen = new StreamScreen(stream, stream, new StreamScreen.Look(color, color, false));
    TextAnswer answer = new TextAnswer(screen, new AnswerStyle(drafts, thinking));
    // As they come, one after the other.
    PIECES.forEach(piece -> answer.add(List.of(piece)));
    answer.abandon();
    stream.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void thinkingIsShown() {
    assertEquals(
        "<think>let me see</think>\n\na\nb!\n", shown(Drafts.ACCEPTED, Thinking.SHOW, false));
  }

  @Test
  void hiddenThinkingIsCounted() {
    assertEquals("(thinking … 3 tokens)\na\nb!\n", shown(Drafts.ACCEPTED, Thinking.HIDE, false));
  }

  @Test
  void rejectedDraftsTearNothingApart() {
    assertEquals(
        "(thinking … 3 tokens)\na\nb[-no↵⇥no-]!\n", shown(Drafts.REJECTED, Thinking.HIDE, false));
  }

  @Test
  void rejectedDraftsAreStruckThroughInColour() {
    assertTrue(
        shown(Drafts.REJECTED, Thinking.HIDE, true).contains("\033[9;31mno↵⇥no\033[0m"),
        out::toString);
  }
}
