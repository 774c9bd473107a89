package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Verification;
import java.util.List;

/**
 * What a benchmark measures.
 *
 * @param runs timed turns
 * @param maxTokens of an answer
 * @param coupling of drafts and samples; of no consequence where the choice is greedy
 * @param verification of the drafts of those contenders that name none
 * @param dearRows lets every further row of a verification cost as much as the whole
 */
public record BenchPlan(
    PromptSet prompts,
    List<Contender> contenders,
    int runs,
    int maxTokens,
    SamplingOptions sampling,
    Coupling coupling,
    Verification verification,
    boolean dearRows) {

  /**
   * @throws BenchException where there is nothing to measure
   */
  public BenchPlan {
    contenders = List.copyOf(contenders);
    if (contenders.isEmpty()) {
      throw new BenchException("Name at least one drafter to measure.");
    }
    if (runs < 1) {
      throw new BenchException("A benchmark needs at least 1 timed run, not " + runs + ".");
    }
    if (maxTokens < 1) {
      throw new BenchException(
          "The number of tokens of an answer must be at least 1, not " + maxTokens + ".");
    }
  }

  /** How a contender's drafts are verified. */
  Verification verification(Contender contender) {
    return contender.verification().orElse(verification);
  }
}
