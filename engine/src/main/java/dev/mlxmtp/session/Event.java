package dev.mlxmtp.session;

import dev.mlxmtp.decode.Round;

/** What happens during a request, in order, on the thread that made it. */
public sealed interface Event {

  /** Weights are being read: so many of the layers are there. */
  record Loading(int done, int total) implements Event {}

  /**
   * The prompt is being processed: so many of its tokens are done, those taken from the caches
   * included.
   */
  record PromptProgress(int done, int total, int reused) implements Event {}

  /** Who chose a token. */
  enum Origin {
    /** The model itself: the first token, or the one after a round's accepted drafts. */
    MODEL,
    /** The drafter, and the model agreed. */
    ACCEPTED_DRAFT
  }

  /**
   * A token of the answer.
   *
   * @param text what becomes readable with it; empty while a character or a possible stop text is
   *     incomplete, and then part of a later event's text
   */
  record Token(int id, String text, Origin origin) implements Event {}

  /** Text that was held back and turned out to be part of the answer when it ended. */
  record Tail(String text) implements Event {}

  /**
   * A round of the decode loop is over. Its tokens follow, each an event of its own: the accepted
   * drafts, then the model's own unless it ended the text.
   */
  record RoundDone(Round round) implements Event {}
}
