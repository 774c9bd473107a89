package dev.mlxmtp.mlx;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;

/**
 * The one platform thread of the process that does MLX work: it makes the first native call,
 * builds, evaluates and frees. Front ends submit work and wait. MLX binds streams and pending
 * graphs to threads, so nothing else may touch an array.
 */
public final class EngineThread implements Executor {
  private static final EngineThread INSTANCE = new EngineThread();

  private final LinkedTransferQueue<Runnable> tasks = new LinkedTransferQueue<>();
  private final Thread thread;
  private volatile Optional<Device> device = Optional.empty();

  private EngineThread() {
    thread = Thread.ofPlatform().name("mlx-engine").daemon(true).unstarted(this::run);
    thread.start();
  }

  /** The process's engine thread. */
  public static EngineThread get() {
    return INSTANCE;
  }

  /** True on the engine thread itself. */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Runs the task on the engine thread, later. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** The device of all work at present, once one was chosen. */
  public Optional<Device> device() {
    return device;
  }

  /** Makes {@code chosen} the default of all work from now on. */
  public void use(Device chosen) {
    call(
        () -> {
          chosen.use();
          device = Optional.of(chosen);
          return chosen;
        });
  }

  /**
   * Runs the task on the engine thread and waits for it, inline where the caller is that thread
   * already. An interrupt does not abandon the wait, because the task may still hold arrays; the
   * flag is restored afterwards.
   */
  public <T> T call(Callable<T> task) {
    if (isCurrent()) {
      try {
        return task.call();
      } catch (Exception e) {
        throw unchecked(e);
      }
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(task.call());
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        });
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw unchecked(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The cause as something that may be thrown: itself where it is unchecked. */
  public static RuntimeException unchecked(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new CompletionException(t.getMessage(), t);
    };
  }

  private void run() {
    while (true) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        // Nothing may stop this thread: arrays could never be freed again.
        continue;
      }
    }
  }
}
