package dev.mlxmtp.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A drafter's texts beside those of plain decoding, in every turn.
 *
 * @param prompts compared
 * @param differences the prompts whose text was another in some turn
 */
public record TextComparison(int prompts, List<Difference> differences) {

  /**
   * Where a text leaves the plain one.
   *
   * @param number of the prompt in its set, from 1
   * @param token the first that is another, from 1
   */
  public record Difference(int number, String prompt, int token) {}

  public TextComparison {
    differences = List.copyOf(differences);
  }

  // Both lists are of the same prompts in the same order.
  static TextComparison of(List<Answers> own, List<Answers> plain) {
    List<Difference> differences = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      int[] expected = plain.get(i).warmUp().tokens();
      Answers answers = own.get(i);
      answers
          .runs()
          .mapToInt(run -> Arrays.mismatch(expected, run.tokens()))
          .filter(at -> at >= 0)
          .min()
          .ifPresent(
              at ->
                  differences.add(
                      new Difference(answers.number(), answers.prompt().text(), at + 1)));
    }
    return new TextComparison(own.size(), differences);
  }

  /** True where every text is the plain one. */
  public boolean same() {
    return differences.isEmpty();
  }
}
