package dev.mlxmtp.session;

import dev.mlxmtp.decode.DecodeOptions;
import dev.mlxmtp.decode.Decoder;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.decode.Speculation;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.text.Detokenizer;
import dev.mlxmtp.text.StopStrings;
import dev.mlxmtp.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One request, from its prompt's tokens to its last round. Engine thread only. */
final class Generator {
  private final Qwen35 model;
  private final Tokenizer tokenizer;
  private final Set<Integer> stopTokens;
  private final OptionalInt turnToken;
  private final ContextCache context;
  private final Speculation learnt;

  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<Round> rounds = new ArrayList<>();

  /**
   * @param turnToken begins a turn ({@code <|im_start|>}), where the template has one
   */
  Generator(
      Qwen35 model,
      Tokenizer tokenizer,
      Set<Integer> stopTokens,
      OptionalInt turnToken,
      ContextCache context,
      Speculation learnt) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.stopTokens = stopTokens;
    this.turnToken = turnToken;
    this.context = context;
    this.learnt = learnt;
  }

  Generation run(
      int[] prompt,
      GenerateRequest request,
      DraftOptions draft,
      SamplingOptions sampling,
      Consumer<Event> events,
      BooleanSupplier cancelled) {
    long start = System.nanoTime();
    Memory.resetPeak();
    MtpVariant variant =
        switch (draft) {
          case DraftOptions.Mtp mtp -> mtp.variant();
          case DraftOptions.Auto auto -> auto.variant();
          case DraftOptions.None _, DraftOptions.NGram _ -> MtpVariant.standard();
        };
    int reused = context.prepare(prompt, variant, request.reuse());
    boolean drafting = draft instanceof DraftOptions.Mtp || draft instanceof DraftOptions.Auto;
    Prefill prefill =
        new Prefill(
            context,
            cancelled,
            done -> events.accept(new Event.PromptProgress(done, prompt.length, reused)));
    Run run = new Run(prompt, request, reused, start, describe(draft, sampling, request), events);
    if (!prefill.run(prompt, borders(prompt), drafting)) {
      return run.finish(Generation.FinishReason.CANCELLED, start, OptionalInt.empty());
    }

    Sequence sequence = context.sequence();
    Set<Integer> stops = request.ignoreStopTokens() ? Set.of() : stopTokens;
    DecodeOptions options =
        new DecodeOptions(
            draft,
            sampling,
            request.coupling(),
            stops,
            tokenizer.vocabularySize(),
            request.verification(),
            request.records(),
            request.timePhases(),
            request.dearRows());
    int budget = Math.min(request.maxTokens(), model.config().maxPositions() - prompt.length);
    OptionalInt stop;
    long end;
    try (Decoder decoder = new Decoder(model, sequence, options, learnt)) {
      int first = decoder.first(prefill.last());
      run.firstToken();
      stop = run.emit(new int[] {first}, 0, stops);
      while (stop.isEmpty()
          && !run.stopped()
          && tokens.size() < budget
          && !cancelled.getAsBoolean()) {
        Round round = decoder.round(budget - tokens.size());
        rounds.add(round);
        events.accept(new Event.RoundDone(round));
        stop = run.emit(round.emitted(), round.accepted(), stops);
      }
      end = System.nanoTime();
    }
    sequence.settle();
    Generation.FinishReason reason =
        stop.isPresent() || run.stopped()
            ? Generation.FinishReason.STOP
            : tokens.size() >= budget
                ? Generation.FinishReason.LENGTH
                : Generation.FinishReason.CANCELLED;
    return run.finish(reason, end, stop);
  }

  // The last two turn borders: the next request shares the prompt at least up to its last user
  // turn, and a template that
  // drops the thinking of past turns differs right after the opening of the answer.
  private Set<Integer> borders(int[] prompt) {
    Set<Integer> borders = new HashSet<>();
    if (turnToken.isPresent()) {
      for (int i = prompt.length - 1; i > 0 && borders.size() < 2; i--) {
        if (prompt[i] == turnToken.getAsInt()) {
          borders.add(i);
        }
      }
    }
    return borders;
  }

  private static String describe(
      DraftOptions draft, SamplingOptions sampling, GenerateRequest request) {
    boolean plain = draft instanceof DraftOptions.None;
    return describe(draft)
        + (plain || sampling.isArgmax() ? "" : ", " + request.coupling() + " coupling")
        + (plain || request.verification() == Verification.FAST ? "" : ", verified exactly");
  }

  private static String describe(DraftOptions draft) {
    return switch (draft) {
      case DraftOptions.None() -> "plain";
      case DraftOptions.NGram(int most, int shortest) ->
          "ngram, up to " + most + " after " + shortest + " that agree";
      case DraftOptions.Auto(int most, MtpVariant variant) ->
          "auto"
              + (most < DraftOptions.Mtp.MAX_DEPTH ? ", depth up to " + most : "")
              + describe(variant);
      case DraftOptions.Mtp(int depth, double least, MtpVariant variant) ->
          "mtp, depth " + depth + (least > 0 ? ", drafts above " + least : "") + describe(variant);
    };
  }

  private static String describe(MtpVariant variant) {
    return (variant.postNorm() ? "" : ", pre-norm hidden state")
        + (variant.history() ? "" : ", no history")
        + (variant.chainPostNorm() ? "" : ", chained before the norm");
  }

  /** The text side of a run: tokens become text, and text may end it. */
  private final class Run {
    private final int[] prompt;
    private final int reused;
    private final long start;
    private final String decoder;
    private final Consumer<Event> events;
    private final Detokenizer detokenizer;
    private final StopStrings stops;
    private long first;

    Run(
        int[] prompt,
        GenerateRequest request,
        int reused,
        long start,
        String decoder,
        Consumer<Event> events) {
      this.prompt = prompt;
      this.reused = reused;
      this.start = start;
      this.first = start;
      this.decoder = decoder;
      this.events = events;
      this.detokenizer = new Detokenizer(tokenizer, request.ignoreStopTokens());
      this.stops = new StopStrings(request.stop());
    }

    void firstToken() {
      first = System.nanoTime();
    }

    boolean stopped() {
      return stops.isStopped();
    }

    // Takes the tokens of a round, of which the first so many were accepted drafts; returns the
    // stop token if one came.
    OptionalInt emit(int[] emitted, int accepted, Set<Integer> stopTokens) {
      for (int i = 0; i < emitted.length && !stopped(); i++) {
        if (stopTokens.contains(emitted[i])) {
          return OptionalInt.of(emitted[i]);
        }
        tokens.add(emitted[i]);
        String piece = stops.push(detokenizer.add(emitted[i])).text();
        text.append(piece);
        events.accept(
            new Event.Token(
                emitted[i],
                piece,
                i < accepted ? Event.Origin.ACCEPTED_DRAFT : Event.Origin.MODEL));
      }
      return OptionalInt.empty();
    }

    Generation finish(Generation.FinishReason reason, long end, OptionalInt stop) {
      if (!stopped()) {
        String rest = stops.push(detokenizer.finish()).text() + stops.finish();
        if (!rest.isEmpty()) {
          text.append(rest);
          events.accept(new Event.Tail(rest));
        }
      }
      return new Generation(
          decoder,
          prompt,
          reused,
          tokens.stream().mapToInt(t -> t).toArray(),
          stop,
          text.toString(),
          reason,
          List.copyOf(rounds),
          first - start,
          end - first,
          Memory.now().peak());
    }
  }
}
