package dev.mlxmtp.bench;

import dev.mlxmtp.decode.AcceptanceStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A drafter on one kind of prompt.
 *
 * @param tokens of its answers in one turn
 * @param timeToFirstToken median nanoseconds of all timed answers
 * @param prefill prompt tokens ÷ seconds to the first token, a figure a turn
 * @param decode tokens a second, a figure a turn; absent where nothing was decoded
 * @param ratio tokens a second ÷ those of plain decoding in the same turn, median of the turns;
 *     absent where plain decoding was not measured
 * @param acceptance of all timed answers together
 * @param phases of a round; absent where there was none
 * @param peakMemory bytes at most
 * @param texts absent where plain decoding was not measured
 */
public record DrafterResult(
    String drafter,
    int tokens,
    double timeToFirstToken,
    Optional<Spread> prefill,
    Optional<Spread> decode,
    OptionalDouble ratio,
    AcceptanceStats acceptance,
    Optional<Phases> phases,
    long peakMemory,
    Optional<TextComparison> texts) {

  /** Milliseconds a round, from the turn that times them apart. */
  public record Phases(double draft, double verify, double host) {}

  static DrafterResult of(
      String drafter, List<Answers> own, double[] speeds, Optional<double[]> plainSpeeds) {
    List<Answers.Run> timed = own.stream().flatMap(a -> a.timed().stream()).toList();
    return new DrafterResult(
        drafter,
        own.stream().mapToInt(a -> a.timed().getFirst().tokens().length).sum(),
        Median.of(timed.stream().mapToDouble(Answers.Run::timeToFirstToken).toArray()),
        Spread.of(TurnFigures.prefills(own)),
        Spread.of(speeds),
        plainSpeeds.map(p -> TurnFigures.ratio(speeds, p)).orElseGet(OptionalDouble::empty),
        sum(timed.stream().map(Answers.Run::acceptance).toList()),
        phases(own),
        own.stream().flatMap(Answers::runs).mapToLong(Answers.Run::peakMemory).max().orElse(0),
        plainSpeeds.map(p -> TextComparison.of(own)));
  }

  private static AcceptanceStats sum(List<AcceptanceStats> all) {
    int depth = all.stream().mapToInt(s -> s.drafted().size()).max().orElse(0);
    List<Integer> drafted = new ArrayList<>();
    List<Integer> accepted = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      int position = i;
      List<AcceptanceStats> deep = all.stream().filter(s -> s.drafted().size() > position).toList();
      drafted.add(deep.stream().mapToInt(s -> s.drafted().get(position)).sum());
      accepted.add(deep.stream().mapToInt(s -> s.accepted().get(position)).sum());
    }
    return new AcceptanceStats(
        all.stream().mapToInt(AcceptanceStats::rounds).sum(),
        drafted,
        accepted,
        all.stream().mapToInt(AcceptanceStats::emitted).sum());
  }

  private static Optional<Phases> phases(List<Answers> own) {
    int rounds = own.stream().mapToInt(a -> a.apart().acceptance().rounds()).sum();
    if (rounds == 0) {
      return Optional.empty();
    }
    Answers.Times sum =
        own.stream()
            .map(a -> a.apart().times())
            .reduce(new Answers.Times(0, 0, 0), Answers.Times::plus);
    double ms = rounds * 1e6;
    return Optional.of(new Phases(sum.draft() / ms, sum.verify() / ms, sum.host() / ms));
  }
}
