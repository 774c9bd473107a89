package dev.mlxmtp.text;

import dev.mlxmtp.text.ToolCallSyntax.Closed;
import java.util.ArrayList;
import java.util.List;

/** Finds tool calls in a stream of content. */
final class ToolCallParser {
  private static final String OPEN = "<tool_call>";
  private static final String CLOSE = "</tool_call>";

  /** White space before a tag is dropped, so it is held back, but no more of it than this. */
  private static final int MAX_HELD_SPACE = 1024;

  private static final int MAX_NAME = 256;

  private final ToolSchemas tools;
  private final StringBuilder held = new StringBuilder();
  private final List<OutputPart> parts = new ArrayList<>();

  /** Whether {@link #held} is the inside of a call. */
  private boolean inCall;

  /** Whether the call has the tag around it. */
  private boolean wrapped;

  /** Whether nothing but white space has come since the last call. */
  private boolean afterCall;

  /** Where in a call to look for tags next. */
  private int scanned;

  /** A closing tag of a call that isn't complete: the end if no more of the call comes. */
  private int candidate;

  ToolCallParser(ToolSchemas tools) {
    this.tools = tools;
  }

  List<OutputPart> push(String text) {
    held.append(text);
    return run();
  }

  private List<OutputPart> run() {
    while (inCall ? call() : content()) {
      // Each step leaves less to look at.
    }
    var result = List.copyOf(parts);
    parts.clear();
    return result;
  }

  /** Gives out content up to the next call; false if more text is needed. */
  private boolean content() {
    if (tools.isEmpty()) {
      emit(TextScan.take(held, held.length()));
      return false;
    }
    if (afterCall) {
      TextScan.dropFront(held, Character::isWhitespace);
      if (TextScan.startsWith(held, 0, CLOSE)) {
        held.delete(0, CLOSE.length());
        return true;
      }
      if (TextScan.isPrefix(held, 0, CLOSE)) {
        return false;
      }
      afterCall = false;
    }
    for (int tag = held.indexOf("<"); tag >= 0; tag = held.indexOf("<", tag + 1)) {
      boolean opens = TextScan.startsWith(held, tag, OPEN);
      if (opens || startsBareCall(tag)) {
        emit(TextScan.take(held, tag).stripTrailing());
        held.delete(0, opens ? OPEN.length() : 0);
        inCall = true;
        wrapped = opens;
        scanned = 0;
        candidate = -1;
        return true;
      }
      if (TextScan.isPrefix(held, tag, OPEN) || mayBecomeBareCall(tag)) {
        emit(TextScan.take(held, TextScan.skipSpaceBack(held, tag)));
        return false;
      }
    }
    int end = TextScan.skipSpaceBack(held, held.length());
    emit(TextScan.take(held, held.length() - end > MAX_HELD_SPACE ? held.length() : end));
    return false;
  }

  /** A call without the tag around it only counts for a tool that there is. */
  private boolean startsBareCall(int tag) {
    int end = TextScan.startsWith(held, tag, ToolCallSyntax.FUNCTION) ? held.indexOf(">", tag) : -1;
    return end >= 0 && tools.knows(name(tag, end));
  }

  private boolean mayBecomeBareCall(int tag) {
    if (TextScan.isPrefix(held, tag, ToolCallSyntax.FUNCTION)) {
      return true;
    }
    return TextScan.startsWith(held, tag, ToolCallSyntax.FUNCTION)
        && held.indexOf(">", tag) < 0
        && held.length() - tag < MAX_NAME
        && tools.knowsPrefix(name(tag, held.length()).replaceAll("^[\"']|[\"']$", ""));
  }

  private String name(int tag, int end) {
    return ToolCallSyntax.unquoted(
        held.substring(tag + ToolCallSyntax.FUNCTION.length(), end).strip());
  }

  /** Looks for the end of the call; false if more text is needed. */
  private boolean call() {
    for (int tag = held.indexOf("<", scanned); tag >= 0; tag = held.indexOf("<", tag + 1)) {
      if (isPartialTag(tag)) {
        scanned = tag;
        return false;
      }
      if (TextScan.startsWith(held, tag, CLOSE) && closes(tag)) {
        return true;
      }
      if (TextScan.startsWith(held, tag, OPEN) && opensNext(tag)) {
        return true;
      }
      boolean endsBare = !wrapped && TextScan.startsWith(held, tag, ToolCallSyntax.END_FUNCTION);
      if (endsBare && endCall(tag + ToolCallSyntax.END_FUNCTION.length(), 0, Closed.FUNCTION)) {
        return true;
      }
    }
    scanned = held.length();
    return false;
  }

  private boolean isPartialTag(int tag) {
    return TextScan.isPrefix(held, tag, CLOSE)
        || TextScan.isPrefix(held, tag, OPEN)
        || TextScan.isPrefix(held, tag, ToolCallSyntax.END_FUNCTION);
  }

  private boolean closes(int tag) {
    if (endCall(tag, CLOSE.length(), Closed.PARAMETER)) {
      return true;
    }
    if (candidate < 0 && startsLine(tag)) {
      candidate = tag;
    }
    return false;
  }

  /** The tag of the next call ends one whose own end is missing. */
  private boolean opensNext(int tag) {
    if (candidate >= 0 && held.substring(candidate + CLOSE.length(), tag).isBlank()) {
      return endCall(candidate, CLOSE.length(), Closed.NOTHING);
    }
    return startsLine(tag) && endCall(tag, 0, Closed.FUNCTION);
  }

  private boolean startsLine(int tag) {
    return tag == 0 || held.charAt(tag - 1) == '\n';
  }

  /** Takes the call out that ends at a position, if it is closed as required. */
  private boolean endCall(int end, int tagLength, Closed required) {
    var calls = ToolCallSyntax.parse(held.substring(0, end), tools, required);
    if (calls.isEmpty()) {
      return false;
    }
    parts.addAll(calls);
    held.delete(0, end + tagLength);
    inCall = false;
    afterCall = true;
    return true;
  }

  List<OutputPart> finish(boolean truncated) {
    var result = new ArrayList<OutputPart>();
    while (inCall) {
      if (!endAtFinish(truncated)) {
        // What can't be understood is shown, never lost.
        inCall = false;
        emit((wrapped ? OPEN : "") + TextScan.take(held, held.length()));
      }
      result.addAll(run());
    }
    if (!afterCall || !held.toString().isBlank()) {
      emit(TextScan.take(held, held.length()));
    }
    held.setLength(0);
    result.addAll(parts);
    parts.clear();
    return result;
  }

  private boolean endAtFinish(boolean truncated) {
    if (candidate >= 0) {
      return endCall(candidate, CLOSE.length(), Closed.NOTHING);
    }
    if (truncated) {
      return endCall(held.length(), 0, Closed.FUNCTION);
    }
    int partial = partialEnd();
    return endCall(held.length() - partial, partial, Closed.NOTHING);
  }

  private int partialEnd() {
    return Math.max(
        TextScan.partialTag(held, CLOSE),
        Math.max(
            TextScan.partialTag(held, ToolCallSyntax.END_FUNCTION),
            TextScan.partialTag(held, ToolCallSyntax.END_PARAMETER)));
  }

  private void emit(String text) {
    if (text.isEmpty()) {
      return;
    }
    if (!parts.isEmpty() && parts.getLast() instanceof OutputPart.Content(String before)) {
      parts.set(parts.size() - 1, new OutputPart.Content(before + text));
    } else {
      parts.add(new OutputPart.Content(text));
    }
  }
}
