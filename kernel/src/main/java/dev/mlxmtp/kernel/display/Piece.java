package dev.mlxmtp.kernel.display;

import java.util.List;
import java.util.OptionalInt;

/**
 * A readable piece of an answer, or of what was proposed for it.
 *
 * @param text as it reads
 * @param kind who chose it
 * @param tokens whose text it is: several where a character spans tokens, or where text was held
 *     back
 * @param proposals the drafts among the tokens, in order
 * @param round the pass that emitted its last token, from 0; absent for the prompt's own pass
 * @param thinking part of the thinking before the answer, tags included
 */
public record Piece(
    String text,
    Kind kind,
    List<Integer> tokens,
    List<Proposal> proposals,
    OptionalInt round,
    boolean thinking) {

  /** Who chose a piece. */
  public enum Kind {
    /** The model itself, at least one of the tokens. */
    MODEL,
    /** The drafter, and the model agreed: each of the tokens. */
    ACCEPTED,
    /** The drafter, and the model chose otherwise: no part of the answer. */
    REJECTED
  }

  /** Keeps its own copy of the lists. */
  public Piece {
    tokens = List.copyOf(tokens);
    proposals = List.copyOf(proposals);
  }

  /** True for what the answer consists of. */
  public boolean isText() {
    return kind != Kind.REJECTED;
  }

  /** How it is shown. */
  public Tone tone() {
    return switch (kind) {
      case MODEL -> thinking ? Tone.THINKING : Tone.PLAIN;
      case ACCEPTED -> thinking ? Tone.ACCEPTED_THINKING : Tone.ACCEPTED;
      case REJECTED -> Tone.REJECTED;
    };
  }
}
