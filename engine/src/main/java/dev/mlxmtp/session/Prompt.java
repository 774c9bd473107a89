package dev.mlxmtp.session;

import dev.mlxmtp.text.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request asks the model to continue. */
public sealed interface Prompt {

  /** Text as it is; special tokens in it are recognised. */
  record Raw(String text) implements Prompt {}

  /** Token ids as they are. */
  record Tokens(int[] ids) implements Prompt {
    public Tokens {
      ids = ids.clone();
    }

    @Override
    public int[] ids() {
      return ids.clone();
    }
  }

  /**
   * A conversation, rendered by the model's own template. Special tokens in the messages' texts are
   * not recognised.
   *
   * @param tools as JSON objects
   * @param think the template's {@code enable_thinking}; unset leaves the template's own default
   */
  record Chat(List<Message> messages, List<Map<String, Object>> tools, Optional<Boolean> think)
      implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
      tools = List.copyOf(tools);
    }
  }

  /** One user message. */
  static Prompt user(String text) {
    return new Chat(List.of(Message.user(text)), List.of(), Optional.empty());
  }
}
