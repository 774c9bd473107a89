package dev.mlxmtp.session;

import dev.mlxmtp.decode.Batch;
import dev.mlxmtp.decode.DecodeOptions;
import dev.mlxmtp.decode.Decoder;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.decode.Verification;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Requests, from their prompts' tokens to their last rounds. Engine thread only. */
final class Generator {
  private final Qwen35 model;
  private final Tokenizer tokenizer;
  private final Set<Integer> stopTokens;
  private final OptionalInt turnToken;
  private final Learnt learnt;
  private final BooleanSupplier cancelled;

  /**
   * A request whose settings are all known.
   *
   * @param prompt its tokens
   */
  record Asked(
      int[] prompt, GenerateRequest request, DraftOptions draft, SamplingOptions sampling) {
    MtpVariant variant() {
      return switch (draft) {
        case DraftOptions.Mtp mtp -> mtp.variant();
        case DraftOptions.Auto auto -> auto.variant();
        case DraftOptions.None _, DraftOptions.NGram _ -> MtpVariant.standard();
      };
    }

    boolean usesHead() {
      return draft instanceof DraftOptions.Mtp || draft instanceof DraftOptions.Auto;
    }
  }

  /**
   * @param turnToken begins a turn ({@code <|im_start|>}), where the template has one
   * @param cancelled asked between steps
   */
  Generator(
      Qwen35 model,
      Tokenizer tokenizer,
      Set<Integer> stopTokens,
      OptionalInt turnToken,
      Learnt learnt,
      BooleanSupplier cancelled) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.stopTokens = stopTokens;
    this.turnToken = turnToken;
    this.learnt = learnt;
    this.cancelled = cancelled;
  }

  /**
   * Answers.
   *
   * @param context what may be reused, and where the answer is remembered
   */
  Generation run(Asked asked, ContextCache context, Consumer<Event> events) {
    Memory.resetPeak();
    return switch (begin(asked, context, events)) {
      case Begun.Cancelled(Generation none) -> none;
      case Begun.Ongoing(Answering answer) -> {
        try (answer) {
          while (answer.goesOn() && !cancelled.getAsBoolean()) {
            answer.take(answer.decoder().round(answer.left()));
          }
          yield answer.finish();
        }
      }
    };
  }

  /**
   * Answers several, a round of all in one pass of the model.
   *
   * @param contexts one for each
   */
  List<Generation> runTogether(
      List<Asked> all, List<ContextCache> contexts, Consumer<Event> events) {
    Memory.resetPeak();
    List<Begun> begun = new ArrayList<>();
    try {
      for (int i = 0; i < all.size(); i++) {
        begun.add(begin(all.get(i), contexts.get(i), events));
      }
      List<Answering> going = going(begun);
      while (!going.isEmpty() && !cancelled.getAsBoolean()) {
        List<Round> rounds =
            Batch.round(
                model,
                going.stream().map(Answering::decoder).toList(),
                going.stream().mapToInt(Answering::left).toArray());
        for (int i = 0; i < rounds.size(); i++) {
          going.get(i).take(rounds.get(i));
        }
        going = going(begun);
      }
      return begun.stream().map(Begun::finish).toList();
    } finally {
      begun.forEach(Begun::close);
    }
  }

  private static List<Answering> going(List<Begun> begun) {
    List<Answering> going = new ArrayList<>();
    for (Begun one : begun) {
      if (one instanceof Begun.Ongoing(Answering answer) && answer.goesOn()) {
        going.add(answer);
      }
    }
    return going;
  }

  /** What became of a prompt. */
  private sealed interface Begun {
    record Cancelled(Generation none) implements Begun {}

    record Ongoing(Answering answer) implements Begun {}

    default Generation finish() {
      return switch (this) {
        case Cancelled(Generation none) -> none;
        case Ongoing(Answering answer) -> answer.finish();
      };
    }

    default void close() {
      if (this instanceof Ongoing(Answering answer)) {
        answer.close();
      }
    }
  }

  private Begun begin(Asked asked, ContextCache context, Consumer<Event> events) {
    long start = System.nanoTime();
    int[] prompt = asked.prompt();
    GenerateRequest request = asked.request();
    String name = describe(asked.draft(), asked.sampling(), request);
    int reused = context.prepare(prompt, asked.variant(), request.reuse());
    Prefill prefill =
        new Prefill(
            context,
            cancelled,
            done -> events.accept(new Event.PromptProgress(done, prompt.length, reused)));
    if (!prefill.run(prompt, borders(prompt), asked.usesHead())) {
      return new Begun.Cancelled(Answering.cancelled(name, prompt, reused));
    }
    Set<Integer> stops = request.ignoreStopTokens() ? Set.of() : stopTokens;
    Sequence sequence = context.sequence();
    return new Begun.Ongoing(
        new Answering(
            name,
            prompt,
            reused,
            start,
            sequence,
            new Decoder(model, sequence, options(asked, stops), learnt.of(request)),
            new AnswerText(tokenizer, request, stops, events),
            Math.min(request.maxTokens(), model.config().maxPositions() - prompt.length),
            events));
  }

  private DecodeOptions options(Asked asked, Set<Integer> stops) {
    GenerateRequest request = asked.request();
    return new DecodeOptions(
        asked.draft(),
        asked.sampling(),
        request.coupling(),
        stops,
        tokenizer.vocabularySize(),
        request.draftHead().orElseGet(() -> DraftHead.standard(tokenizer.vocabularySize())),
        request.verification(),
        request.records(),
        request.timePhases(),
        request.dearRows());
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
}
