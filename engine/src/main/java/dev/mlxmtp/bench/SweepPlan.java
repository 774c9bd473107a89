package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.SamplingOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which answers a sweep is made of.
 *
 * @param sampling the rules beside each setting's temperature, and the first seed
 * @param coupling of drafts and samples; of no consequence where the choice is greedy
 * @param maxTokens of an answer
 * @param repeat seeds for each prompt and setting that samples; a greedy answer is always the same
 * @param batch prompts that are answered together
 */
public record SweepPlan(
    PromptSet prompts,
    List<SweepSetting> settings,
    SamplingOptions sampling,
    Coupling coupling,
    int maxTokens,
    int repeat,
    int batch) {

  /**
   * @throws BenchException where there is nothing to do, or a prompt comes twice
   */
  public SweepPlan {
    settings = List.copyOf(settings);
    if (settings.isEmpty()) {
      throw new BenchException("A sweep needs at least one depth or drafter.");
    }
    require("tokens of an answer", maxTokens);
    require("seeds", repeat);
    require("prompts that are answered together", batch);
    if (new HashSet<>(prompts.entries()).size() < prompts.entries().size()) {
      throw new BenchException(
          "The prompt set " + prompts.name() + " has a prompt twice; keep it once.");
    }
  }

  private static void require(String what, int value) {
    if (value < 1) {
      throw new BenchException("The number of " + what + " must be at least 1, not " + value + ".");
    }
  }

  /** Those of a setting. */
  public List<Long> seeds(SweepSetting setting) {
    long first = sampling.seed();
    return LongStream.range(0, setting.temperature() == 0 ? 1 : repeat)
        .map(i -> first + i)
        .boxed()
        .toList();
  }

  /** How a cell's tokens are chosen. */
  public SamplingOptions sampling(SweepCell cell) {
    SamplingOptions s = sampling;
    return new SamplingOptions(
        cell.setting().temperature(),
        s.topK(),
        s.topP(),
        s.minP(),
        s.repetitionPenalty(),
        s.presencePenalty(),
        s.frequencyPenalty(),
        s.bias(),
        cell.seed());
  }

  /** True where a drafted text is to be that of plain decoding. */
  public boolean isComparable(SweepSetting setting) {
    return setting.temperature() == 0 || coupling == Coupling.GUMBEL;
  }

  /**
   * Every answer, in groups that are made together: of one setting and seed each. All settings
   * answer some prompts before the next prompts are taken, so that what an interruption leaves can
   * be compared.
   */
  List<List<SweepCell>> groups() {
    List<PromptSet.Entry> entries = prompts.entries();
    List<List<SweepCell>> groups = new ArrayList<>();
    for (int from = 0; from < entries.size(); from += batch) {
      List<PromptSet.Entry> some = entries.subList(from, Math.min(from + batch, entries.size()));
      for (SweepSetting setting : settings) {
        for (long seed : seeds(setting)) {
          groups.add(some.stream().map(e -> new SweepCell(e, setting, seed)).toList());
        }
      }
    }
    return groups;
  }

  /** Every answer. */
  public List<SweepCell> cells() {
    return groups().stream().flatMap(List::stream).toList();
  }
}
