package dev.mlxmtp.kernel.jupyter;

import java.util.Map;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;

/**
 * Replies whose fields are given by name, where the library's own leave out what the protocol asks
 * for: the status of a kernel's description and of a history, cells that were not run, and a
 * history's entries as lists.
 */
final class Replies {
  private Replies() {}

  /** Sends a reply. */
  @SuppressWarnings("unchecked")
  static void send(
      ShellReplyEnvironment environment, MessageType<?> type, Map<String, Object> fields) {
    environment.reply(
        new Message<>(environment.getContext(), (MessageType<Map<String, Object>>) type, fields));
  }
}
