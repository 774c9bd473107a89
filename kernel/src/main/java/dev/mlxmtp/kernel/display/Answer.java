package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.Generation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A finished answer with all that can be seen of it.
 *
 * @param model who answered
 * @param sampling how the tokens were chosen
 * @param generation everything that was measured
 * @param pieces the text, and the rejected drafts in their places
 * @param style how it is shown
 */
public record Answer(
    String model,
    SamplingOptions sampling,
    Generation generation,
    List<Piece> pieces,
    AnswerStyle style)
    implements Visual {

  public Answer {
    pieces = List.copyOf(pieces);
  }

  /** The text, cut before a stop text. */
  public String text() {
    return generation.text();
  }

  /** The tokens, without the stop token. */
  public int[] tokens() {
    return generation.tokens();
  }

  /** The passes after the prompt's. */
  public List<Round> rounds() {
    return generation.rounds();
  }

  /** Every drafted token in order, those included that became no text. */
  public List<Proposal> proposals() {
    return Proposal.of(rounds());
  }

  /** Acceptance by position in the draft. */
  public AcceptanceStats acceptance() {
    return generation.acceptance();
  }

  /** Tokens that the rounds emitted ÷ their time; absent where there was no round. */
  public OptionalDouble tokensPerSecond() {
    return generation.tokensPerSecond();
  }

  /** The line of figures. */
  public String footer() {
    return Footer.line(generation, sampling);
  }

  /** The same answer with other drafts marked. */
  public Answer showing(AnswerStyle.Drafts drafts) {
    return new Answer(
        model, sampling, generation, pieces, new AnswerStyle(drafts, style.thinking()));
  }

  @Override
  public void print(Screen screen) {
    TextAnswer display = new TextAnswer(screen, style);
    display.add(pieces);
    display.finish(this);
  }

  @Override
  public Map<String, Object> forms() {
    Map<String, Object> forms = new LinkedHashMap<>();
    forms.put("text/html", AnswerHtml.finished(this));
    return forms;
  }

  @Override
  public String toString() {
    return text();
  }
}
