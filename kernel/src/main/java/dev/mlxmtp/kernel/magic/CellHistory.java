package dev.mlxmtp.kernel.magic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The cells that ran in this session, the newest thousand. One thread. */
public final class CellHistory {
  private static final int KEPT = 1000;

  /**
   * A cell.
   *
   * @param number from 1
   */
  public record Cell(int number, String source) {}

  private final Deque<Cell> cells = new ArrayDeque<>();
  private int count;

  /** Takes up a cell. */
  public synchronized void add(String source) {
    cells.addLast(new Cell(++count, source));
    if (cells.size() > KEPT) {
      cells.removeFirst();
    }
  }

  /** Number of the newest, 0 before the first. */
  public synchronized int count() {
    return count;
  }

  /** All that are kept, the oldest first. */
  public synchronized List<Cell> cells() {
    return new ArrayList<>(cells);
  }

  /** The newest of them, the oldest first. */
  public synchronized List<Cell> newest(int n) {
    List<Cell> all = cells();
    return all.subList(Math.max(0, all.size() - n), all.size());
  }
}
