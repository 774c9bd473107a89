package dev.mlxmtp.kernel.magic;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of a line behind a magic's name. Options come first, with quotes and backslashes as in
 * a shell; from the first word that is no option on, the rest of the line is one text, taken
 * literally, unless it is quoted as a whole.
 */
public final class MagicLine {
  private final String line;
  private int at;

  private MagicLine(String line) {
    this.line = line;
  }

  /** The words of {@code line} for the command. */
  public static List<String> split(String line, CommandSpec command) {
    return new MagicLine(line).words(command);
  }

  /** A bare {@code --mtp} never takes the next word as its value. */
  public static List<String> bareOptions(List<String> words) {
    return words.stream().map(word -> word.equals("--mtp") ? "--mtp=auto" : word).toList();
  }

  private List<String> words(CommandSpec command) {
    List<String> words = new ArrayList<>();
    skipBlanks();
    while (at < line.length() && line.charAt(at) == '-' && !rest().equals("-")) {
      String word = word();
      words.add(word);
      skipBlanks();
      if (takesNextWord(command, word) && at < line.length()) {
        words.add(word());
        skipBlanks();
      }
    }
    if (at < line.length()) {
      words.add(unquoted(rest()));
    }
    return words;
  }

  private String rest() {
    return line.substring(at).strip();
  }

  private static boolean takesNextWord(CommandSpec command, String word) {
    OptionSpec option = command.findOption(word);
    return option != null && option.arity().min() > 0;
  }

  private void skipBlanks() {
    while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
  }

  private String word() {
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (quote == 0 && Character.isWhitespace(c)) {
        break;
      }
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'' && at + 1 < line.length()) {
        word.append(line.charAt(++at));
      } else {
        word.append(c);
      }
    }
    if (quote != 0) {
      throw new UserError("A quote (" + quote + ") is opened and not closed.");
    }
    return word.toString();
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() >= 2
            && text.startsWith("\"")
            && text.endsWith("\"")
            && text.indexOf('"', 1) == text.length() - 1;
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
