package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Names with what stands beside each, aligned. */
public final class Table implements Visual {
  private static final String GAP = "  ";
  private static final String CELL = "padding:1px 10px;text-align:left;vertical-align:top";

  private record Row(String name, String value) {}

  private final List<Row> rows = new ArrayList<>();

  /** Adds a row. */
  public Table row(String name, String value) {
    rows.add(new Row(name, value));
    return this;
  }

  /** Adds an empty row. */
  public Table gap() {
    return row("", "");
  }

  /** Adds rows of two columns. */
  public Table rows(List<List<String>> more) {
    more.forEach(row -> row(row.get(0), row.get(1)));
    return this;
  }

  @Override
  public void print(Screen screen) {
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    for (Row row : rows) {
      if (!row.name().isEmpty()) {
        screen.print(row.name(), Tone.HEADING);
        screen.print(" ".repeat(width - row.name().length()) + GAP, Tone.PLAIN);
      }
      screen.println(row.value());
    }
  }

  @Override
  public Map<String, Object> forms() {
    return Map.of(
        "text/html",
        rows.stream()
            .map(
                row ->
                    row.name().isEmpty()
                        ? "<tr><td style=\"height:8px\"></td><td></td></tr>"
                        : "<tr><th style=\""
                            + CELL
                            + "\">"
                            + Html.escape(row.name())
                            + "</th><td style=\""
                            + CELL
                            + "\">"
                            + Html.escape(row.value())
                            + "</td></tr>")
            .collect(
                Collectors.joining("", "<table style=\"border-collapse:collapse\">", "</table>")));
  }
}
