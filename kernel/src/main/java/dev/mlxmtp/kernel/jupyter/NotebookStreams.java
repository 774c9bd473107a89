package dev.mlxmtp.kernel.jupyter;

import java.io.PrintStream;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;

/** The process's own streams, led to the notebook for as long as the kernel lives. */
final class NotebookStreams {
  private final NotebookStream out;
  private final NotebookStream err;
  private final PrintStream printedOut;
  private final PrintStream printedErr;
  private final NotebookInput input;

  NotebookStreams(CellChannel channel, NotebookInput input) {
    this.out = new NotebookStream(text -> channel.stream(StreamType.OUT, text));
    this.err = new NotebookStream(text -> channel.stream(StreamType.ERR, text));
    this.printedOut = out.printer();
    this.printedErr = err.printer();
    this.input = input;
    channel.beforeShowing(this::flush);
  }

  /** Takes the places of the process's streams. */
  void install() {
    System.setOut(printedOut);
    System.setErr(printedErr);
    System.setIn(input);
  }

  /** Sends what was written so far. */
  void flush() {
    printedOut.flush();
    printedErr.flush();
    out.send();
    err.send();
  }
}
