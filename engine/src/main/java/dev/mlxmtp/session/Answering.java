package dev.mlxmtp.session;

import dev.mlxmtp.decode.Decoder;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.mlx.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** An answer in the making, from its first token on. Engine thread only. */
final class Answering implements AutoCloseable {
  private final String name;
  private final int[] prompt;
  private final int reused;
  private final long start;
  private final Sequence sequence;
  private final Decoder decoder;
  private final AnswerText text;
  private final int budget;
  private final Consumer<Event> events;
  private final List<Round> rounds = new ArrayList<>();
  private final long first;
  private long end;

  /**
   * Chooses the first token.
   *
   * @param name of the way it is decoded
   * @param reused tokens of the prompt that were covered before
   * @param start when the request came, nanoseconds
   * @param sequence covers the prompt
   * @param decoder of that sequence; closed with this
   * @param budget tokens at most
   */
  Answering(
      String name,
      int[] prompt,
      int reused,
      long start,
      Sequence sequence,
      Decoder decoder,
      AnswerText text,
      int budget,
      Consumer<Event> events) {
    this.name = name;
    this.prompt = prompt;
    this.reused = reused;
    this.start = start;
    this.sequence = sequence;
    this.decoder = decoder;
    this.text = text;
    this.budget = budget;
    this.events = events;
    int token = decoder.first(sequence.newest());
    this.first = System.nanoTime();
    this.end = first;
    text.add(new int[] {token}, 0);
  }

  /** True where another round is to be run. */
  boolean goesOn() {
    return !text.isStopped() && text.length() < budget;
  }

  Decoder decoder() {
    return decoder;
  }

  /** Tokens that may still come. */
  int left() {
    return budget - text.length();
  }

  /** Takes up a round. */
  void take(Round round) {
    rounds.add(round);
    events.accept(new Event.RoundDone(round));
    text.add(round.emitted(), round.accepted());
    end = System.nanoTime();
  }

  /** The answer as it is. The decoder is closed. */
  Generation finish() {
    decoder.close();
    sequence.settle();
    Generation.FinishReason reason =
        text.isStopped()
            ? Generation.FinishReason.STOP
            : text.length() >= budget
                ? Generation.FinishReason.LENGTH
                : Generation.FinishReason.CANCELLED;
    text.finish();
    return generation(reason);
  }

  private Generation generation(Generation.FinishReason reason) {
    return new Generation(
        name,
        prompt,
        reused,
        text.tokens(),
        text.stopToken(),
        text.toString(),
        reason,
        List.copyOf(rounds),
        first - start,
        end - first,
        Memory.now().peak());
  }

  /** What there is of an answer that was cancelled before its first token. */
  static Generation cancelled(String name, int[] prompt, int reused) {
    return new Generation(
        name,
        prompt,
        reused,
        new int[0],
        OptionalInt.empty(),
        "",
        Generation.FinishReason.CANCELLED,
        List.of(),
        0,
        0,
        Memory.now().peak());
  }

  @Override
  public void close() {
    decoder.close();
  }
}
