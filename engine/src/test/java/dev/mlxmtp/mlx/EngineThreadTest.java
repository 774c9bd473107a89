package dev.mlxmtp.mlx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Work goes to one thread, one task after the other, and its outcome comes back. */
class EngineThreadTest {
  private static final EngineThread ENGINE = EngineThread.get();

  @Test
  void resultsComeBack() {
    assertFalse(ENGINE.isCurrent());
    assertTrue(ENGINE.call(ENGINE::isCurrent));
    assertEquals(5, ENGINE.call(() -> 5));
    assertSame(ENGINE, EngineThread.get());
  }

  @Test
  void callsFromTheEngineThreadRunInline() {
    assertEquals(7, ENGINE.call(() -> ENGINE.call(() -> ENGINE.call(() -> 7))));
  }

  @Test
  void inTheOrderOfSubmission() {
    List<Integer> order = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 50; i++) {
      int n = i;
      ENGINE.execute(() -> order.add(n));
    }
    ENGINE.call(() -> order.add(50));
    assertEquals(51, order.size());
    assertEquals(order.stream().sorted().toList(), order);
  }

  @Test
  void whatATaskThrowsIsThrown() {
    IllegalStateException unchecked = new IllegalStateException("unchecked");
    assertSame(
        unchecked,
        assertThrows(
            IllegalStateException.class,
            () ->
                ENGINE.call(
                    () -> {
                      throw unchecked;
                    })));
    StackOverflowError error = new StackOverflowError();
    assertSame(
        error,
        assertThrows(
            StackOverflowError.class,
            () ->
                ENGINE.call(
                    () -> {
                      throw error;
                    })));
    CompletionException wrapped =
        assertThrows(
            CompletionException.class,
            () ->
                ENGINE.call(
                    () -> {
                      throw new IOException("checked");
                    }));
    assertEquals("checked", wrapped.getMessage());
    assertTrue(wrapped.getCause() instanceof IOException);
    assertEquals(1, ENGINE.call(() -> 1), "the thread goes on");
  }

  // An abandoned task would go on with arrays that its caller believes free.
  @Test
  void anInterruptDoesNotAbandonTheWait() {
    Thread.currentThread().interrupt();
    assertEquals(6, ENGINE.call(() -> 6));
    assertTrue(Thread.interrupted(), "the flag survives the wait");
  }
}
