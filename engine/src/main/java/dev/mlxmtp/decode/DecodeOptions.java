package dev.mlxmtp.decode;

import dev.mlxmtp.model.DraftHead;
import java.util.Set;

/**
 * What a decoder is to do.
 *
 * @param coupling of drafts and samples, where the sampling is not greedy
 * @param stopTokens end the text; they are never part of it
 * @param vocabulary ids that the tokenizer defines
 * @param draftHead by which output head the MTP head's drafts are read
 * @param verification how drafts are verified
 * @param records notes what the model gave each draft, and which place
 * @param timePhases waits for the drafts before verifying them, so that both are timed; costs
 *     synchronizations
 * @param dearRows lets every further row of a verification cost as much as the whole, to see what
 *     becomes of speculation where it does not pay
 */
public record DecodeOptions(
    DraftOptions draft,
    SamplingOptions sampling,
    Coupling coupling,
    Set<Integer> stopTokens,
    int vocabulary,
    DraftHead draftHead,
    Verification verification,
    boolean records,
    boolean timePhases,
    boolean dearRows) {

  public DecodeOptions {
    stopTokens = Set.copyOf(stopTokens);
  }
}
