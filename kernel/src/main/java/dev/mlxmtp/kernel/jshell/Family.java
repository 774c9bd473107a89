package dev.mlxmtp.kernel.jshell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** An exception with all that hangs on it. */
final class Family {
  // A chain that is longer tells nobody more.
  private static final int MAX_MEMBERS = 32;

  private Family() {}

  /** It, its causes and all that was suppressed; each once, though causes may form a ring. */
  static List<Throwable> of(Throwable thrown) {
    List<Throwable> found = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    collect(thrown, found, seen);
    return List.copyOf(found);
  }

  private static void collect(Throwable thrown, List<Throwable> found, Set<Throwable> seen) {
    if (found.size() == MAX_MEMBERS || !seen.add(thrown)) {
      return;
    }
    found.add(thrown);
    if (thrown.getCause() != null) {
      collect(thrown.getCause(), found, seen);
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      collect(suppressed, found, seen);
    }
  }
}
