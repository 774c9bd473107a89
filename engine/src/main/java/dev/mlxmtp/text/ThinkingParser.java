package dev.mlxmtp.text;

import java.util.ArrayList;
import java.util.List;

/** Splits a stream of text into the thinking at its front and the content after it. */
final class ThinkingParser {
  static final String OPEN = "<think>";
  static final String CLOSE = "</think>";

  private enum State {
    /** Nothing but white space yet, so an opening tag may come. */
    START,
    /** Inside the block, still before its first character. */
    OPENED,
    THINKING,
    /** Behind the block, at the line ends that belong to it. */
    CLOSED,
    CONTENT
  }

  private final StringBuilder held = new StringBuilder();
  private State state;

  ThinkingParser(boolean startsInThinking) {
    state = startsInThinking ? State.OPENED : State.START;
  }

  List<OutputPart> push(String text) {
    held.append(text);
    var parts = new ArrayList<OutputPart>();
    var before = state;
    do {
      before = state;
      step(parts);
    } while (state != before);
    return parts;
  }

  private void step(List<OutputPart> parts) {
    switch (state) {
      case START -> start();
      case OPENED -> opened();
      case THINKING -> think(parts);
      case CLOSED -> {
        TextScan.dropFront(held, c -> c == '\n' || c == '\r');
        if (!held.isEmpty()) {
          state = State.CONTENT;
        }
      }
      case CONTENT -> content(parts, TextScan.take(held, held.length()));
    }
  }

  private void start() {
    int first = TextScan.skipSpace(held, 0);
    if (TextScan.startsWith(held, first, OPEN)) {
      held.delete(0, first + OPEN.length());
      state = State.OPENED;
    } else if (!TextScan.isPrefix(held, first, OPEN)) {
      state = State.CONTENT;
    }
  }

  /** A model may repeat the opening tag that the prompt already had. */
  private void opened() {
    int first = TextScan.skipSpace(held, 0);
    while (TextScan.startsWith(held, first, OPEN)) {
      held.delete(0, first + OPEN.length());
      first = TextScan.skipSpace(held, 0);
    }
    if (!TextScan.isPrefix(held, first, OPEN)) {
      held.delete(0, first);
      state = State.THINKING;
    }
  }

  private void think(List<OutputPart> parts) {
    int close = held.indexOf(CLOSE);
    if (close >= 0) {
      thinking(parts, TextScan.take(held, close).stripTrailing());
      held.delete(0, CLOSE.length());
      state = State.CLOSED;
      return;
    }
    int certain = held.length() - TextScan.partialTag(held, CLOSE);
    thinking(parts, TextScan.take(held, TextScan.skipSpaceBack(held, certain)));
  }

  List<OutputPart> finish() {
    var parts = new ArrayList<OutputPart>();
    var rest = TextScan.take(held, held.length());
    switch (state) {
      case OPENED, THINKING -> thinking(parts, rest.stripTrailing());
      case START, CLOSED, CONTENT -> content(parts, rest);
    }
    return parts;
  }

  private static void thinking(List<OutputPart> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new OutputPart.Thinking(text));
    }
  }

  private static void content(List<OutputPart> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new OutputPart.Content(text));
    }
  }
}
