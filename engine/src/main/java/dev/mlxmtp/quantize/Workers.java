package dev.mlxmtp.quantize;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waiting for work on other threads without losing sight of the user. */
final class Workers {
  private static final long POLL_MILLIS = 50;

  private Workers() {}

  /**
   * The work's result.
   *
   * @param progress run now and then meanwhile
   * @param cancelled asked now and then meanwhile
   * @throws CancellationException where it said so
   */
  static <T> T await(Future<T> work, Runnable progress, BooleanSupplier cancelled)
      throws IOException {
    while (true) {
      try {
        return work.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        progress.run();
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("cancelled by the user");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("the waiting thread was interrupted");
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
  }
}
