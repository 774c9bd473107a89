package dev.mlxmtp.bench;

import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.util.List;

/**
 * How well a model foresees texts that it is shown: the mean, over their tokens but each text's
 * first, of the negative natural logarithm of the probability that the model gives the token after
 * those before it. The less the better; comparable between models that share a tokenizer.
 *
 * @param nll nats a token
 * @param tokens that were foreseen
 */
public record Likelihood(double nll, int tokens) {

  /**
   * Measures it, each text by itself and without chat template.
   *
   * @throws IllegalArgumentException where no text has two tokens
   * @throws dev.mlxmtp.session.SessionException where a text is empty or longer than the context
   */
  public static Likelihood of(Session session, List<String> texts) {
    return ofPrompts(session, texts.stream().<Prompt>map(Prompt.Raw::new).toList());
  }

  /** As {@link #of}, of texts that are tokens already. */
  static Likelihood ofPrompts(Session session, List<Prompt> texts) {
    double sum = 0;
    int count = 0;
    for (Prompt text : texts) {
      float[] scores = session.score(text);
      for (float score : scores) {
        sum -= score;
      }
      count += scores.length;
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "A likelihood needs a text of at least two tokens: each is foreseen from those before"
              + " it.");
    }
    return new Likelihood(sum / count, count);
  }

  /** {@code e^nll}: as if the model chose evenly among so many tokens. */
  public double perplexity() {
    return Math.exp(nll);
  }
}
