package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.CellHistory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;

/** Answers a client's questions about the cells of this session. */
final class CellHistoryManager implements HistoryManager {
  private static final int SESSION = 0;

  private final CellHistory history;

  CellHistoryManager(CellHistory history) {
    this.history = history;
  }

  @Override
  public List<HistoryEntry> lookupTail(int length, Set<ResultFlag> flags) {
    return entries(history.newest(length));
  }

  @Override
  public List<HistoryEntry> lookupRange(int session, int start, int end, Set<ResultFlag> flags) {
    if (session != SESSION) {
      return List.of();
    }
    return entries(
        history.cells().stream().filter(c -> c.number() >= start && c.number() < end).toList());
  }

  @Override
  public List<HistoryEntry> search(String pattern, int length, Set<ResultFlag> flags) {
    Pattern wanted = glob(pattern);
    List<CellHistory.Cell> found =
        history.cells().stream().filter(c -> wanted.matcher(c.source()).matches()).toList();
    if (flags.contains(ResultFlag.UNIQUE)) {
      Map<String, CellHistory.Cell> newest = new LinkedHashMap<>();
      found.forEach(
          cell -> {
            newest.remove(cell.source());
            newest.put(cell.source(), cell);
          });
      found = new ArrayList<>(newest.values());
    }
    return entries(found.subList(Math.max(0, found.size() - length), found.size()));
  }

  // As in the protocol: * for any text, ? for any character.
  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static List<HistoryEntry> entries(List<CellHistory.Cell> cells) {
    return cells.stream()
        .map(cell -> new HistoryEntry(SESSION, cell.number(), cell.source(), null))
        .toList();
  }
}
