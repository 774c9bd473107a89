package dev.mlxmtp.kernel.jshell;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which lines of which cell each snippet came from. */
final class Origins {
  private static final String SNIPPET_FILE = "#";

  private final Map<String, Place> firstLines = new HashMap<>();

  /** A line of a cell, from 1. */
  record Place(Cell cell, int line) {}

  /** Remembers the snippet with this id of JShell's. */
  void add(String id, Place firstLine) {
    firstLines.put(id, firstLine);
  }

  /** The line of a frame that JShell has named by its snippet; absent for all other code. */
  Optional<Place> of(StackTraceElement frame) {
    String file = frame.getFileName();
    if (file == null || !file.startsWith(SNIPPET_FILE)) {
      return Optional.empty();
    }
    return Optional.ofNullable(firstLines.get(file.substring(SNIPPET_FILE.length())))
        .map(first -> new Place(first.cell, first.line + frame.getLineNumber() - 1));
  }
}
