package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.magic.CellHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;

/** Answers a client's questions about the cells of this session, which is the only one there is. */
final class HistoryLookup {
  private static final int SESSION = 0;

  private HistoryLookup() {}

  /** The cells that a client asks for, the oldest first. */
  static List<CellHistory.Cell> find(CellHistory history, HistoryRequest request) {
    return switch (request) {
      case HistoryRequest.Tail tail -> history.newest(tail.getMaxReturnLength());
      case HistoryRequest.Range range -> range(history, range);
      case HistoryRequest.Search search -> search(history, search);
      default -> List.of();
    };
  }

  /** A cell as the protocol writes it. Outputs are not kept. */
  static List<Object> entry(CellHistory.Cell cell, boolean withOutput) {
    return List.of(
        SESSION, cell.number(), withOutput ? Arrays.asList(cell.source(), null) : cell.source());
  }

  private static List<CellHistory.Cell> range(CellHistory history, HistoryRequest.Range range) {
    return history.cells().stream()
        .filter(_ -> range.getSessionIndex() == SESSION)
        .filter(cell -> cell.number() >= range.getStart() && cell.number() < range.getStop())
        .toList();
  }

  private static List<CellHistory.Cell> search(CellHistory history, HistoryRequest.Search search) {
    Pattern wanted = glob(search.getPattern());
    List<CellHistory.Cell> found =
        history.cells().stream().filter(c -> wanted.matcher(c.source()).matches()).toList();
    List<CellHistory.Cell> kept = search.filterUnique() ? newestOfEach(found) : found;
    int most = search.getMaxReturnLength() > 0 ? search.getMaxReturnLength() : kept.size();
    return kept.subList(Math.max(0, kept.size() - most), kept.size());
  }

  private static List<CellHistory.Cell> newestOfEach(List<CellHistory.Cell> cells) {
    Map<String, CellHistory.Cell> newest = new LinkedHashMap<>();
    for (CellHistory.Cell cell : cells) {
      newest.remove(cell.source());
      newest.put(cell.source(), cell);
    }
    return new ArrayList<>(newest.values());
  }

  // As in the protocol: * for any text, ? for any character.
  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
