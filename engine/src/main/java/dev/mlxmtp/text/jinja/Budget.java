package dev.mlxmtp.text.jinja;

/** What one rendering may still spend, so that no template runs or grows for ever. */
final class Budget {
  /** Longest string a template may build, in UTF-16 units. */
  static final int MAX_LENGTH = 1 << 24;

  private static final long DEFAULT_STEPS = 20_000_000;
  private static final int MAX_DEPTH = 200;

  private long left;
  private int depth;

  Budget() {
    this(DEFAULT_STEPS);
  }

  Budget(long steps) {
    left = steps;
  }

  /** Takes {@code steps} away; one step is about one node or one value looked at. */
  void spend(long steps) {
    left -= steps;
    if (left < 0) {
      throw new TemplateException("The template takes too many steps.");
    }
  }

  /** Pays for looking for one string in another: dear only where both are long. */
  void search(Str text, Str wanted) {
    spend((long) text.text().length() * wanted.text().length() >> 10);
  }

  /** Opens one more level of recursion. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException("The template or its data nest too deeply.");
    }
    spend(1);
  }

  void leave() {
    depth--;
  }

  static int checkLength(long length) {
    if (length > MAX_LENGTH) {
      throw new TemplateException("The template builds a text that is too long.");
    }
    return (int) length;
  }
}
