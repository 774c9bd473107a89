package dev.mlxmtp.kernel.jshell;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jshell.spi.ExecutionControl.StoppedException;
import org.junit.jupiter.api.Test;

class CellThreadTest {
  private final CellThread thread = new CellThread();

  @Test
  void theCompilerIsNotInterruptedButTheCodeDoesNotStart() {
    thread.begin();
    thread.stop();
    assertFalse(Thread.currentThread().isInterrupted());
    assertTrue(thread.isStopped());
    assertThrows(StoppedException.class, thread::enter);
    thread.end();
  }

  @Test
  void onlyRunningCodeIsInterrupted() throws StoppedException {
    thread.begin();
    thread.enter();
    thread.stop();
    assertTrue(Thread.currentThread().isInterrupted());
    thread.leave();
    assertFalse(Thread.currentThread().isInterrupted());
    thread.stop();
    assertFalse(Thread.currentThread().isInterrupted());
    thread.end();
  }

  @Test
  void theNextCellIsAnother() throws StoppedException {
    thread.stop();
    thread.begin();
    thread.stop();
    thread.end();
    thread.begin();
    assertFalse(thread.isStopped());
    thread.enter();
    assertThrows(IllegalStateException.class, thread::begin);
  }
}
