package dev.mlxmtp.bench;

/** One answer of a sweep: a prompt under a setting with a seed. */
public record SweepCell(PromptSet.Entry prompt, SweepSetting setting, long seed) {
  /** The same answer without drafts. */
  SweepCell plain() {
    return new SweepCell(prompt, setting.plain(), seed);
  }
}
