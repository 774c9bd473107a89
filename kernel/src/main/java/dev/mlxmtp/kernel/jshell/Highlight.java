package dev.mlxmtp.kernel.jshell;

/**
 * Characters of a source that are shown in a way of their own.
 *
 * @param start of the first
 * @param end behind the last
 */
public record Highlight(int start, int end, Kind kind) {
  /** What they are. */
  public enum Kind {
    /** A word of the language, contextual ones too. */
    KEYWORD,
    /** A string, text block or character with its quotes, closed or not. */
    STRING,
    /** A comment with its marks. */
    COMMENT,
    /** A number. */
    NUMBER,
    /** The name of what is declared there. */
    DECLARATION,
    /** The use of something deprecated. */
    DEPRECATED
  }
}
