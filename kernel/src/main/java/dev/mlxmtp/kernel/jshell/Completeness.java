package dev.mlxmtp.kernel.jshell;

/**
 * Whether a cell can be evaluated as it stands.
 *
 * @param indent for the next line of an incomplete cell; else empty
 */
public record Completeness(State state, String indent) {
  private static final String INDENT = "  ";

  /** What is to be done with the cell. */
  public enum State {
    /** It can be evaluated. */
    COMPLETE,
    /** It goes on in a further line. */
    INCOMPLETE,
    /** No further line would mend it. */
    INVALID
  }

  static Completeness of(String cell, jdk.jshell.SourceCodeAnalysis.Completeness last) {
    return switch (last) {
      case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> new Completeness(State.COMPLETE, "");
      case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE ->
          new Completeness(State.INCOMPLETE, INDENT.repeat(JavaLexer.openBraces(cell)));
      case UNKNOWN -> new Completeness(State.INVALID, "");
    };
  }
}
