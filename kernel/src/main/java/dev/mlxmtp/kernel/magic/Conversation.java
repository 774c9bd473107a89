package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.text.Message;
import dev.mlxmtp.text.OutputParser;
import dev.mlxmtp.text.OutputPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The messages of a chat. A turn is taken up when its answer is there. */
public final class Conversation {
  private final List<Message> turns = new ArrayList<>();
  private Optional<String> system = Optional.empty();

  /** Forgets the turns; the system's text stays. */
  public void restart() {
    turns.clear();
  }

  /**
   * Goes on from other messages.
   *
   * @param messages a system's message only as the first
   */
  public void restart(List<Message> messages) {
    boolean hasSystem = !messages.isEmpty() && messages.getFirst().role().equals("system");
    system = hasSystem ? messages.getFirst().plainText() : Optional.empty();
    turns.clear();
    turns.addAll(hasSystem ? messages.subList(1, messages.size()) : messages);
  }

  /** Sets the system's text, or removes it where it is blank, and starts anew. */
  public void system(String text) {
    system = Optional.of(text).filter(t -> !t.isBlank());
    restart();
  }

  /** All messages, the system's first. */
  public List<Message> messages() {
    return Stream.concat(system.map(Message::system).stream(), turns.stream()).toList();
  }

  /**
   * The prompt that asks for the answer to one more message of the user.
   *
   * @param think what the template is asked for, where it is
   */
  Prompt.Chat ask(String text, Optional<Boolean> think) {
    List<Message> messages =
        Stream.concat(messages().stream(), Stream.of(Message.user(text))).toList();
    return new Prompt.Chat(messages, List.of(), think);
  }

  /**
   * Takes up a turn. Its thinking is kept apart from what was said, so that the template can drop
   * it from later prompts.
   *
   * @param startedInThinking the prompt ended inside the thinking block
   * @param truncated the answer did not come to its end
   */
  void add(String text, String answer, boolean startedInThinking, boolean truncated) {
    OutputParser parser = new OutputParser(startedInThinking, List.of());
    StringBuilder thinking = new StringBuilder();
    StringBuilder content = new StringBuilder();
    Stream.concat(parser.push(answer).stream(), parser.finish(truncated).stream())
        .forEach(
            part -> {
              switch (part) {
                case OutputPart.Thinking(String t) -> thinking.append(t);
                case OutputPart.Content(String c) -> content.append(c);
                case OutputPart.ToolCall _ -> {}
              }
            });
    Message said = Message.assistant(content.toString());
    turns.add(Message.user(text));
    turns.add(thinking.isEmpty() ? said : said.withReasoning(thinking.toString()));
  }
}
