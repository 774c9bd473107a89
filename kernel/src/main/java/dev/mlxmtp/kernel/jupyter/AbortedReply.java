package dev.mlxmtp.kernel.jupyter;

import com.google.gson.annotations.SerializedName;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.reply.ExecuteReply;

/**
 * The answer to a cell that was asked for before an earlier one failed: it does not run. The
 * library has replies for cells that ran only.
 */
final class AbortedReply extends ExecuteReply {
  @SerializedName("status")
  private final String aborted = "aborted";

  AbortedReply(int count) {
    super(count);
  }

  /** Sends it. */
  void send(ShellReplyEnvironment environment) {
    environment.reply(new Message<>(environment.getContext(), MessageType.EXECUTE_REPLY, this));
  }
}
