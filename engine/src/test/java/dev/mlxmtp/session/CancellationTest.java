package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.mlx.EngineThread;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that ends early leaves caches that a later one goes on from. */
class CancellationTest {
  private static final int LONG = 1800;
  private static final Consumer<Event> QUIET = event -> {};

  private static Session session;
  private static int[] prompt;
  // The undisturbed greedy text.
  private static int[] text;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
    prompt = session.encode(Prompt.user("Returns the sum of two integers."));
    text = run(prompt, 0, QUIET, 200).tokens();
    assertEquals(200, text.length);
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @BeforeEach
  void empty() {
    session.reset();
  }

  private static Generation run(int[] tokens, int depth, Consumer<Event> events, int count) {
    return session.generate(
        GenerateRequest.builder(new Prompt.Tokens(tokens))
            .greedy()
            .mtp(depth)
            .maxTokens(count)
            .ignoreStopTokens(true)
            .build(),
        events);
  }

  private static int[] join(int[] a, int[] b) {
    return IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  // Goes on after what a cancelled request emitted, and gets the undisturbed text.
  private static void assertGoesOn(Generation cancelled, int depth) {
    assertGoesOn(cancelled, depth, prompt.length + cancelled.tokens().length - 1);
  }

  private static void assertGoesOn(Generation cancelled, int depth, int reused) {
    int n = cancelled.tokens().length;
    assertArrayEquals(Arrays.copyOf(text, n), cancelled.tokens());
    Generation rest = run(join(prompt, cancelled.tokens()), depth, QUIET, 30);
    assertEquals(reused, rest.reusedTokens());
    assertArrayEquals(Arrays.copyOfRange(text, n, n + 30), rest.tokens());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void inMidGeneration(int depth) {
    AtomicInteger seen = new AtomicInteger();
    Generation g =
        run(
            prompt,
            depth,
            event -> {
              if (event instanceof Event.Token && seen.incrementAndGet() == 7) {
                session.cancel();
              }
            },
            1500);
    assertEquals(Generation.FinishReason.CANCELLED, g.finishReason());
    assertTrue(g.tokens().length >= 7 && g.tokens().length < 170, g.tokens().length + " tokens");
    assertTrue(g.stopToken().isEmpty());
    assertEquals(session.tokenizer().decode(g.tokens(), false), g.text());
    assertGoesOn(g, depth);
    // Once more, by another decoder: the end of that prompt was kept.
    assertGoesOn(g, depth == 0 ? 2 : 0, prompt.length + g.tokens().length);
  }

  // With the listener on the engine thread the flag is set between two chunks.
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void inMidPrompt(int depth) {
    int[] lengthy = IntStream.range(0, LONG).map(i -> 300 + i * 7 % 1000).toArray();
    Generation g =
        EngineThread.get()
            .call(
                () ->
                    run(
                        lengthy,
                        depth,
                        event -> {
                          if (event instanceof Event.PromptProgress(int done, int total, _)
                              && done < total) {
                            session.cancel();
                          }
                        },
                        10));
    assertEquals(Generation.FinishReason.CANCELLED, g.finishReason());
    assertEquals(0, g.tokens().length);
    assertEquals("", g.text());
    assertEquals(Prefill.CHUNK, session.resident().contextTokens());

    Generation whole = run(lengthy, depth, QUIET, 10);
    assertEquals(Prefill.CHUNK, whole.reusedTokens());
    session.reset();
    Generation fresh = run(lengthy, depth, QUIET, 10);
    assertArrayEquals(fresh.tokens(), whole.tokens());
  }

  @Test
  void aCancelWithoutARequestChangesNothing() {
    session.cancel();
    Generation g = run(prompt, 2, QUIET, 20);
    assertEquals(Generation.FinishReason.LENGTH, g.finishReason());
    assertArrayEquals(Arrays.copyOf(text, 20), g.tokens());
  }

  @Test
  void anInterruptCancels() {
    AtomicInteger seen = new AtomicInteger();
    Generation g =
        run(
            prompt,
            2,
            event -> {
              if (event instanceof Event.Token && seen.incrementAndGet() == 5) {
                Thread.currentThread().interrupt();
              }
            },
            1500);
    assertTrue(Thread.interrupted(), "the flag is restored");
    assertEquals(Generation.FinishReason.CANCELLED, g.finishReason());
    assertGoesOn(g, 2);
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void aListenerThatThrows() {
    IllegalStateException thrown = new IllegalStateException("the display is gone");
    AtomicInteger after = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    Consumer<Event> listener =
        event -> {
          if (seen.get() >= 3) {
            after.incrementAndGet();
          }
          if (event instanceof Event.Token && seen.incrementAndGet() == 3) {
            throw thrown;
          }
        };
    assertSame(
        thrown, assertThrows(IllegalStateException.class, () -> run(prompt, 2, listener, 1500)));
    assertEquals(0, after.get(), "it is not called again");
    assertTrue(session.resident().contextTokens() < prompt.length + 170, "the request ended soon");
    assertArrayEquals(Arrays.copyOf(text, 20), run(prompt, 2, QUIET, 20).tokens());
  }

  // What fails inside a step leaves caches of unknown content: they are emptied, the model stays.
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aFailedStep(int depth) {
    AtomicInteger seen = new AtomicInteger();
    assertThrows(
        ArithmeticException.class,
        () ->
            EngineThread.get()
                .call(
                    () ->
                        run(
                            prompt,
                            depth,
                            event -> {
                              if (event instanceof Event.Token && seen.incrementAndGet() == 4) {
                                throw new ArithmeticException("in the middle of a step");
                              }
                            },
                            100)));
    assertEquals(0, session.resident().contextTokens());
    assertEquals(0, session.resident().points());
    Generation g = run(prompt, depth, QUIET, 20);
    assertEquals(0, g.reusedTokens());
    assertArrayEquals(Arrays.copyOf(text, 20), g.tokens());
  }
}
