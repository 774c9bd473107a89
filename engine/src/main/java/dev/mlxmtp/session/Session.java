package dev.mlxmtp.session;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.decode.Speculation;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.MlxException;
import dev.mlxmtp.mlx.Scope;
import dev.mlxmtp.model.Qwen35;
import dev.mlxmtp.text.ChatTemplate;
import dev.mlxmtp.text.OutputParser;
import dev.mlxmtp.text.RenderOptions;
import dev.mlxmtp.text.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A resident model with its caches. Requests run one at a time on the engine thread; their events
 * arrive on the thread that made the request. A request that fails or is cancelled leaves the model
 * and the caches usable.
 */
public final class Session implements AutoCloseable {
  // Tokens at a prompt's end that can tell whether a think block is open.
  private static final int THINK_TAIL = 16;

  private final EngineThread engine = EngineThread.get();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final ModelInfo info;
  private final Qwen35 model;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final Defaults defaults;
  private final ContextCache context;
  private final Learnt learnt = new Learnt();

  private Session(LoadedModel loaded) {
    this.info = loaded.info();
    this.model = loaded.model();
    this.tokenizer = loaded.tokenizer();
    this.template = loaded.template();
    this.defaults = loaded.defaults();
    this.context = engine.call(() -> new ContextCache(model));
  }

  /**
   * Loads a model folder.
   *
   * @param events told of the progress
   * @throws dev.mlxmtp.checkpoint.CheckpointException where the folder holds no complete, supported
   *     model
   * @throws dev.mlxmtp.text.ModelFilesException where its tokenizer or template is missing or
   *     broken
   * @throws MlxException where the device is missing
   */
  public static Session open(Path folder, SessionOptions options, Consumer<Event> events) {
    return new Session(LoadedModel.load(folder, options, events));
  }

  /** Loads a model folder with the default settings. */
  public static Session open(Path folder) {
    return open(folder, SessionOptions.defaults(), event -> {});
  }

  /** What is loaded. */
  public ModelInfo info() {
    return info;
  }

  /**
   * True where exact and fast verification of drafts are one here, since a row's numbers do not
   * depend on its neighbours. The first call runs the model to see it.
   */
  public boolean isRowInvariant() {
    return engine.call(model::isRowInvariant);
  }

  /** The model's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Sampling and stop tokens where a request leaves them open. */
  public Defaults defaults() {
    return defaults;
  }

