package dev.mlxmtp.text.jinja;

import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/** Upper and lower case as Python sees them, and the {@code is…} methods of strings. */
final class StringCase {
  static final Map<String, Predicate<String>> PREDICATES =
      Map.of(
          "isdigit", all(Character::isDigit),
          "isdecimal", all(Character::isDigit),
          "isnumeric", all(c -> Character.isDigit(c) || isOtherNumber(c)),
          "isalpha", all(Character::isLetter),
          "isalnum", all(c -> Character.isLetterOrDigit(c) || isOtherNumber(c)),
          "isspace", all(PyText::isSpace),
          "isascii", text -> text.chars().allMatch(c -> c < 128),
          "isupper", StringCase::isUpper,
          "islower", StringCase::isLower,
          "isidentifier", StringCase::isIdentifier);

  private StringCase() {}

  private static Predicate<String> all(IntPredicate test) {
    return text -> !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isOtherNumber(int c) {
    int type = Character.getType(c);
    return type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
  }

  static boolean isIdentifier(String text) {
    if (text.isEmpty()) {
      return false;
    }
    int first = text.codePointAt(0);
    return (first == '_' || Character.isUnicodeIdentifierStart(first))
        && text.codePoints()
            .allMatch(
                c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  static Str upper(Str s) {
    return s.rewritten(s.text().toUpperCase(Locale.ROOT));
  }

  static Str lower(Str s) {
    return s.rewritten(s.text().toLowerCase(Locale.ROOT));
  }

  static Str capitalize(Str s) {
    return s.rewritten(titled(s.text()));
  }

  /** {@code str.title}: a word starts at a letter after anything else. */
  static Str title(Str s) {
    var out = new StringBuilder();
    boolean inWord = false;
    for (int c : s.text().codePoints().toArray()) {
      var one = Character.toString(c);
      out.append(inWord ? one.toLowerCase(Locale.ROOT) : titled(one));
      inWord = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
    }
    return s.rewritten(out.toString());
  }

  /** The filter {@code title}: a word starts after white space, a dash or an opening bracket. */
  static Str titleWords(Str s) {
    var out = new StringBuilder();
    boolean inWord = false;
    for (int c : s.text().codePoints().toArray()) {
      var one = Character.toString(c);
      boolean border = PyText.isSpace(c) || "-({[<".indexOf(c) >= 0;
      out.append(inWord || border ? one.toLowerCase(Locale.ROOT) : one.toUpperCase(Locale.ROOT));
      inWord = !border;
    }
    return s.rewritten(out.toString());
  }

  private static String titled(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    int size = Character.charCount(first);
    int title = Character.toTitleCase(first);
    // "ß" has no title case of its own: its upper case is two letters, of which one stays upper.
    var front =
        title != first || Character.toString(first).toUpperCase(Locale.ROOT).length() == size
            ? Character.toString(title)
            : titledExpansion(Character.toString(first).toUpperCase(Locale.ROOT));
    return front + text.substring(size).toLowerCase(Locale.ROOT);
  }

  private static String titledExpansion(String upper) {
    return upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT);
  }
}
