package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGINT in a process of its own. */
@Timeout(120)
class InterruptTest {
  @Test
  void endsTheAnswerAndTheProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dai.djl.offline=true",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.mlxmtp.kernel.Main",
                    "generate",
                    "--ignore-eos",
                    "--max-tokens",
                    "2000",
                    "hello"))
            .start();
    try {
      // The first character says that the answer has begun.
      int first = process.getInputStream().read();
      assertTrue(first >= 0, () -> read(process));
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      process.getInputStream().readAllBytes();
      String notes = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(130, process.exitValue(), notes);
      assertTrue(notes.endsWith(" · cancelled\n"), notes);
      assertEquals(1, notes.lines().count(), notes);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Process process) {
    try {
      return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
