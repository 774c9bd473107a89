package dev.mlxmtp.decode;

/** Plain decoding. */
record NoDrafter() implements Drafter {
  static final String NAME = "none";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Draft propose(int limit, History history) {
    return Draft.none();
  }
}
