package dev.mlxmtp.text.jinja;

/**
 * A template that can't be read or rendered, or that refused its input by {@code raise_exception}.
 */
public final class TemplateException extends RuntimeException {
  private final int line;
  private final boolean raised;

  TemplateException(String reason) {
    this(reason, 0, false);
  }

  TemplateException(String reason, int line) {
    this(reason, line, false);
  }

  private TemplateException(String reason, int line, boolean raised) {
    super(reason);
    this.line = line;
    this.raised = raised;
  }

  static TemplateException raised(String message) {
    return new TemplateException(message, 0, true);
  }

  TemplateException at(int where) {
    return line != 0 ? this : new TemplateException(reason(), where, raised);
  }

  /** What went wrong, without the place; for {@code raise_exception} the template's own words. */
  public String reason() {
    return super.getMessage();
  }

  /** The line of the template, from 1; 0 where none is known. */
  public int line() {
    return line;
  }

  /** Whether the template itself refused its input by {@code raise_exception}. */
  public boolean raisedByTemplate() {
    return raised;
  }

  @Override
  public String getMessage() {
    return raised || line == 0 ? reason() : "Line " + line + " of the chat template: " + reason();
  }
}
