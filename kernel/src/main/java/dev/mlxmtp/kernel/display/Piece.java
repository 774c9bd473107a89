package dev.mlxmtp.kernel.display;

import dev.mlxmtp.session.Event;
import java.util.List;
import java.util.OptionalInt;

/**
 * A readable piece of an answer.
 *
 * @param tokens whose text it is: several where a character spans tokens, or where text was held
 *     back
 * @param origin accepted draft only where each of the tokens is one
 * @param round the pass that emitted its last token, from 0; absent for the prompt's own pass
 * @param thinking part of the thinking before the answer, tags included
 */
public record Piece(
    String text, List<Integer> tokens, Event.Origin origin, OptionalInt round, boolean thinking) {

  /** Keeps its own copy of the tokens. */
  public Piece {
    tokens = List.copyOf(tokens);
  }

  /** How it is shown. */
  public Tone tone() {
    boolean accepted = origin == Event.Origin.ACCEPTED_DRAFT;
    if (thinking) {
      return accepted ? Tone.ACCEPTED_THINKING : Tone.THINKING;
    }
    return accepted ? Tone.ACCEPTED : Tone.PLAIN;
  }
}
