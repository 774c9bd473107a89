package dev.mlxmtp.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what stands between the tags of a tool call: functions with their parameters, or JSON with
 * a name and arguments. Values are code and may hold text that looks like a tag, so a tag only
 * counts where what follows it fits.
 */
final class ToolCallSyntax {
  static final String FUNCTION = "<function=";
  static final String END_FUNCTION = "</function>";
  static final String PARAMETER = "<parameter=";
  static final String END_PARAMETER = "</parameter>";

  /** How much of a call must be closed for it to count. */
  enum Closed {
    /** The function. */
    FUNCTION,
    /** At least its last parameter. */
    PARAMETER,
    /** Nothing: the end of the text closes all. */
    NOTHING
  }

  private final String text;
  private final ToolSchemas tools;
  private final Closed required;
  private final List<OutputPart.ToolCall> calls = new ArrayList<>();
  private int at;

  private ToolCallSyntax(String text, ToolSchemas tools, Closed required) {
    this.text = text;
    this.tools = tools;
    this.required = required;
  }

  /** The calls in a text; none if it isn't made of calls that are closed as required. */
  static List<OutputPart.ToolCall> parse(String text, ToolSchemas tools, Closed required) {
    var first = text.stripLeading();
    if (first.startsWith("{") || first.startsWith("[")) {
      return ArgumentConverter.json(first).map(ToolCallSyntax::ofJson).orElse(List.of());
    }
    var parser = new ToolCallSyntax(text, tools, required);
    return parser.functions() ? parser.calls : List.of();
  }

  private static List<OutputPart.ToolCall> ofJson(Object json) {
    var calls = new ArrayList<OutputPart.ToolCall>();
    for (var entry : json instanceof List<?> list ? list : List.of(json)) {
      var call =
          entry instanceof Map<?, ?> map ? jsonCall(map) : Optional.<OutputPart.ToolCall>empty();
      if (call.isEmpty()) {
        return List.of();
      }
      calls.add(call.get());
    }
    return calls;
  }

  private static Optional<OutputPart.ToolCall> jsonCall(Map<?, ?> outer) {
    Map<?, ?> call = outer.get("function") instanceof Map<?, ?> inner ? inner : outer;
    var arguments = call.get("arguments") == null ? call.get("parameters") : call.get("arguments");
    if (arguments instanceof String s) {
      arguments = ArgumentConverter.json(s).orElse(s);
    }
    if (!(call.get("name") instanceof String name)
        || !(arguments == null || arguments instanceof Map)) {
      return Optional.empty();
    }
    var copy = new LinkedHashMap<String, Object>();
    if (arguments instanceof Map<?, ?> map) {
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    }
    return Optional.of(new OutputPart.ToolCall(name, copy));
  }

  private boolean functions() {
    skipSpace();
    while (at < text.length()) {
      if (!function()) {
        return false;
      }
      skipSpace();
    }
    return !calls.isEmpty();
  }

  private void skipSpace() {
    at = TextScan.skipSpace(text, at);
  }

  private boolean function() {
    var name = nameAfter(FUNCTION);
    if (name.isEmpty()) {
      return false;
    }
    var arguments = new LinkedHashMap<String, Object>();
    while (true) {
      skipSpace();
      if (text.startsWith(END_FUNCTION, at)) {
        at += END_FUNCTION.length();
        break;
      }
      if (text.startsWith(PARAMETER, at)) {
        if (!parameter(name.get(), arguments)) {
          return false;
        }
      } else if (at >= text.length() && required != Closed.FUNCTION) {
        break;
      } else {
        return false;
      }
    }
    calls.add(new OutputPart.ToolCall(name.get(), arguments));
    return true;
  }

  /** Reads an opening tag with its name, and moves behind it. */
  private Optional<String> nameAfter(String tag) {
    int end = text.startsWith(tag, at) ? text.indexOf('>', at) : -1;
    if (end < 0) {
      return Optional.empty();
    }
    var name = unquoted(text.substring(at + tag.length(), end).strip());
    at = end + 1;
    return Optional.of(name).filter(n -> !n.isEmpty());
  }

  static String unquoted(String name) {
    boolean quoted =
        name.length() > 1
            && (name.charAt(0) == '"' || name.charAt(0) == '\'')
            && name.charAt(0) == name.charAt(name.length() - 1);
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  private boolean parameter(String tool, Map<String, Object> arguments) {
    var key = nameAfter(PARAMETER);
    if (key.isEmpty()) {
      return false;
    }
    int start = at;
    int close = closingTag(start);
    int next = nextTag(start, close < 0 ? text.length() : close, tool);
    if (next < 0 && close < 0 && required != Closed.NOTHING) {
      return false;
    }
    int end = next >= 0 ? next : close >= 0 ? close : text.length();
    at = next >= 0 || close < 0 ? end : close + END_PARAMETER.length();
    var value = withoutOuterNewlines(text.substring(start, end));
    arguments.put(key.get(), ArgumentConverter.convert(value, tools.schema(tool, key.get())));
    return true;
  }

  /** The first closing tag of a parameter that another tag or the end follows. */
  private int closingTag(int from) {
    for (int tag = text.indexOf(END_PARAMETER, from);
        tag >= 0;
        tag = text.indexOf(END_PARAMETER, tag + 1)) {
      int after = TextScan.skipSpace(text, tag + END_PARAMETER.length());
      if (after == text.length() || text.startsWith(PARAMETER, after) || endsFunction(after)) {
        return tag;
      }
    }
    return -1;
  }

  /** Whether the closing tag of a function stands here and a function or the end follows. */
  private boolean endsFunction(int tag) {
    if (!text.startsWith(END_FUNCTION, tag)) {
      return false;
    }
    int after = TextScan.skipSpace(text, tag + END_FUNCTION.length());
    return after == text.length() || text.startsWith(FUNCTION, after);
  }

  /** A tag on a line of its own that ends a value whose closing tag is missing. */
  private int nextTag(int from, int to, String tool) {
    for (int line = text.indexOf('\n', from); line >= 0 && line < to; ) {
      int tag = line + 1;
      if (tag < to && (startsParameter(tag, tool) || endsFunction(tag))) {
        return tag;
      }
      line = text.indexOf('\n', tag);
    }
    return -1;
  }

  private boolean startsParameter(int tag, String tool) {
    int end = text.startsWith(PARAMETER, tag) ? text.indexOf('>', tag) : -1;
    return end >= 0
        && tools.mayHave(tool, unquoted(text.substring(tag + PARAMETER.length(), end).strip()));
  }

  private static String withoutOuterNewlines(String value) {
    int from = value.startsWith("\r\n") ? 2 : value.startsWith("\n") ? 1 : 0;
    int to = value.length();
    if (to > from && value.charAt(to - 1) == '\n') {
      to -= to - 1 > from && value.charAt(to - 2) == '\r' ? 2 : 1;
    }
    return value.substring(from, to);
  }
}
