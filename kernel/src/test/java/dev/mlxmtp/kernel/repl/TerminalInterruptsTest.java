package dev.mlxmtp.kernel.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mlxmtp.kernel.magic.CancelledException;
import dev.mlxmtp.kernel.magic.Interrupts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;
import org.junit.jupiter.api.Test;

class TerminalInterruptsTest {
  private final List<String> happened = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();

  private final TerminalInterrupts.LastResort lastResort =
      new TerminalInterrupts.LastResort() {
        @Override
        public void announce() {
          happened.add("announced");
        }

        @Override
        public void take() {
          happened.add("taken");
        }
      };

  private void press(Terminal terminal, long atMs) {
    now.set(atMs * 1_000_000);
    terminal.raise(Terminal.Signal.INT);
  }

  @Test
  void whatCameBeforeAnythingListenedIsMeantForTheCell() throws IOException {
    try (Terminal terminal =
        new LineDisciplineTerminal(
            "test", "xterm", new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
      TerminalInterrupts interrupts = new TerminalInterrupts(terminal, lastResort, now::get);
      interrupts.begin();
      press(terminal, 0);
      assertThrows(CancelledException.class, () -> interrupts.listen(() -> happened.add("action")));
      press(terminal, 10);
      interrupts.begin();
      try (var _ = interrupts.listen(() -> happened.add("action"))) {
        assertEquals(List.of(), happened, "it was meant for the cell before");
      }
    }
  }

  @Test
  void onlyWhatDoesNotStopForLongIsLeft() throws IOException {
    try (Terminal terminal =
        new LineDisciplineTerminal(
            "test", "xterm", new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
      Interrupts interrupts = new TerminalInterrupts(terminal, lastResort, now::get);
      try (var _ = interrupts.listen(() -> happened.add("action"))) {
        press(terminal, 0);
        press(terminal, 100);
        press(terminal, 900);
        assertEquals(List.of("action", "action", "action"), happened);
        press(terminal, 1100);
        press(terminal, 1200);
        assertEquals(List.of("announced", "action", "action"), happened.subList(3, 6));
        press(terminal, 2200);
        assertEquals(List.of("taken", "action"), happened.subList(6, 8));
      }
      happened.clear();
      try (var _ = interrupts.listen(() -> happened.add("next"))) {
        press(terminal, 9000);
        assertEquals(List.of("next"), happened, "another task has patience of its own");
      }
    }
  }
}
