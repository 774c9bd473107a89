package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.kernel.display.ComparisonView;
import dev.mlxmtp.kernel.display.QuantizationView;
import dev.mlxmtp.kernel.display.TokenRow;
import dev.mlxmtp.kernel.magic.Asking;
import dev.mlxmtp.kernel.magic.CompareMagic;
import dev.mlxmtp.kernel.magic.ModelChoice;
import dev.mlxmtp.kernel.magic.QuantizeMagic;
import dev.mlxmtp.kernel.magic.Workspace;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Resident;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The session as Java cells see it: always the resident model, which is loaded when it is first
 * needed. What was set by {@code %set} holds here too.
 *
 * <pre>{@code
 * var answer = session.generate("Returns the sum of two integers.", o -> o.mtp(2));
 * answer.acceptance().rate(0);
 * }</pre>
 */
public final class LiveSession {
  private static final int COMPARED_TOKENS = 128;
  private static final int RUNS = 3;

  private final Supplier<CellRunner> runner;

  LiveSession(Supplier<CellRunner> runner) {
    this.runner = runner;
  }

  private Workspace workspace() {
    return runner.get().workspace();
  }

  /** The engine's own session. */
  public Session engine() {
    return workspace().session(ModelChoice.any());
  }

  /** Answers a message unseen. */
  public Answer generate(String message) {
    return generate(message, o -> o);
  }

  /** Answers a message unseen, with settings: {@code o -> o.mtp(3).maxTokens(40)}. */
  public Answer generate(String message, UnaryOperator<GenerateRequest.Builder> options) {
    return generate(Prompt.user(message), options);
  }

  /** Continues any prompt unseen: {@code new Prompt.Raw("…")} for a text without template. */
  public Answer generate(Prompt prompt, UnaryOperator<GenerateRequest.Builder> options) {
    return asking(false).answer(prompt, options);
  }

  /** Answers a message before the user's eyes. */
  public Answer stream(String message) {
    return stream(message, o -> o);
  }

  /** Answers a message before the user's eyes, with settings. */
  public Answer stream(String message, UnaryOperator<GenerateRequest.Builder> options) {
    return asking(true).answer(Prompt.user(message), options);
  }

  private Asking asking(boolean seen) {
    return new Asking(workspace(), seen);
  }

  /** Answers a message at several depths, 0 for plain decoding, three timed runs of each. */
  public ComparisonView compare(String message, int... depths) {
    List<DraftOptions> settings = Arrays.stream(depths).mapToObj(DraftOptions::mtp).toList();
    Session session = engine();
    return CompareMagic.compare(
        workspace(),
        session,
        settings,
        RUNS,
        () ->
            GenerateRequest.builder(Prompt.user(message))
                .sampling(session.defaults().sampling())
                .maxTokens(COMPARED_TOKENS));
  }

  /**
   * Writes a quantized copy of the resident model and compares each tensor with its source. A model
   * that the folder holds already is replaced.
   *
   * @param mode as {@code %quantize} takes it, such as {@code mxfp4}
   */
  public QuantizationView quantize(String mode, Path folder) {
    return QuantizeMagic.quantize(workspace(), engine().info().folder(), mode, folder);
  }

  /** A text cut into tokens. */
  public TokenRow tokens(String text) {
    Session session = engine();
    return TokenRow.of(session.tokenizer(), session.encode(new Prompt.Raw(text)));
  }

  /** The text of tokens. */
  public String text(int... tokens) {
    return engine().tokenizer().decode(tokens, false);
  }

  /** What is loaded. */
  public ModelInfo info() {
    return engine().info();
  }

  /** What is held at this moment. */
  public Resident resident() {
    return engine().resident();
  }

  /** Empties the caches. */
  public void reset() {
    engine().reset();
  }

  @Override
  public String toString() {
    return workspace().resident().map(s -> "session with " + s.info().name()).orElse("session");
  }
}
