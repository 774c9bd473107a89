package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;

/** Names and values in two aligned columns. */
public final class TextTable {
  private record Row(String name, String value) {}

  private final List<Row> rows = new ArrayList<>();

  public TextTable add(String name, Object value) {
    rows.add(new Row(name, String.valueOf(value)));
    return this;
  }

  @Override
  public String toString() {
    int width = rows.stream().mapToInt(r -> r.name().length()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    for (Row row : rows) {
      out.append(row.name())
          .append(" ".repeat(width - row.name().length() + 2))
          .append(row.value())
          .append('\n');
    }
    return out.toString();
  }
}
