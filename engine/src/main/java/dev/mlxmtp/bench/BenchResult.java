package dev.mlxmtp.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark measured. Every figure derives from the answers.
 *
 * @param rowInvariant exact and fast verification are one here
 * @param answers by prompt, then by drafter in the plan's order
 */
public record BenchResult(BenchPlan plan, boolean rowInvariant, List<Answers> answers) {
  public BenchResult {
    answers = List.copyOf(answers);
  }

  /** The figures of each kind of prompt, and last those of all together. */
  public List<KindResult> kinds() {
    List<KindResult> kinds = new ArrayList<>();
    for (String kind : plan.prompts().kinds()) {
      kinds.add(
          KindResult.of(
              kind, plan, answers.stream().filter(a -> a.prompt().kind().equals(kind)).toList()));
    }
    kinds.add(KindResult.of(KindResult.ALL, plan, answers));
    return kinds;
  }
}
