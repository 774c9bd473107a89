package dev.mlxmtp.kernel.display;

import java.util.List;
import java.util.function.Supplier;

/** An answer as text that only grows: in a terminal, or through a pipe. */
public final class TextAnswer implements AnswerDisplay {
  private final Screen screen;
  private final AnswerStyle style;
  private final ProgressLine promptLine;
  private final ProgressLine statusLine;
  private int foldedTokens;
  private boolean justUnfolded;

  /** Writes to the screen. */
  public TextAnswer(Screen screen, AnswerStyle style) {
    this.screen = screen;
    this.style = style;
    this.promptLine = new ProgressLine(screen::progress);
    this.statusLine = new ProgressLine(screen::status);
  }

  @Override
  public void prompt(Supplier<String> line) {
    promptLine.update(line);
  }

  @Override
  public void add(List<Piece> pieces) {
    for (Piece piece : pieces) {
      if (piece.thinking() && style.thinking() == AnswerStyle.Thinking.HIDE) {
        fold(piece);
      } else if (style.shows(piece)) {
        unfold();
        screen.print(behindFold(shown(piece)), style.tone(piece));
      }
    }
  }

  // A rejected line break would tear the text apart, and without colour a rejected draft needs a
  // mark of its own.
  private String shown(Piece piece) {
    if (piece.isText()) {
      return piece.text();
    }
    String text = piece.text().replace("\n", "↵").replace("\t", "⇥");
    return screen.hasColor() ? text : "[-" + text + "-]";
  }

  private void fold(Piece piece) {
    if (foldedTokens == 0) {
      screen.print("(thinking …", Tone.THINKING);
    }
    foldedTokens += piece.tokens().size();
  }

  private void unfold() {
    if (foldedTokens > 0) {
      screen.print(" " + Figures.tokens(foldedTokens) + ")", Tone.THINKING);
      screen.endLine();
      foldedTokens = 0;
      justUnfolded = true;
    }
  }

  // The empty lines that part the answer from its thinking part it from nothing now.
  private String behindFold(String text) {
    if (!justUnfolded) {
      return text;
    }
    String rest = text.replaceFirst("^\n+", "");
    justUnfolded = rest.isEmpty();
    return rest;
  }

  @Override
  public void status(Supplier<String> line) {
    statusLine.update(line);
  }

  @Override
  public void finish(Answer answer) {
    end();
    screen.note(answer.footer(), Tone.NOTE);
  }

  @Override
  public void abandon() {
    end();
  }

  private void end() {
    unfold();
    screen.status("");
    screen.endLine();
  }
}
