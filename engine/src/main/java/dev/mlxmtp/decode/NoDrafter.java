package dev.mlxmtp.decode;

/** Plain decoding. */
record NoDrafter() implements Drafter {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public Draft propose(int limit, History history) {
    return Draft.none();
  }
}
