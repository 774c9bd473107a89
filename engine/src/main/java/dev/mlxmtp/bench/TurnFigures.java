package dev.mlxmtp.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** A figure a turn, over a drafter's answers to several prompts. */
final class TurnFigures {
  private TurnFigures() {}

  // Tokens a second that the rounds emitted; 0 where there was no round.
  static double[] speeds(List<Answers> answers) {
    return turns(answers)
        .mapToDouble(
            turn -> {
              long emitted = 0;
              long time = 0;
              for (Answers a : answers) {
                Answers.Run run = a.timed().get(turn);
                if (run.acceptance().emitted() > 0) {
                  emitted += run.acceptance().emitted();
                  time += run.decodeTime();
                }
              }
              return time <= 0 ? 0 : emitted / (time / 1e9);
            })
        .toArray();
  }

  // Prompt tokens ÷ seconds to the first token.
  static double[] prefills(List<Answers> answers) {
    return turns(answers)
        .mapToDouble(
            turn -> {
              long tokens = 0;
              long time = 0;
              for (Answers a : answers) {
                tokens += a.timed().get(turn).promptTokens();
                time += a.timed().get(turn).timeToFirstToken();
              }
              return time <= 0 ? 0 : tokens / (time / 1e9);
            })
        .toArray();
  }

  private static IntStream turns(List<Answers> answers) {
    return IntStream.range(0, answers.getFirst().timed().size());
  }

  // The median of the turns' ratios; absent where a turn has none.
  static OptionalDouble ratio(double[] of, double[] to) {
    double[] ratios = new double[of.length];
    for (int turn = 0; turn < of.length; turn++) {
      if (!(of[turn] > 0 && to[turn] > 0)) {
        return OptionalDouble.empty();
      }
      ratios[turn] = of[turn] / to[turn];
    }
    return OptionalDouble.of(Median.of(ratios));
  }
}
