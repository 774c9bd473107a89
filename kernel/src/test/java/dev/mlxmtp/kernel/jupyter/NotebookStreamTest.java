package dev.mlxmtp.kernel.jupyter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class NotebookStreamTest {
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final NotebookStream stream = new NotebookStream(sent::add);

  @Test
  void charactersAreNeverTorn() {
    byte[] text = "aé€😀".getBytes(StandardCharsets.UTF_8);
    for (byte b : text) {
      stream.write(b);
      stream.send();
    }
    assertEquals(List.of("a", "é", "€", "😀"), sent);
  }

  @Test
  void manyLinesAreFewMessages() throws InterruptedException {
    PrintStream printer = stream.printer();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      printer.println(i);
      all.append(i).append('\n');
    }
    printer.flush();
    stream.send();
    assertEquals(all.toString(), String.join("", sent));
    assertTrue(sent.size() < 200, () -> sent.size() + " messages");
  }

  @Test
  void whatIsWrittenArrivesWithoutFlush() throws InterruptedException {
    stream.printer().print("x");
    stream.printer().flush();
    for (int i = 0; i < 100 && sent.isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertEquals(List.of("x"), sent);
  }
}
