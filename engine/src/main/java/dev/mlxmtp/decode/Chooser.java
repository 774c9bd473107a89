package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import java.util.function.Supplier;

/** How tokens are chosen, by the model and by whoever drafts for it. */
sealed interface Chooser {

  /** The likeliest token, on the device. */
  record Argmax() implements Chooser {}

  /**
   * A sample, on the host.
   *
   * @param sampler the rules and the noise
   * @param coupling of drafts and the model's own choices
   */
  record Sampled(Sampler sampler, Coupling coupling) implements Chooser {

    /**
     * What may be chosen by one row of logits.
     *
     * @param logits {@code [1, 1, V]} or more, of which the padding behind {@code vocabulary} is
     *     left out
     * @param history the tokens before it; asked for where the rules look at them
     */
    Distribution distribution(Array logits, int vocabulary, Supplier<int[]> history) {
      return sampler.distribution(Ops.slice(logits, -1, 0, vocabulary).toFloats(), history);
    }

    /** Draws a draft for a position. */
    int draft(Distribution q, int position) {
      Noise.Purpose purpose =
          coupling == Coupling.GUMBEL ? Noise.Purpose.CHOICE : Noise.Purpose.DRAFT;
      return q.choose(sampler.noise(), purpose, position);
    }

    /**
     * By what a chain of drafts may end before this one. Rejection takes a draft for a sample of q,
     * so that none may be withheld for what was drawn: what counts is q's likeliest token.
     */
    double confidence(Distribution q, int drafted) {
      return coupling == Coupling.REJECTION ? q.highest() : q.probability(drafted);
    }

    /** The model's own choice for a position. */
    int choose(Distribution p, int position) {
      return p.choose(sampler.noise(), Noise.Purpose.CHOICE, position);
    }

    /**
     * The token that stands in a draft's place: the draft itself where it is accepted.
     *
     * @param p what the model may choose there
     * @param q from which the draft was drawn
     */
    int judge(int drafted, Distribution p, Distribution q, int position) {
      return switch (coupling) {
        case GUMBEL -> choose(p, position);
        case REJECTION -> {
          double accept = p.probability(drafted) / q.probability(drafted);
          Noise noise = sampler.noise();
          yield noise.uniform(Noise.Purpose.ACCEPT, position, drafted) < accept
              ? drafted
              : p.residual(q).choose(noise, Noise.Purpose.RESIDUAL, position);
        }
      };
    }
  }

  /**
   * The chooser of these options.
   *
   * @param answer index of the answer's first token
   */
  static Chooser of(SamplingOptions sampling, Coupling coupling, int answer) {
    return sampling.isArgmax()
        ? new Argmax()
        : new Sampled(new Sampler(sampling, answer), coupling);
  }
}
