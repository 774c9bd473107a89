package dev.mlxmtp.decode;

import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Qwen35;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A whole text from the decode loop alone, without a session around it.
 *
 * @param tokens emitted, a stop token at the end included
 * @param covered what the sequence's caches cover at the end, prompt included
 */
record Decoding(int[] tokens, List<Round> rounds, int[] covered) {

  /** Looks at the sequence after a round; {@code newest} is not yet among its tokens. */
  interface AfterRound {
    void check(Sequence sequence, int newest);
  }

  /** Greedy, past every stop token. */
  static Decoding run(Qwen35 model, int[] prompt, DraftOptions draft, int count) {
    return run(model, prompt, draft, count, Set.of());
  }

  /** Greedy, up to the first of the stop tokens. Engine thread only. */
  static Decoding run(
      Qwen35 model, int[] prompt, DraftOptions draft, int count, Set<Integer> stops) {
    return run(model, prompt, draft, count, stops, (sequence, newest) -> {});
  }

  /** The same, with a look at the sequence after every round. */
  static Decoding run(
      Qwen35 model,
      int[] prompt,
      DraftOptions draft,
      int count,
      Set<Integer> stops,
      AfterRound afterRound) {
    return run(
        model, prompt, draft, SamplingOptions.greedy(), Coupling.GUMBEL, count, stops, afterRound);
  }

  /** Chosen in any way. */
  static Decoding run(
      Qwen35 model,
      int[] prompt,
      DraftOptions draft,
      SamplingOptions sampling,
      Coupling coupling,
      int count,
      Set<Integer> stops,
      AfterRound afterRound) {
    MtpVariant variant =
        draft instanceof DraftOptions.Mtp mtp ? mtp.variant() : MtpVariant.standard();
    DecodeOptions options =
        new DecodeOptions(
            draft,
            sampling,
            coupling,
            stops,
            model.config().vocabularySize(),
            new DraftHead.Full(),
            Verification.FAST,
            true,
            false,
            false);
    List<Integer> tokens = new ArrayList<>();
    List<Round> rounds = new ArrayList<>();
    try (Sequence sequence = new Sequence(model, variant);
        var _ = Scope.open()) {
      sequence.extend(prompt);
      try (Decoder decoder = new Decoder(model, sequence, options, new Speculation())) {
        tokens.add(decoder.first(sequence.newest()));
        while (tokens.size() < count && !stops.contains(tokens.getLast())) {
          Round round = decoder.round(count - tokens.size());
          rounds.add(round);
          Arrays.stream(round.emitted()).forEach(tokens::add);
          try (var _ = Scope.open()) {
            afterRound.check(sequence, tokens.getLast());
          }
        }
      }
      return new Decoding(tokens.stream().mapToInt(t -> t).toArray(), rounds, sequence.tokens());
    }
  }
}
