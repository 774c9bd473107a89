package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private StreamScreen screen(StreamScreen.Look look) {
    return new StreamScreen(new PrintStream(out), new PrintStream(err), look);
  }

  @Test
  void aPipeSeesTextOnly() {
    StreamScreen screen = screen(StreamScreen.Look.plain());
    screen.progress("loading");
    screen.print("a", Tone.ACCEPTED);
    screen.endLine();
    screen.endLine();
    screen.note("done", Tone.NOTE);
    assertEquals("a\n", out.toString());
    assertEquals("done\n", err.toString());
  }

  @Test
  void progressIsErasedBeforeTheNextOutput() {
    StreamScreen screen = screen(new StreamScreen.Look(true, true, true));
    screen.progress("half");
    screen.print("a", Tone.ACCEPTED);
    assertEquals("\rhalf\033[K\r\033[K", err.toString());
    assertTrue(out.toString().contains("\033["), out::toString);
  }

  @Test
  void aClosedPipeEndsTheAnswer() {
    PrintStream closed =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    StreamScreen screen = new StreamScreen(closed, closed, StreamScreen.Look.plain());
    assertThrows(OutputClosedException.class, () -> screen.print("a", Tone.PLAIN));
  }

  @Test
  void shortTasksShowNoProgress() {
    AtomicLong now = new AtomicLong();
    StreamScreen screen = screen(new StreamScreen.Look(false, false, true));
    ProgressLine progress = new ProgressLine(screen::progress, now::get);
    progress.update(() -> "early");
    now.set(299_000_000);
    progress.update(() -> "still early");
    now.set(301_000_000);
    progress.update(() -> "one");
    now.set(350_000_000);
    progress.update(() -> "too soon");
    now.set(402_000_000);
    progress.update(() -> "two");
    assertEquals("\rone\033[K\rtwo\033[K", err.toString());
  }

  @Test
  void tablesAreAligned() {
    StreamScreen screen = screen(StreamScreen.Look.plain());
    new Table().row("a", "1").gap().row("long name", "2").print(screen);
    assertEquals("a          1\n\nlong name  2\n", out.toString());
  }

  @Test
  void columnsOfNumbersAreAlignedAtTheRight() {
    StreamScreen screen = screen(StreamScreen.Look.plain());
    new Grid("name", "value")
        .row("a third", 1.0 / 3)
        .row("many", 12345)
        .row("unknown", OptionalDouble.empty())
        .row("known", OptionalDouble.of(2.5))
        .print(screen);
    assertEquals(
        """
        name     value
        a third  0.333
        many     12345
        unknown      —
        known      2.5
        """,
        out.toString());
  }
}
