package dev.mlxmtp.session;

import dev.mlxmtp.mlx.EngineThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Carries events from the engine thread to the thread that waits, so that a slow display never
 * holds up a step.
 */
final class EventQueue<T> {
  private sealed interface Item<T> {
    record Happened<T>(Event event) implements Item<T> {}

    record Returned<T>(T value) implements Item<T> {}

    record Failed<T>(Throwable cause) implements Item<T> {}
  }

  private final LinkedBlockingQueue<Item<T>> items = new LinkedBlockingQueue<>();
  private final AtomicBoolean cancelled;
  private boolean interrupted;

  private EventQueue(AtomicBoolean cancelled) {
    this.cancelled = cancelled;
  }

  /**
   * Runs the task on the engine thread and hands its events to {@code listener} on this one. An
   * interrupt, or a listener that throws, sets {@code cancelled}; the task is always waited for.
   */
  static <T> T deliver(
      EngineThread engine,
      Consumer<Event> listener,
      AtomicBoolean cancelled,
      Function<Consumer<Event>, T> task) {
    if (engine.isCurrent()) {
      return task.apply(listener);
    }
    EventQueue<T> queue = new EventQueue<>(cancelled);
    engine.execute(() -> queue.run(task));
    try {
      return queue.drain(listener);
    } finally {
      if (queue.interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Function<Consumer<Event>, T> task) {
    try {
      items.add(new Item.Returned<>(task.apply(event -> items.add(new Item.Happened<>(event)))));
    } catch (Throwable t) {
      items.add(new Item.Failed<>(t));
    }
  }

  private T drain(Consumer<Event> listener) {
    List<RuntimeException> thrown = new ArrayList<>();
    while (true) {
      switch (take()) {
        case Item.Happened<T>(Event event) -> {
          if (thrown.isEmpty()) {
            try {
              listener.accept(event);
            } catch (RuntimeException e) {
              thrown.add(e);
              cancelled.set(true);
            }
          }
        }
        case Item.Returned<T>(T value) -> {
          if (!thrown.isEmpty()) {
            throw thrown.getFirst();
          }
          return value;
        }
        case Item.Failed<T>(Throwable cause) -> throw EngineThread.unchecked(cause);
      }
    }
  }

  private Item<T> take() {
    while (true) {
      try {
        return items.take();
      } catch (InterruptedException e) {
        interrupted = true;
        cancelled.set(true);
      }
    }
  }
}
