package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.kernel.display.AcceptanceView;
import dev.mlxmtp.kernel.display.PlainText;
import dev.mlxmtp.kernel.display.Visual;
import dev.mlxmtp.kernel.jshell.CellValue;

/** How the values of Java cells look. */
public final class JavaValue {
  private JavaValue() {}

  /** The look of a cell's value. */
  static Visual visual(CellValue value) {
    return value
        .value()
        .filter(v -> isSeen(v))
        .map(JavaValue::visual)
        .orElseGet(() -> new PlainText(value.text()));
  }

  private static boolean isSeen(Object value) {
    return value instanceof Visual || value instanceof AcceptanceStats;
  }

  /** The look of any object. */
  public static Visual visual(Object value) {
    return switch (value) {
      case Visual visual -> visual;
      case AcceptanceStats stats -> AcceptanceView.grid(stats);
      default -> new PlainText(String.valueOf(value));
    };
  }
}
