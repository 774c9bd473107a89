package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table of several columns under headings; columns of numbers are aligned at the right. */
public final class Grid implements Visual {
  private static final String GAP = "  ";
  private static final String UNKNOWN = "—";
  private static final String CELL = "padding:2px 10px;white-space:nowrap;text-align:";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** A table with these columns. */
  public Grid(String... headings) {
    this.headings = List.of(headings);
  }

  /**
   * Adds a row. Numbers with a fraction are written with three significant digits, absent ones as a
   * dash.
   *
   * @throws IllegalArgumentException where it has not a cell for each column
   */
  public Grid row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "A row needs " + headings.size() + " cells, not " + cells.length + ".");
    }
    rows.add(Arrays.stream(cells).map(Grid::text).toList());
    return this;
  }

  private static String text(Object cell) {
    return switch (cell) {
      case Double value -> Figures.number(value);
      case Float value -> Figures.number(value);
      case OptionalDouble value when value.isPresent() -> Figures.number(value.getAsDouble());
      case OptionalDouble _ -> UNKNOWN;
      default -> String.valueOf(cell);
    };
  }

  /** Adds a line under the table. */
  public Grid remark(String line) {
    remarks.add(line);
    return this;
  }

  /** The cells of each row. */
  public List<List<String>> rows() {
    return List.copyOf(rows);
  }

  /** The lines under the table. */
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  @Override
  public void print(Screen screen) {
    int[] widths =
        IntStream.range(0, headings.size())
            .map(c -> Math.max(width(headings.get(c)), widest(c)))
            .toArray();
    screen.print(line(headings, widths), Tone.HEADING);
    screen.println("");
    rows.forEach(row -> screen.println(line(row, widths)));
    remarks.forEach(remark -> screen.note(remark, Tone.NOTE));
  }

  private int widest(int column) {
    return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private String line(List<String> cells, int[] widths) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            c -> {
              String space = " ".repeat(widths[c] - width(cells.get(c)));
              return isNumeric(c) ? space + cells.get(c) : cells.get(c) + space;
            })
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell.isEmpty() || cell.matches("[-+.\\d].*|—"));
  }

  @Override
  public Map<String, Object> forms() {
    return Map.of("text/html", html());
  }

  private String html() {
    String head = htmlRow(headings, "th");
    String body = rows.stream().map(row -> htmlRow(row, "td")).collect(Collectors.joining());
    String under =
        remarks.stream()
            .map(r -> "<div style=\"font-size:11px;opacity:.7\">" + Html.escape(r) + "</div>")
            .collect(Collectors.joining());
    return "<table style=\"border-collapse:collapse\">" + head + body + "</table>" + under;
  }

  private String htmlRow(List<String> cells, String tag) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            c ->
                "<"
                    + tag
                    + " style=\""
                    + CELL
                    + (isNumeric(c) ? "right" : "left")
                    + "\">"
                    + Html.escape(cells.get(c))
                    + "</"
                    + tag
                    + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }

  @Override
  public String toString() {
    return "table of " + rows.size() + " rows: " + String.join(", ", headings);
  }
}
