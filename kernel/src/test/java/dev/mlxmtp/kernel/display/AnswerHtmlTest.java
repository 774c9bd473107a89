package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.AnswerStyle.Drafts;
import dev.mlxmtp.kernel.display.AnswerStyle.Thinking;
import dev.mlxmtp.kernel.display.Piece.Kind;
import dev.mlxmtp.session.Generation;
import java.io.StringReader;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class AnswerHtmlTest {
  private static final Round ROUND =
      new Round(
          1,
          "mtp",
          new int[] {2, 9},
          new float[] {0.75f, 0.5f},
          new float[] {0.875f, 0.125f},
          new int[] {1, 4},
          1,
          OptionalInt.of(3),
          new Round.Timings(1, OptionalDouble.empty(), 1, OptionalDouble.empty()));

  private static final List<Piece> PIECES =
      List.of(
          new Piece("hm</think>", Kind.MODEL, List.of(7), List.of(), OptionalInt.empty(), true),
          new Piece("a <b> & \"c\"", Kind.MODEL, List.of(1), List.of(), OptionalInt.empty(), false),
          new Piece(
              "\n  if",
              Kind.ACCEPTED,
              List.of(2),
              List.of(
                  new Proposal(
                      0,
                      1,
                      2,
                      0.75,
                      OptionalDouble.of(0.875),
                      OptionalInt.of(1),
                      Proposal.Outcome.ACCEPTED)),
              OptionalInt.of(0),
              false),
          new Piece(
              "nope\n",
              Kind.REJECTED,
              List.of(9),
              List.of(
                  new Proposal(
                      0,
                      2,
                      9,
                      0.5,
                      OptionalDouble.of(0.125),
                      OptionalInt.of(4),
                      Proposal.Outcome.REJECTED)),
              OptionalInt.of(0),
              false),
          new Piece("end", Kind.MODEL, List.of(3), List.of(), OptionalInt.of(0), false));

  private static Answer answer(Drafts drafts, Thinking thinking) {
    Generation generation =
        new Generation(
            "mtp, depth 2",
            new int[] {5, 6},
            0,
            new int[] {7, 1, 2, 3},
            OptionalInt.empty(),
            "hm</think>a <b> & \"c\"\n  ifend",
            Generation.FinishReason.LENGTH,
            List.of(ROUND),
            9_000_000,
            2_000_000_000,
            0);
    return new Answer(
        "m", SamplingOptions.greedy(), generation, PIECES, new AnswerStyle(drafts, thinking));
  }

  private static Element parse(String html) throws Exception {
    // Well-formed but for the named space, so that nothing in a text can open an element.
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(
                    new StringReader(
                        "<div>" + html.replace("&nbsp;", " ").replace(" open>", ">") + "</div>")));
    return document.getDocumentElement();
  }

  private static List<Element> spans(Element root) {
    NodeList nodes = root.getElementsByTagName("span");
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> (Element) nodes.item(i))
        .filter(e -> e.hasAttribute("title"))
        .toList();
  }

  @Test
  void everyTokenSaysWhoChoseItAndHowSure() throws Exception {
    List<Element> spans = spans(parse(AnswerHtml.finished(answer(Drafts.REJECTED, Thinking.SHOW))));
    assertEquals(5, spans.size());
    assertEquals("a <b> & \"c\"", spans.get(1).getTextContent());
    assertFalse(spans.get(1).hasAttribute("style"));
    assertTrue(spans.get(2).getAttribute("style").contains("border-bottom"));
    String title = spans.get(2).getAttribute("title");
    assertTrue(title.contains("round 1: drafted and accepted"), title);
    assertTrue(title.contains("draft position 1: head 0.750, target 0.875, rank 1"), title);
    assertTrue(spans.get(3).getAttribute("style").contains("line-through"));
    assertEquals("nope↵", spans.get(3).getTextContent(), "a rejected line break breaks no line");
  }

  @Test
  void whatIsNotAskedForIsNotShown() throws Exception {
    List<Element> accepted =
        spans(parse(AnswerHtml.finished(answer(Drafts.ACCEPTED, Thinking.SHOW))));
    assertEquals(4, accepted.size());
    Element off = parse(AnswerHtml.finished(answer(Drafts.OFF, Thinking.SHOW)));
    assertTrue(spans(off).stream().noneMatch(e -> e.getAttribute("style").contains("rgb")));
  }

  @Test
  void thinkingFolds() throws Exception {
    String hidden = AnswerHtml.finished(answer(Drafts.ACCEPTED, Thinking.HIDE));
    assertTrue(hidden.contains("<details>") && hidden.contains("thinking, 1 token"), hidden);
    assertTrue(
        AnswerHtml.finished(answer(Drafts.ACCEPTED, Thinking.SHOW)).contains("<details open>"));
  }

  @Test
  void figuresHaveTheirMeaning() throws Exception {
    Element root = parse(AnswerHtml.finished(answer(Drafts.ACCEPTED, Thinking.SHOW)));
    NodeList heads = root.getElementsByTagName("th");
    NodeList values = root.getElementsByTagName("td");
    assertEquals(heads.getLength(), values.getLength());
    for (int i = 0; i < heads.getLength(); i++) {
      assertFalse(((Element) heads.item(i)).getAttribute("title").isBlank());
    }
    assertTrue(root.getTextContent().contains("50%"));
  }

  @Test
  void aGrowingAnswerReadsTheSame() throws Exception {
    String growing =
        AnswerHtml.growing(PIECES, AnswerStyle.standard(), "4 tokens · context 6 of 8");
    String text = parse(growing).getTextContent();
    assertTrue(text.contains("a <b> & \"c\"↵\n  ifend4 tokens"), text);
  }

  @Test
  void theTextFormMarksRejectedDraftsWithoutColour() {
    StringBuilder out = new StringBuilder();
    Screen screen =
        new Screen() {
          @Override
          public void print(String text, Tone tone) {
            out.append(text);
          }

          @Override
          public void endLine() {
            out.append('\n');
          }

          @Override
          public void note(String line, Tone tone) {}

          @Override
          public void progress(String line) {}

          @Override
          public boolean hasColor() {
            return false;
          }
        };
    answer(Drafts.REJECTED, Thinking.HIDE).print(screen);
    assertEquals("(thinking … 1 token)\na <b> & \"c\"\n  if[-nope↵-]end\n", out.toString());
  }
}
