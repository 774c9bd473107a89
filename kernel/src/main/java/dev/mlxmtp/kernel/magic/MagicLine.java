package dev.mlxmtp.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command as it is written in a cell, taken apart: the name, the options as words, and the rest
 * as it stands, for a prompt needs no quotes. With one sign that is the rest of the line, with two
 * also the lines below it.
 *
 * @param name without the sign
 * @param arguments everything behind it, but not the lines below a doubled sign
 * @param body those lines, where the sign is doubled
 */
public record MagicLine(String name, String arguments, Optional<String> body) {
  private static final String SIGN = "%";
  private static final String END_OF_OPTIONS = "--";
  private static final Set<String> TEXTS = Set.of("PROMPT", "TEXT", "CODE");

  /** A word and where it stands in the source. */
  private record Word(String text, int start, int end) {}

  /** True for a cell that is a command. */
  public static boolean isMagic(String cell) {
    return cell.startsWith(SIGN);
  }

  /** True for a command whose text is the rest of the cell. */
  public static boolean isCellMagic(String cell) {
    return cell.startsWith(SIGN + SIGN);
  }

  /** Splits the name off. */
  public static MagicLine of(String cell) {
    boolean doubled = isCellMagic(cell);
    String text = cell.substring(doubled ? 2 * SIGN.length() : SIGN.length());
    int line = doubled && text.indexOf('\n') >= 0 ? text.indexOf('\n') : text.length();
    int end = 0;
    while (end < line && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return new MagicLine(
        text.substring(0, end),
        text.substring(end, line).strip(),
        doubled
            ? Optional.of(text.substring(Math.min(text.length(), line + 1)))
                .map(String::stripTrailing)
            : Optional.empty());
  }

  /**
   * The words for picocli. Where the command takes a text, that is what is left behind the options,
   * as it stands; elsewhere words are split as in a shell.
   *
   * @param spec of the command, which tells the options that take a value
   */
  public List<String> words(CommandSpec spec) {
    List<String> words = new ArrayList<>();
    if (!takesText(spec)) {
      for (int at = 0; at < arguments.length(); ) {
        Word word = next(at);
        words.add(expanded(word));
        at = skipSpace(word.end);
      }
      body.filter(text -> !text.isEmpty()).ifPresent(words::add);
      return words;
    }
    int at = 0;
    while (at < arguments.length()) {
      Word word = next(at);
      boolean option = word.text.startsWith("-") && word.text.length() > 1;
      if (!option || word.text.equals(END_OF_OPTIONS)) {
        break;
      }
      words.add(word.text);
      at = skipSpace(word.end);
      if (takesNextWord(spec, word.text) && at < arguments.length()) {
        Word value = next(at);
        words.add(value.text);
        at = skipSpace(value.end);
      }
    }
    addRest(words, arguments.substring(at));
    return words;
  }

  // As a shell does, outside quotes.
  private String expanded(Word word) {
    boolean home =
        arguments.startsWith("~/", word.start) || arguments.substring(word.start).equals("~");
    return home ? System.getProperty("user.home") + word.text.substring(1) : word.text;
  }

  private static boolean takesText(CommandSpec spec) {
    return spec.positionalParameters().stream().anyMatch(p -> TEXTS.contains(p.paramLabel()));
  }

  private void addRest(List<String> words, String rest) {
    boolean marked = rest.equals(END_OF_OPTIONS) || rest.startsWith(END_OF_OPTIONS + " ");
    String text = marked ? rest.substring(END_OF_OPTIONS.length()).strip() : rest;
    // What stands below the line is text to the letter.
    String whole =
        body.map(below -> text.isEmpty() ? below : text + "\n" + below)
            .orElseGet(() -> text.isEmpty() ? text : unquoted(text));
    if (!whole.isEmpty()) {
      words.add(END_OF_OPTIONS);
      words.add(whole);
    }
  }

  // Quotes around the whole are the user's way of writing one argument; all others are text.
  private static String unquoted(String text) {
    char first = text.charAt(0);
    if (first != '"' && first != '\'') {
      return text;
    }
    Word word = new MagicLine("", text, Optional.empty()).next(0);
    boolean whole = word.end == text.length() && text.length() > 1 && text.endsWith("" + first);
    return whole ? word.text : text;
  }

  private static boolean takesNextWord(CommandSpec spec, String word) {
    OptionSpec option = spec.optionsMap().get(word);
    return option != null && option.arity().min() > 0;
  }

  private int skipSpace(int from) {
    int at = from;
    while (at < arguments.length() && Character.isWhitespace(arguments.charAt(at))) {
      at++;
    }
    return at;
  }

  // As in a shell: '…' is literal, in "…" and outside a backslash takes the next character as it
  // is. A quote that is never closed is an ordinary character.
  private Word next(int start) {
    StringBuilder text = new StringBuilder();
    int at = start;
    while (at < arguments.length() && !Character.isWhitespace(arguments.charAt(at))) {
      char c = arguments.charAt(at);
      int close = c == '"' || c == '\'' ? closing(at) : -1;
      if (close >= 0) {
        append(text, at + 1, close, c == '"');
        at = close + 1;
      } else if (c == '\\' && at + 1 < arguments.length()) {
        text.append(arguments.charAt(at + 1));
        at += 2;
      } else {
        text.append(c);
        at++;
      }
    }
    return new Word(text.toString(), start, at);
  }

  private int closing(int open) {
    char quote = arguments.charAt(open);
    for (int i = open + 1; i < arguments.length(); i++) {
      if (quote == '"' && arguments.charAt(i) == '\\') {
        i++;
      } else if (arguments.charAt(i) == quote) {
        return i;
      }
    }
    return -1;
  }

  private void append(StringBuilder text, int from, int to, boolean escapes) {
    for (int i = from; i < to; i++) {
      char c = arguments.charAt(i);
      if (escapes && c == '\\' && i + 1 < to) {
        i++;
        c = arguments.charAt(i);
        // \n is the one escape that a prompt on one line needs.
        text.append(c == 'n' ? '\n' : c);
      } else {
        text.append(c);
      }
    }
  }
}
