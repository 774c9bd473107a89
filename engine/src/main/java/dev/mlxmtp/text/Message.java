package dev.mlxmtp.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message of a conversation.
 *
 * @param role system, developer, user, assistant or tool
 * @param content what it says; absent where an assistant only calls tools
 * @param reasoningContent the thinking that came before an assistant's content
 * @param toolCalls the tools that an assistant calls
 * @param toolCallId the call that a tool's message answers
 * @param name the name of the tool or the speaker
 */
public record Message(
    String role,
    Optional<Content> content,
    Optional<String> reasoningContent,
    List<ToolCall> toolCalls,
    Optional<String> toolCallId,
    Optional<String> name) {

  /** What a message says: text, or parts of several kinds. */
  public sealed interface Content {
    /** Plain text. */
    record Text(String text) implements Content {}

    /**
     * Parts, each a map with a {@code type} such as {@code text} or {@code image}, as templates
     * read them.
     */
    record Parts(List<Map<String, Object>> parts) implements Content {
      /** Keeps its own copy of the list. */
      public Parts {
        parts = List.copyOf(parts);
      }
    }
  }

  /**
   * A call of a tool by the assistant.
   *
   * @param id what the tool's answer refers to
   * @param arguments plain data by parameter
   */
  public record ToolCall(Optional<String> id, String name, Map<String, Object> arguments) {
    /** Keeps its own copy of the arguments, in their order. */
    public ToolCall {
      arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
  }

  /** Keeps its own copy of the calls. */
  public Message {
    toolCalls = List.copyOf(toolCalls);
  }

  /** A message of plain text. */
  public static Message text(String role, String text) {
    return new Message(
        role,
        Optional.of(new Content.Text(text)),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** The system's text. */
  public static Message system(String text) {
    return text("system", text);
  }

  /** The user's text. */
  public static Message user(String text) {
    return text("user", text);
  }

  /** The assistant's text. */
  public static Message assistant(String text) {
    return text("assistant", text);
  }

  /** What a tool answered. */
  public static Message tool(String text) {
    return text("tool", text);
  }

  /** What it says, where that is plain text. */
  public Optional<String> plainText() {
    return content.filter(Content.Text.class::isInstance).map(c -> ((Content.Text) c).text());
  }

  /** This message with the thinking that came before it. */
  public Message withReasoning(String reasoning) {
    return new Message(role, content, Optional.of(reasoning), toolCalls, toolCallId, name);
  }

  /** This message with tools that it calls. */
  public Message withToolCalls(List<ToolCall> calls) {
    return new Message(role, content, reasoningContent, calls, toolCallId, name);
  }

  /**
   * Reads a message in the form that OpenAI's clients send. Arguments of tool calls may be a JSON
   * string or a map; the thinking may be named {@code reasoning_content} or {@code reasoning};
   * unknown fields are ignored.
   *
   * @throws IllegalArgumentException if a field has the wrong form; one sentence for the client
   */
  public static Message of(Map<String, ?> fields) {
    return MessageReader.read(fields);
  }
}
