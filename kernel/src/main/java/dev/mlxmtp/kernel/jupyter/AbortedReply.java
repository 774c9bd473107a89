package dev.mlxmtp.kernel.jupyter;

import com.google.gson.annotations.SerializedName;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;

/**
 * The answer to a cell that was asked for before an earlier one failed: it does not run. The
 * library knows replies to cells that ran only.
 */
final class AbortedReply {
  @SerializedName("status")
  private final String status = "aborted";

  @SerializedName("execution_count")
  private final int count;

  private AbortedReply(int count) {
    this.count = count;
  }

  /** Sends it. */
  @SuppressWarnings("unchecked")
  static void send(ShellReplyEnvironment environment, int count) {
    MessageType<?> type = MessageType.EXECUTE_REPLY;
    environment.reply(
        new Message<>(
            environment.getContext(), (MessageType<AbortedReply>) type, new AbortedReply(count)));
  }
}
