package dev.mlxmtp.kernel.display;

import dev.mlxmtp.session.Event;
import java.io.PrintStream;
import java.util.OptionalInt;

/** Prints an answer as it comes: accepted drafts tinted, thinking dimmed. */
public final class AnswerPrinter {
  private final PrintStream out;
  private final Style style;
  private final OptionalInt thinkEnd;
  private boolean thinking;
  private boolean lineOpen;

  /**
   * @param thinking the answer begins inside the model's thinking
   * @param thinkEnd the token that ends it
   */
  public AnswerPrinter(PrintStream out, Style style, boolean thinking, OptionalInt thinkEnd) {
    this.out = out;
    this.style = style;
    this.thinking = thinking;
    this.thinkEnd = thinkEnd;
  }

  public void accept(Event event) {
    switch (event) {
      case Event.Token(int id, String text, Event.Origin origin) -> {
        Style.Role role =
            origin == Event.Origin.ACCEPTED_DRAFT
                ? Style.Role.ACCEPTED
                : thinking ? Style.Role.THINKING : Style.Role.MODEL;
        print(style.apply(role, text), text);
        if (thinkEnd.isPresent() && id == thinkEnd.getAsInt()) {
          thinking = false;
        }
      }
      case Event.Tail(String text) -> print(text, text);
      case Event.Loading _, Event.PromptProgress _, Event.RoundDone _ -> {}
    }
  }

  private void print(String styled, String text) {
    if (!text.isEmpty()) {
      out.print(styled);
      out.flush();
      lineOpen = !text.endsWith("\n");
    }
  }

  /** Ends the last line, where the answer did not. */
  public void end() {
    if (lineOpen) {
      out.println();
      out.flush();
      lineOpen = false;
    }
  }
}
