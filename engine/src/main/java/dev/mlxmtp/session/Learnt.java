package dev.mlxmtp.session;

import dev.mlxmtp.decode.Speculation;

/**
 * What a session has learnt of speculation. What is learnt where every row is charged as a pass is
 * kept apart, for it is not true of the machine. Engine thread only.
 */
final class Learnt {
  private final Speculation usual = new Speculation();
  private final Speculation dear = new Speculation();
  private Speculation latest = usual;

  /** For a request that is to be answered now. */
  Speculation of(GenerateRequest request) {
    latest = request.dearRows() ? dear : usual;
    return latest;
  }

  /** What the newest answer went by. */
  Speculation latest() {
    return latest;
  }
}
