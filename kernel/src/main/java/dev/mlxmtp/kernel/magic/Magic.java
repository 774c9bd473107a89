package dev.mlxmtp.kernel.magic;

import java.util.concurrent.Callable;

/**
 * A command on the workbench, with its options declared for picocli. An instance serves one call.
 */
public interface Magic extends Callable<Integer> {
  /** Exit codes. */
  int DONE = 0;

  int WRONG_USE = 2;
  int CANCELLED = 130;

  /**
   * @return the exit code
   */
  int run();

  @Override
  default Integer call() {
    return run();
  }
}
