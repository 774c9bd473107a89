package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.text.Message;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private final Conversation conversation = new Conversation();

  @Test
  void takesTurnsUpWhenTheyAreAnswered() {
    assertEquals(List.of(Message.user("a")), conversation.ask("a", Optional.empty()).messages());
    assertEquals(List.of(), conversation.messages());
    conversation.add("a", "b", false, false);
    assertEquals(
        List.of(Message.user("a"), Message.assistant("b"), Message.user("c")),
        conversation.ask("c", Optional.empty()).messages());
  }

  @Test
  void keepsThinkingApart() {
    conversation.add("a", "hm\n</think>\n\nb", true, false);
    conversation.add("c", "<think>\nso\n</think>\n\nd", false, false);
    conversation.add("e", "cut short", true, true);
    assertEquals(
        List.of(
            Message.assistant("b").withReasoning("hm"),
            Message.assistant("d").withReasoning("so"),
            Message.assistant("").withReasoning("cut short")),
        conversation.messages().stream().filter(m -> m.role().equals("assistant")).toList());
  }

  @Test
  void aResetKeepsTheSystemsMessage() {
    conversation.system("s");
    conversation.add("a", "b", false, false);
    conversation.restart();
    assertEquals(List.of(Message.system("s")), conversation.messages());
    conversation.system(" ");
    assertEquals(List.of(), conversation.messages());
  }
}