  /** The prompt's tokens as a request with it would see them. */
  public int[] encode(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Tokens tokens -> tokens.ids();
      case Prompt.Raw(String text) -> tokenizer.encode(text);
      case Prompt.Chat chat -> {
        RenderOptions render = RenderOptions.GENERATE;
        if (chat.think().isPresent()) {
          render = render.withThinking(chat.think().get());
        }
        ChatTemplate present =
            template.orElseThrow(
                () ->
                    new SessionException(
                        "The model in "
                            + info.folder()
                            + " has no chat template; give the prompt as it is: with --raw, or with \"raw\": true"
                            + " in a file of prompts."));
        yield tokenizer.encode(present.renderPrompt(chat.messages(), chat.tools(), render));
      }
    };
  }

  /** True where the answer to the prompt begins inside the model's thinking. */
  public boolean opensThinking(Prompt prompt) {
    int[] ids = encode(prompt);
    int[] tail = Arrays.copyOfRange(ids, Math.max(0, ids.length - THINK_TAIL), ids.length);
    return OutputParser.opensThinking(tokenizer.decode(tail, false));
  }

  /** Answers one user message with the defaults. */
  public Generation generate(String prompt) {
    return generate(prompt, options -> options);
  }

  /** Answers one user message. */
  public Generation generate(String prompt, UnaryOperator<GenerateRequest.Builder> options) {
    return generate(
        options.apply(GenerateRequest.builder(Prompt.user(prompt))).build(), event -> {});
  }

  /**
   * Serves a request and waits for its end. An interrupt of the calling thread cancels it.
   *
   * @throws SessionException where the request cannot be served by this model
   * @throws IllegalArgumentException where its settings contradict each other
   * @throws MlxException where the device fails; the caches are emptied then, the model stays
   */
  public Generation generate(GenerateRequest request, Consumer<Event> events) {
    Generator.Asked asked = checked(request);
    cancelled.set(false);
    return EventQueue.deliver(
        engine, events, cancelled, queue -> run(generator -> generator.run(asked, context, queue)));
  }

  /**
   * Serves several requests together: each round of all of them is one pass of the model, of which
   * every request takes what it accepts. The answers are those that the requests would get by
   * themselves; their times and their memory are those of all. The session's own caches are neither
   * used nor changed. Where the model's numbers depend on what is computed beside them, the
   * requests take turns, a round each.
   *
   * @throws SessionException where a request cannot be served by this model
   * @throws IllegalArgumentException where settings contradict each other
   * @throws MlxException where the device fails
   */
  public List<Generation> generateAll(List<GenerateRequest> requests) {
    List<Generator.Asked> asked = requests.stream().map(this::checked).toList();
    if (requests.stream().map(GenerateRequest::draftHead).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "Requests that are served together need one draft head; give all the same.");
    }
    cancelled.set(false);
    return EventQueue.deliver(
        engine,
        event -> {},
        cancelled,
        queue -> {
          List<ContextCache> contexts =
              asked.stream().map(each -> new ContextCache(model)).toList();
          try {
            return apart(generator -> generator.runTogether(asked, contexts, queue));
          } finally {
            contexts.forEach(ContextCache::close);
          }
        });
  }

  /**
   * Sees whether a request can be served, without serving it.
   *
   * @throws SessionException where it cannot
   */
  public void check(GenerateRequest request) {
    checked(request);
  }

  private Generator.Asked checked(GenerateRequest request) {
    SamplingOptions sampling = request.sampling().orElse(defaults.sampling());
    DraftOptions draft = request.draft().orElseGet(this::defaultDraft);
    if (draft instanceof DraftOptions.Mtp && model.mtp().isEmpty()) {
      throw new SessionException(
          "The model "
              + info.name()
              + " has no MTP head to draft with; decode plainly with --mtp=0.");
    }
    sampling.bias().keySet().forEach(this::checkBias);
    int[] prompt = encode(request.prompt());
    checkPrompt(prompt);
    return new Generator.Asked(prompt, request, draft, sampling);
  }

  private <T> T run(Function<Generator, T> task) {
    try {
      return apart(task);
    } catch (RuntimeException | Error e) {
      // What the caches hold of the failed step is unknown.
      context.reset();
      throw e;
    }
  }

  private <T> T apart(Function<Generator, T> task) {
    try (var _ = Scope.open()) {
      return task.apply(
          new Generator(
              model,
              tokenizer,
              defaults.stopTokens(),
              defaults.turnToken(),
              learnt,
              cancelled::get));
    }
  }

  private DraftOptions defaultDraft() {
    return model.mtp().isPresent() ? DraftOptions.Auto.standard() : new DraftOptions.None();
  }

  private void checkPrompt(int[] prompt) {
    if (prompt.length == 0) {
      throw new SessionException("The prompt is empty; give at least one token to continue.");
    }
    int room = model.config().maxPositions();
    if (prompt.length >= room) {
      throw new SessionException(
          "The prompt has "
              + prompt.length
              + " tokens, and the context of "
              + info.name()
              + " holds "
              + room
              + " with the answer; shorten the prompt.");
    }
    int vocabulary = model.config().vocabularySize();
    Arrays.stream(prompt)
        .filter(t -> t < 0 || t >= vocabulary)
        .findFirst()
        .ifPresent(
            t -> {
              throw new SessionException(
                  "The prompt holds token "
                      + t
                      + ", and the vocabulary of "
                      + info.name()
                      + " ends at "
                      + (vocabulary - 1)
                      + "; it was made by another tokenizer.");
            });
  }

  private void checkBias(int token) {
    if (token >= tokenizer.vocabularySize()) {
      throw new SessionException(
          "The bias is for token "
              + token
              + ", and the vocabulary of "
              + info.name()
              + " ends at "
              + (tokenizer.vocabularySize() - 1)
              + "; %tokens shows the tokens of a text.");
    }
  }

  /** Ends the running request after its present step, if there is one. Any thread. */
  public void cancel() {
    cancelled.set(true);
  }

  /**
   * What the model itself gives each token of a prompt but the first, after those before it: the
   * natural logarithms of the probabilities, one fewer than tokens. The caches stay as they are.
   *
   * @throws SessionException where the prompt is empty or longer than the context
   */
  public float[] score(Prompt prompt) {
    int[] tokens = encode(prompt);
    checkPrompt(tokens);
    return engine.call(() -> Scoring.of(model, tokens));
  }

  /**
   * How near another token was to the one that stands in a place of the answer to a request.
   * Computed by fresh passes over what stands before it, which may round by a unit in the last
   * place otherwise than the run did; the caches stay as they are.
   *
   * @param answer the tokens of the answer before that place
   * @throws SessionException where there is nothing before it, or more than the context holds
   */
  public LogitGap gap(GenerateRequest request, int[] answer, int token, int other) {
    SamplingOptions sampling = request.sampling().orElse(defaults.sampling());
    int[] prompt = encode(request.prompt());
    int[] context = Arrays.copyOf(prompt, prompt.length + answer.length);
    System.arraycopy(answer, 0, context, prompt.length, answer.length);
    checkPrompt(context);
    checkPrompt(new int[] {token, other});
    return engine.call(() -> Scoring.gap(model, context, prompt.length, sampling, token, other));
  }

  /** Empties the caches. */
  public void reset() {
    engine.call(
        () -> {
          context.reset();
          return true;
        });
  }

  /**
   * Writes the caches to a safetensors file, from which a session of this or a later run of the
   * program goes on as this one would. The file appears whole or not at all; one that was there is
   * replaced.
   *
   * @throws SessionException where the caches are empty or the file cannot be written
   * @throws MlxException where the device fails; the caches are emptied then, the model stays
   */
  public void save(Path file) {
    engine.call(
        () -> {
          SavedContext.write(file, context, info);
          return true;
        });
  }

  /**
   * Takes up saved caches in place of the present ones, on whichever device they were made.
   *
   * @throws SessionException where the file is missing, damaged or none of saved caches, or was
   *     saved by another model, in another compute dtype or by another version of the format; the
   *     caches are as they were
   */
  public void restore(Path file) {
    engine.call(
        () -> {
          SavedContext.read(file, context, model, info);
          return true;
        });
  }

  /**
   * Every way to run a round as it looks at present, to the newest answer; none before their costs
   * are known.
   */
  public List<Speculation.Arm> arms() {
    return engine.call(() -> learnt.latest().arms());
  }

  /** What passes, rows and drafts cost at present; absent before that is known. */
  public Optional<Speculation.Costs> costs() {
    return engine.call(() -> learnt.latest().costs());
  }

  /** What is held at this moment. */
  public Resident resident() {
    return engine.call(
        () -> {
          var sequence = context.sequence();
          return new Resident(
              info.weightBytes() + model.draftHeadBytes(),
              sequence.cache().kvBytes() + sequence.mtpBytes(),
              sequence.cache().stateBytes(),
              context.pointBytes(),
              sequence.length());
        });
  }

  /** Frees model and caches. */
  @Override
  public void close() {
    engine.call(
        () -> {
          context.close();
          model.close();
          Memory.clearCache();
          return true;
        });
    tokenizer.close();
  }
}
