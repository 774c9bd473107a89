package dev.mlxmtp.kernel.jshell;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What tests bind around a cell; cells reach it by its name. */
public final class Shared {
  /** Any list. */
  public static final ScopedValue<List<String>> LIST = ScopedValue.newInstance();

  /** Counted down by a cell that has begun. */
  public static final ScopedValue<CountDownLatch> BEGUN = ScopedValue.newInstance();

  private Shared() {}

  /** Fails two calls further down. */
  public static void fail() {
    inner();
  }

  private static void inner() {
    throw new IllegalStateException("inside");
  }
}
