package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Visual;
import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * How long a piece of Java takes.
 *
 * @param loops a run
 * @param seconds of a loop, in each run, the shortest first
 */
public record Timing(int loops, double[] seconds) implements Visual {
  private static final double ENOUGH = 0.2;
  private static final int MOST = 1 << 24;

  public Timing {
    seconds = seconds.clone();
    Arrays.sort(seconds);
  }

  /**
   * Times it; to be called from a Java cell.
   *
   * @param loops a run, or 0 for as many as take a fifth of a second
   */
  public static Timing of(Callable<?> timed, int loops, int runs) throws Exception {
    int each = loops > 0 ? loops : 1;
    // The first time warms up even where the number is given.
    while (time(timed, each) < ENOUGH && loops == 0 && each < MOST) {
      each *= 2;
    }
    double[] seconds = new double[runs];
    for (int i = 0; i < runs; i++) {
      seconds[i] = time(timed, each) / each;
    }
    return new Timing(each, seconds);
  }

  private static double time(Callable<?> timed, int n) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < n; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      timed.call();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds of a loop in the middle run. */
  public double median() {
    return seconds[seconds.length / 2];
  }

  @Override
  public void print(Screen screen) {
    screen.println(toString());
  }

  @Override
  public String toString() {
    return "%s a loop (median of %d %s of %d; %s to %s)"
        .formatted(
            duration(median()),
            seconds.length,
            seconds.length == 1 ? "run" : "runs",
            loops,
            duration(seconds[0]),
            duration(seconds[seconds.length - 1]));
  }

  private static String duration(double seconds) {
    return seconds < 1e-6
        ? Figures.three(seconds * 1e9) + " ns"
        : seconds < 1e-3
            ? Figures.three(seconds * 1e6) + " µs"
            : Figures.duration(Math.round(seconds * 1e9));
  }
}
