package dev.mlxmtp.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Splits the text that a model puts out into thinking, content and tool calls, while it arrives in
 * fragments of any size. For one answer; not for several threads.
 */
public final class OutputParser {
  private final ThinkingParser thinking;
  private final ToolCallParser toolCalls;

  /**
   * @param startsInThinking whether the prompt ended inside the thinking block, see {@link
   *     #opensThinking}
   * @param tools what the model may call, in OpenAI's form; without any, tool calls are plain
   *     content
   */
  public OutputParser(boolean startsInThinking, List<Map<String, Object>> tools) {
    thinking = new ThinkingParser(startsInThinking);
    toolCalls = new ToolCallParser(ToolSchemas.of(tools));
  }

  /** Whether a prompt ends in an open {@code <think>}, so that the output begins with thinking. */
  public static boolean opensThinking(String prompt) {
    return prompt.stripTrailing().endsWith(ThinkingParser.OPEN);
  }

  /** Takes a fragment and returns what is now certain. */
  public List<OutputPart> push(String text) {
    return parseContent(thinking.push(text));
  }

  /**
   * Ends the output and returns the rest.
   *
   * @param truncated whether the model was cut short (by a limit or a cancel) instead of ending its
   *     answer: a tool call that isn't complete is then content, never a call
   */
  public List<OutputPart> finish(boolean truncated) {
    var parts = new ArrayList<>(parseContent(thinking.finish()));
    parts.addAll(toolCalls.finish(truncated));
    return parts;
  }

  private List<OutputPart> parseContent(List<OutputPart> parts) {
    var result = new ArrayList<OutputPart>();
    for (var part : parts) {
      if (part instanceof OutputPart.Content content) {
        result.addAll(toolCalls.push(content.text()));
      } else {
        result.add(part);
      }
    }
    return result;
  }
}
