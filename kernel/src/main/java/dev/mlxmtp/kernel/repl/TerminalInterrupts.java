package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.magic.Interrupts;
import org.jline.terminal.Terminal;

/** Ctrl-C at a terminal that is not being read from. */
record TerminalInterrupts(Terminal terminal) implements Interrupts {
  @Override
  public Listening listen(Runnable action) {
    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> action.run());
    return () -> terminal.handle(Terminal.Signal.INT, before);
  }
}
