package dev.mlxmtp.kernel.repl;

import org.jline.reader.LineReader;

/**
 * Ctrl-C in the line editor. JLine's system terminals interrupt its thread for the key, and hand it
 * on as well, for the next line where the first one was dropped already; others only hand it on.
 * Each press counts once.
 */
final class InterruptKey {
  private boolean handedOn;
  private boolean stillToCome;

  void bind(LineReader reader) {
    reader.getWidgets().put(LineReader.INTERRUPT, this::pressed);
  }

  private boolean pressed() {
    if (stillToCome) {
      stillToCome = false;
    } else {
      handedOn = true;
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** The line was dropped. */
  void dropped() {
    stillToCome = !handedOn;
    handedOn = false;
  }
}
