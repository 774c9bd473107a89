package dev.mlxmtp.bench;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.LogitGap;

/** What is measured, as far as a measurement needs it. */
public interface Engine {

  /** Serves a request; it may throw to end the measurement. */
  Generation generate(GenerateRequest request);

  /** How near two tokens are to each other after the beginning of the answer to a request. */
  LogitGap gap(GenerateRequest request, int[] answer, int token, int other);

  /** True where exact and fast verification of drafts are one. */
  boolean isRowInvariant();

  /** The text of a token. */
  String text(int token);
}
