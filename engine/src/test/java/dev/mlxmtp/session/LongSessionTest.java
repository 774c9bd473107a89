package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twenty answers of 200 tokens in one session leave memory and handles where they were. */
class LongSessionTest {
  private static final int GENERATIONS = 20;
  private static final int TOKENS = 200;
  private static final long RSS_SLACK = 8L << 20;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final List<String> QUESTIONS =
      List.of(
          "Returns the sum of two integers.",
          "Closes the stream.",
          "Returns the number of elements in this list.");

  private static Session session;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void memoryAndHandlesReturn(int depth) throws IOException {
    generate(depth, 0);
    long active = Memory.now().active();
    long handles = Memory.liveHandles();
    assertTrue(active > 20 << 20, "the weights alone are more");
    long early = Long.MAX_VALUE;
    long late = Long.MAX_VALUE;
    for (int i = 1; i < GENERATIONS; i++) {
      generate(depth, i);
      assertEquals(active, Memory.now().active(), active * 0.01, "active bytes after " + i);
      assertEquals(handles, Memory.liveHandles(), "live handles after " + i);
      long resident = residentBytes();
      // The compiler's own memory comes and goes: the least of five answers is looked at.
      if (i >= GENERATIONS - 5) {
        late = Math.min(late, resident);
      } else if (i >= GENERATIONS - 15 && i < GENERATIONS - 10) {
        early = Math.min(early, resident);
      }
    }
    System.out.printf(
        "%d answers of %d tokens, depth %d: %.1f MiB active, %d handles; process %.0f MiB in the"
            + " second five, %.0f MiB in the last five%n",
        GENERATIONS,
        TOKENS,
        depth,
        active / 1048576.0,
        handles,
        early / 1048576.0,
        late / 1048576.0);
    assertTrue(late <= early + RSS_SLACK, "the process grew from " + early + " to " + late);
  }

  private static void generate(int depth, int i) {
    Generation g =
        session.generate(
            GenerateRequest.builder(Prompt.user(QUESTIONS.get(i % QUESTIONS.size())))
                .greedy()
                .mtp(depth)
                .maxTokens(TOKENS)
                .ignoreStopTokens(true)
                .build(),
            event -> {});
    assertEquals(TOKENS, g.tokens().length);
  }

  // 0 on systems without /proc. A full collection keeps the Java heap's share small and the same.
  private static long residentBytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    System.gc();
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
