package dev.mlxmtp.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A piece of what a model puts out, as it is understood. */
public sealed interface OutputPart {

  /** More of the thinking before the answer. */
  record Thinking(String text) implements OutputPart {}

  /** More of the answer. */
  record Content(String text) implements OutputPart {}

  /**
   * A whole call of a tool.
   *
   * @param arguments plain data by parameter, in the order given; values may be null
   */
  record ToolCall(String name, Map<String, Object> arguments) implements OutputPart {
    /** Keeps its own copy of the arguments, in their order. */
    public ToolCall {
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
  }
}
