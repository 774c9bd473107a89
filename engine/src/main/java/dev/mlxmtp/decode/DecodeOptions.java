package dev.mlxmtp.decode;

import java.util.Set;

/**
 * What a decoder is to do.
 *
 * @param stopTokens end the text; they are never part of it
 * @param vocabulary ids that the tokenizer defines
 * @param timePhases waits for the drafts before verifying them, so that both are timed; costs a
 *     synchronization a round
 */
public record DecodeOptions(
    DraftOptions draft,
    SamplingOptions sampling,
    Set<Integer> stopTokens,
    int vocabulary,
    boolean timePhases) {

  public DecodeOptions {
    stopTokens = Set.copyOf(stopTokens);
    if (draft instanceof DraftOptions.Mtp && !sampling.isArgmax()) {
      throw new IllegalArgumentException(
          "MTP drafts are verified by greedy choice: set the temperature to 0 without a repetition penalty, or decode"
              + " plainly with --mtp=0.");
    }
  }
}
