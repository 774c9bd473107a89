package dev.mlxmtp.text.jinja;

/**
 * One piece of a template's source.
 *
 * @param text a name, an operator, a number as written, the characters of a string or of plain text
 * @param line where it starts, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    PRINT_BEGIN,
    PRINT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    EOF
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isName(String wanted) {
    return kind == Kind.NAME && text.equals(wanted);
  }

  boolean isOperator(String wanted) {
    return kind == Kind.OPERATOR && text.equals(wanted);
  }

  /** How a message names this token. */
  String describe() {
    return switch (kind) {
      case DATA -> "template text";
      case PRINT_BEGIN -> "begin of print statement";
      case PRINT_END -> "end of print statement";
      case BLOCK_BEGIN -> "begin of statement block";
      case BLOCK_END -> "end of statement block";
      case EOF -> "end of template";
      case NAME, STRING, INTEGER, FLOAT, OPERATOR -> text;
    };
  }
}
