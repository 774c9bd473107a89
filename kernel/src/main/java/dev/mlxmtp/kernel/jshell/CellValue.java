package dev.mlxmtp.kernel.jshell;

import java.util.Optional;

/**
 * The value of a cell that ends with an expression.
 *
 * @param value the object itself; absent for null
 * @param type as declared, in short names
 * @param name the variable that holds it: the cell's own, or one such as {@code $3}
 */
public record CellValue(Optional<Object> value, String type, String name) {
  /** As in Java source where it can be, with long arrays cut; never throws. */
  public String text() {
    return ValueText.of(value);
  }
}
