package dev.mlxmtp.session;

import dev.mlxmtp.text.Detokenizer;
import dev.mlxmtp.text.StopStrings;
import dev.mlxmtp.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** An answer's tokens as they become text, and what ends it: a stop token or a stop text. */
final class AnswerText {
  private final Detokenizer detokenizer;
  private final StopStrings stops;
  private final Set<Integer> stopTokens;
  private final Consumer<Event> events;
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private OptionalInt stopToken = OptionalInt.empty();

  AnswerText(
      Tokenizer tokenizer,
      GenerateRequest request,
      Set<Integer> stopTokens,
      Consumer<Event> events) {
    this.detokenizer = new Detokenizer(tokenizer, request.ignoreStopTokens());
    this.stops = new StopStrings(request.stop());
    this.stopTokens = stopTokens;
    this.events = events;
  }

  /** Takes the tokens of a round, of which the first so many were accepted drafts. */
  void add(int[] emitted, int accepted) {
    for (int i = 0; i < emitted.length && !stops.isStopped(); i++) {
      if (stopTokens.contains(emitted[i])) {
        stopToken = OptionalInt.of(emitted[i]);
        return;
      }
      tokens.add(emitted[i]);
      String piece = stops.push(detokenizer.add(emitted[i])).text();
      text.append(piece);
      events.accept(
          new Event.Token(
              emitted[i], piece, i < accepted ? Event.Origin.ACCEPTED_DRAFT : Event.Origin.MODEL));
    }
  }

  /** Hands out what was held back, once no more tokens come. */
  void finish() {
    if (!stops.isStopped()) {
      String rest = stops.push(detokenizer.finish()).text() + stops.finish();
      if (!rest.isEmpty()) {
        text.append(rest);
        events.accept(new Event.Tail(rest));
      }
    }
  }

  /** True where a stop token or a stop text came. */
  boolean isStopped() {
    return stopToken.isPresent() || stops.isStopped();
  }

  OptionalInt stopToken() {
    return stopToken;
  }

  /** How many there are. */
  int length() {
    return tokens.size();
  }

  int[] tokens() {
    return tokens.stream().mapToInt(t -> t).toArray();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
