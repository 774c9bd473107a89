package dev.mlxmtp.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A cell that begins with {@code %}, taken apart: the name, the options as words, and the rest of
 * the cell as it stands, for a prompt needs no quotes.
 *
 * @param name without the sign
 * @param arguments everything behind it
 */
public record MagicLine(String name, String arguments) {
  private static final String SIGN = "%";
  private static final String END_OF_OPTIONS = "--";

  /** A word and where it stands in the source. */
  private record Word(String text, int start, int end) {}

  /** True for a cell that is a command. */
  public static boolean isMagic(String cell) {
    return cell.startsWith(SIGN);
  }

  /** Splits the name off. */
  public static MagicLine of(String cell) {
    String body = cell.substring(SIGN.length());
    int end = 0;
    while (end < body.length() && !Character.isWhitespace(body.charAt(end))) {
      end++;
    }
    return new MagicLine(body.substring(0, end), body.substring(end).strip());
  }

  /**
   * The words for picocli: options with their values, and behind them what is left as one argument.
   *
   * @param spec of the command, which tells the options that take a value
   */
  public List<String> words(CommandSpec spec) {
    List<String> words = new ArrayList<>();
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

  private static void addRest(List<String> words, String rest) {
    String text = rest;
    if (text.equals(END_OF_OPTIONS) || text.startsWith(END_OF_OPTIONS + " ")) {
      text = text.substring(END_OF_OPTIONS.length()).strip();
    }
    if (!text.isEmpty()) {
      words.add(END_OF_OPTIONS);
      words.add(unquoted(text));
    }
  }

  // Quotes around the whole are the user's way of writing one argument; all others are text.
  private static String unquoted(String text) {
    char first = text.charAt(0);
    if (first != '"' && first != '\'') {
      return text;
    }
    Word word = new MagicLine("", text).next(0);
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
