package dev.mlxmtp.kernel.display;

import dev.mlxmtp.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A text cut into its tokens, neighbours in different tints.
 *
 * @param tokens in order
 */
public record TokenRow(List<Token> tokens) implements Visual {
  private static final List<String> TINTS =
      List.of(
          "rgba(86,180,233,.28)",
          "rgba(230,159,0,.28)",
          "rgba(0,158,115,.28)",
          "rgba(204,121,167,.28)");
  private static final List<Tone> TONES = List.of(Tone.TOKEN_A, Tone.TOKEN_B);

  /**
   * A token.
   *
   * @param text a replacement character where it is only a part of one
   * @param special never part of a user's text
   */
  public record Token(int id, String text, boolean special) {}

  public TokenRow {
    tokens = List.copyOf(tokens);
  }

  /** The tokens with their texts. */
  public static TokenRow of(Tokenizer tokenizer, int[] ids) {
    List<Token> tokens = new ArrayList<>();
    for (int id : ids) {
      tokens.add(new Token(id, tokenizer.decode(new int[] {id}, false), tokenizer.isSpecial(id)));
    }
    return new TokenRow(tokens);
  }

  @Override
  public void print(Screen screen) {
    for (int i = 0; i < tokens.size(); i++) {
      String text = visible(tokens.get(i).text());
      if (!screen.hasColor() && i > 0 && !text.endsWith("\n")) {
        screen.print("|", Tone.PLAIN);
      }
      screen.print(text, TONES.get(i % TONES.size()));
    }
    screen.endLine();
    screen.println(ids());
    screen.note(Figures.tokens(tokens.size()), Tone.NOTE);
  }

  private String ids() {
    StringBuilder ids = new StringBuilder();
    tokens.forEach(token -> ids.append(ids.isEmpty() ? "" : " ").append(token.id()));
    return ids.toString();
  }

  private static String visible(String text) {
    return text.replace("\n", "↵\n").replace("\t", "⇥");
  }

  @Override
  public Map<String, Object> forms() {
    StringBuilder html =
        new StringBuilder("<pre style=\"" + Html.PREFORMATTED + "font-family:monospace\">");
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      html.append("<span style=\"background:")
          .append(TINTS.get(i % TINTS.size()))
          .append("\" title=\"token ")
          .append(token.id())
          .append(token.special() ? ", special" : "")
          .append("\">")
          .append(Html.escape(visible(token.text())))
          .append("</span>");
    }
    html.append("</pre><div style=\"font-size:11px;opacity:.7\">")
        .append(Figures.tokens(tokens.size()))
        .append("</div>");
    return Map.of("text/html", html.toString());
  }
}
