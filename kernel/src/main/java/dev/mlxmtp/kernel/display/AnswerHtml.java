package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An answer as HTML: accepted drafts tinted and underlined, rejected ones struck through, each
 * token with its place, round and probabilities when the pointer is on it. Styles stand at the
 * elements, since a viewer that shows a stored notebook removes style sheets.
 */
public final class AnswerHtml {
  private static final String BLOCK =
      Html.PREFORMATTED
          + "overflow-wrap:anywhere;font-family:var(--jp-code-font-family,monospace);"
          + "font-size:var(--jp-code-font-size,13px);line-height:1.5;";
  private static final String ACCEPTED =
      "background:rgba(0,158,115,.18);border-bottom:2px solid rgb(0,158,115)";
  private static final String REJECTED =
      "background:rgba(213,94,0,.14);text-decoration:line-through;opacity:.75";
  private static final String THINKING = "opacity:.6";
  private static final String LINE_BREAK = "<span style=\"user-select:none;opacity:.5\">↵</span>";
  private static final String FIGURES =
      "border-collapse:collapse;margin-top:4px;font-size:11px;opacity:.85";
  private static final String CELL = "padding:1px 8px;text-align:right;white-space:nowrap";

  private AnswerHtml() {}

  /** What there is of an answer that is being made, with a line of figures of the moment. */
  public static String growing(List<Piece> pieces, AnswerStyle style, String status) {
    return block(merged(pieces, style), style)
        + "<div style=\"font-size:11px;opacity:.7\">"
        + Html.escape(status)
        + "</div>";
  }

  /** A finished answer with its table of figures. */
  public static String finished(Answer answer) {
    return block(answer.pieces(), answer.style())
        + legend(answer)
        + figures(Footer.cells(answer.generation(), answer.sampling()));
  }

  private static String block(List<Piece> pieces, AnswerStyle style) {
    int cut = 0;
    while (cut < pieces.size() && pieces.get(cut).thinking()) {
      cut++;
    }
    List<Piece> thinking = pieces.subList(0, cut);
    String answer = spans(pieces.subList(cut, pieces.size()), style);
    if (thinking.isEmpty()) {
      return block(answer, "");
    }
    int tokens = thinking.stream().mapToInt(p -> p.tokens().size()).sum();
    boolean open = style.thinking() == AnswerStyle.Thinking.SHOW;
    return "<details"
        + (open ? " open" : "")
        + "><summary style=\""
        + BLOCK
        + THINKING
        + "\">thinking, "
        + Figures.tokens(tokens)
        + "</summary>"
        + block(spans(thinking, style), THINKING)
        + "</details>"
        + block(answer, "");
  }

  private static String block(String spans, String more) {
    return "<pre style=\"" + BLOCK + more + "\">" + spans + "</pre>";
  }

  // An interrupt waits for the finished form, which may have thousands of spans: one builder.
  private static String spans(List<Piece> pieces, AnswerStyle style) {
    StringBuilder html = new StringBuilder();
    for (Piece piece : pieces) {
      if (style.shows(piece)) {
        span(html, piece, style);
      }
    }
    return html.toString();
  }

  private static void span(StringBuilder html, Piece piece, AnswerStyle style) {
    boolean marked = style.drafts() != AnswerStyle.Drafts.OFF;
    String css =
        switch (piece.kind()) {
          case MODEL -> "";
          case ACCEPTED -> marked ? ACCEPTED : "";
          case REJECTED -> REJECTED;
        };
    html.append("<span");
    if (!css.isEmpty()) {
      html.append(" style=\"").append(css).append('"');
    }
    if (!piece.tokens().isEmpty()) {
      html.append(" title=\"");
      title(html, piece);
      html.append('"');
    }
    html.append('>');
    String text = Html.escape(piece.text());
    html.append(
        switch (piece.kind()) {
          case MODEL -> text;
          case ACCEPTED -> text.replace("\n", LINE_BREAK + "\n");
          case REJECTED -> text.replace("\n", LINE_BREAK);
        });
    html.append("</span>");
  }

  private static void title(StringBuilder html, Piece piece) {
    for (int i = 0; i < piece.tokens().size(); i++) {
      html.append(i == 0 ? "token " : ", ").append((int) piece.tokens().get(i));
    }
    if (piece.round().isPresent()) {
      html.append(", round ").append(piece.round().getAsInt() + 1);
    } else {
      html.append(", from the prompt's own pass");
    }
    html.append(
        switch (piece.kind()) {
          case MODEL -> ": the model's own choice";
          case ACCEPTED -> ": drafted and accepted";
          case REJECTED -> ": drafted and rejected";
        });
    for (Proposal p : piece.proposals()) {
      html.append("\ndraft position ").append(p.position()).append(": head ");
      thousandths(html, p.head());
      p.target()
          .ifPresent(
              probability -> {
                html.append(", target ");
                thousandths(html, probability);
              });
      p.rank().ifPresent(rank -> html.append(", rank ").append(rank));
    }
  }

  // String.format takes most of the time of a long answer.
  private static void thousandths(StringBuilder html, double probability) {
    long n = Math.round(probability * 1000);
    html.append(n / 1000).append('.').append(n / 100 % 10).append(n / 10 % 10).append(n % 10);
  }

  // While an answer grows it is drawn often: one element a run of the same kind keeps that cheap.
  private static List<Piece> merged(List<Piece> pieces, AnswerStyle style) {
    List<Piece> runs = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    List<Piece> shown = pieces.stream().filter(style::shows).toList();
    for (int i = 0; i < shown.size(); i++) {
      Piece piece = shown.get(i);
      text.append(piece.text());
      boolean ends =
          i + 1 == shown.size()
              || shown.get(i + 1).kind() != piece.kind()
              || shown.get(i + 1).thinking() != piece.thinking();
      if (ends) {
        runs.add(
            new Piece(
                text.toString(),
                piece.kind(),
                List.of(),
                List.of(),
                piece.round(),
                piece.thinking()));
        text.setLength(0);
      }
    }
    return runs;
  }

  private static String legend(Answer answer) {
    boolean drafted = answer.acceptance().rate().isPresent();
    AnswerStyle.Drafts drafts = answer.style().drafts();
    if (!drafted || drafts == AnswerStyle.Drafts.OFF) {
      return "";
    }
    return "<div style=\"font-size:11px;margin-top:4px\"><span style=\""
        + ACCEPTED
        + "\">drafted and accepted</span>"
        + (drafts == AnswerStyle.Drafts.REJECTED
            ? " &nbsp;<span style=\"" + REJECTED + "\">drafted and rejected</span>"
            : "")
        + "</div>";
  }

  private static String figures(List<Footer.Cell> cells) {
    String heads =
        cells.stream()
            .map(
                c ->
                    "<th style=\""
                        + CELL
                        + "\" title=\""
                        + Html.escape(c.meaning())
                        + "\">"
                        + Html.escape(c.name())
                        + "</th>")
            .collect(Collectors.joining());
    String values =
        cells.stream()
            .map(c -> "<td style=\"" + CELL + "\">" + Html.escape(c.value()) + "</td>")
            .collect(Collectors.joining());
    return "<table style=\"" + FIGURES + "\"><tr>" + heads + "</tr><tr>" + values + "</tr></table>";
  }
}
