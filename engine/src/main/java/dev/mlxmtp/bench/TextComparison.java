package dev.mlxmtp.bench;

import java.util.ArrayList;
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
   */
  public record Difference(int number, String prompt, Flip flip) {}

  public TextComparison {
    differences = List.copyOf(differences);
  }

  static TextComparison of(List<Answers> answers) {
    List<Difference> differences = new ArrayList<>();
    for (Answers each : answers) {
      each.flip()
          .ifPresent(
              flip -> differences.add(new Difference(each.number(), each.prompt().text(), flip)));
    }
    return new TextComparison(answers.size(), differences);
  }

  /** True where every text is the plain one. */
  public boolean same() {
    return differences.isEmpty();
  }
}
