package dev.mlxmtp.kernel.jshell;

import java.util.regex.Pattern;

/** Names without the classes that JShell wraps snippets in. */
final class SnippetNames {
  private static final Pattern WRAPPER = Pattern.compile("(REPL\\.)?\\$JShell\\$\\w+[$.]?");

  private SnippetNames() {}

  /** The text without wrappers' names. */
  static String expunged(String text) {
    return WRAPPER.matcher(text).replaceAll("");
  }

  /** With its package, and its enclosing classes of the user's. */
  static String full(Class<?> type) {
    return expunged(type.getName()).replace('$', '.');
  }

  /** The last part of the name. */
  static String simple(Class<?> type) {
    String full = full(type);
    return full.substring(full.lastIndexOf('.') + 1);
  }
}
