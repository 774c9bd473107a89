package dev.mlxmtp.model;

import dev.mlxmtp.mlx.QuantMode;

/**
 * By which output head drafts are read from the MTP head's output. With a large vocabulary that
 * product is most of what a draft costs. What the model itself chooses is always read by its own
 * head, so that a cheaper one costs acceptance at most.
 */
public sealed interface DraftHead {
  /**
   * What is quickest by measurement: a subset pays with a large vocabulary, where the product is
   * most of a draft's cost; with a small one it costs more acceptance than it saves time.
   *
   * @param vocabulary ids that the tokenizer defines
   */
  static DraftHead standard(int vocabulary) {
    return vocabulary >= 131_072 ? new Frequent(65_536) : new Full();
  }

  /** The model's own. */
  record Full() implements DraftHead {}

  /**
   * A copy of it that is packed to fewer bits.
   *
   * @param mode mxfp4 or mxfp8
   */
  record Packed(QuantMode mode) implements DraftHead {
    public Packed {
      if (mode != QuantMode.MXFP4 && mode != QuantMode.MXFP8) {
        throw new IllegalArgumentException(
            "A draft head is packed as mxfp4 or mxfp8, not as " + mode + ".");
      }
    }
  }

  /**
   * Its rows of the first {@code tokens} ids, and of the last few, where the control tokens are:
   * byte-pair encodings number their tokens by the order in which they were merged, the most
   * frequent first. Takes no memory.
   */
  record Frequent(int tokens) implements DraftHead {
    public Frequent {
      if (tokens < 1) {
        throw new IllegalArgumentException(
            "A draft head needs at least 1 token to draft, not " + tokens + ".");
      }
    }
  }
}
