package dev.mlxmtp.kernel.jshell;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A documentation comment as plain text. */
final class JavadocText {
  private static final Pattern INLINE = Pattern.compile("\\{@(\\w+)((?:[^{}]|\\{[^{}]*})*)}");
  private static final Pattern BLOCK_TAG = Pattern.compile("^\\s*@\\w+", Pattern.MULTILINE);
  private static final Pattern BLOCK = Pattern.compile("(?s)@(\\w+)\\s*(.*)");
  private static final Pattern PREFORMATTED = Pattern.compile("(?is)<pre>(.*?)</pre>");
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^<>]*>");
  private static final Pattern ENTITY = Pattern.compile("&(#?\\w+);");

  /** Stand for the signs of HTML in text that is code. */
  private static final char LESS = '\uE000';

  private static final char GREATER = '\uE001';
  private static final char AMPERSAND = '\uE002';

  /** Stand for the space and the line breaks of preformatted text. */
  private static final char SPACE = '\uE003';

  private static final char NEWLINE = '\uE004';

  private JavadocText() {}

  static String of(String comment) {
    // Twice, for a tag may hold another.
    String text = INLINE.matcher(comment).replaceAll(JavadocText::inline);
    text = INLINE.matcher(text).replaceAll(JavadocText::inline);
    int tags =
        BLOCK_TAG
            .matcher(text)
            .results()
            .mapToInt(MatchResult::start)
            .findFirst()
            .orElse(text.length());
    String blocks =
        List.of(text.substring(tags).split("(?m)(?=^\\s*@\\w)")).stream()
            .map(JavadocText::block)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("\n"));
    return (prose(text.substring(0, tags)) + "\n\n" + blocks).strip();
  }

  private static String inline(MatchResult tag) {
    String body = tag.group(2).replaceFirst("^\\s*\n|^\\s+", "").stripTrailing();
    String shown =
        switch (tag.group(1)) {
          case "code", "literal" ->
              body.replace('<', LESS).replace('>', GREATER).replace('&', AMPERSAND);
          case "link", "linkplain" -> linked(body);
          case "inheritDoc", "docRoot" -> "";
          default -> body;
        };
    return Matcher.quoteReplacement(shown);
  }

  // The label, or else the name as Java writes it.
  private static String linked(String body) {
    int labelled = body.indexOf(')') >= 0 ? body.indexOf(')') + 1 : body.indexOf(' ');
    if (labelled >= 0 && labelled < body.length()) {
      return body.substring(labelled).strip();
    }
    return body.startsWith("#") ? body.substring(1) : body.replace('#', '.');
  }

  private static String block(String block) {
    var tag = BLOCK.matcher(block.strip());
    if (!tag.matches()) {
      return "";
    }
    String body = prose(tag.group(2)).replaceAll("\\s+", " ");
    return switch (tag.group(1)) {
      case "param" -> body.replaceFirst("^(\\S+) ?", "$1: ");
      case "return" -> "returns " + body;
      case "throws", "exception" -> body.replaceFirst("^(\\S+) ?", "throws $1: ");
      case "deprecated" -> "deprecated: " + body;
      case "implNote", "apiNote", "implSpec" -> "note: " + body;
      default -> "";
    };
  }

  private static String prose(String html) {
    String text =
        PREFORMATTED
            .matcher(html)
            .replaceAll(
                m ->
                    Matcher.quoteReplacement(
                        "\n\n"
                            + m.group(1)
                                .replaceAll("^\\s*\n|\\s+$", "")
                                .replace(' ', SPACE)
                                .replace('\n', NEWLINE)
                            + "\n\n"));
    text = text.replaceAll("(?i)<(p|h\\d|ul|ol|dl|table|blockquote)\\b[^<>]*>", "\n\n");
    text =
        text.replaceAll("(?i)<(li|dt|dd|tr)\\b[^<>]*>", "\n\n- ")
            .replaceAll("(?i)<br\\s*/?>", "\n\n");
    text = ENTITY.matcher(TAG.matcher(text).replaceAll("")).replaceAll(JavadocText::entity);
    return List.of(text.split("\\s*\n\\s*\n\\s*")).stream()
        .map(paragraph -> paragraph.strip().replaceAll("\\s+", " "))
        .filter(paragraph -> !paragraph.isEmpty())
        .collect(Collectors.joining("\n"))
        .replace(SPACE, ' ')
        .replace(NEWLINE, '\n')
        .replace(LESS, '<')
        .replace(GREATER, '>')
        .replace(AMPERSAND, '&');
  }

  private static String entity(MatchResult entity) {
    String name = entity.group(1);
    String shown =
        switch (name) {
          case "lt" -> "<";
          case "gt" -> ">";
          case "amp" -> "&";
          case "quot" -> "\"";
          case "nbsp" -> " ";
          case "hellip" -> "…";
          case "mdash", "ndash" -> "–";
          case "le" -> "≤";
          case "ge" -> "≥";
          case "pi" -> "π";
          default ->
              name.matches("#\\d{1,6}")
                  ? Character.toString(Integer.parseInt(name.substring(1)))
                  : "&" + name + ";";
        };
    return Matcher.quoteReplacement(shown);
  }
}
