package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.Defaults;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One answer to one prompt, outside the chat. */
@Command(
    name = "generate",
    description = GenerateMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class GenerateMagic implements Magic {
  static final String SUMMARY = "Answer one prompt, outside the chat";

  private static final String STANDARD_INPUT = "-";

  @Parameters(
      paramLabel = "PROMPT",
      arity = "1",
      description =
          "The text to answer; - reads standard input, byte for byte. In the REPL: the rest of the"
              + " line, as it is.")
  private String prompt = "";

  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private DraftArguments draft = new DraftArguments();
  @Mixin private SamplingArguments sampling = new SamplingArguments();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Emit at most so many tokens. Default: 512.")
  private int maxTokens = GenerateRequest.DEFAULT_MAX_TOKENS;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      arity = "1",
      description = "End the answer before this text. Repeatable.")
  private List<String> stop = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "Go on past the model's stop tokens.")
  private boolean ignoreEos;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system's message before the prompt.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--think",
      negatable = true,
      description = "Ask the chat template for thinking, or for none. Default: the template's.")
  private Optional<Boolean> think = Optional.empty();

  @Option(
      names = "--raw",
      description = "Take the prompt as it is, without chat template; special tokens in it count.")
  private boolean raw;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      arity = "1",
      description = "A picture that belongs to the prompt. Repeatable.")
  private List<String> images = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON object instead of the text.")
  private boolean json;

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    check();
    Prompt asked = prompt(prompt.equals(STANDARD_INPUT) ? workspace.readInput() : prompt);
    // What is wrong in itself shows before a model is loaded.
    request(asked, SamplingOptions.greedy());
    Session session = workspace.session(model.choice());
    GenerateRequest request = request(asked, session.defaults());
    Answering answering = new Answering(workspace, session);
    Generation generation;
    if (json) {
      generation = answering.run(request, event -> {});
      workspace.screen().println(GenerationJson.write(session.info(), generation));
    } else {
      generation = answering.stream(request);
    }
    return generation.finishReason() == Generation.FinishReason.CANCELLED
        ? Outcome.CANCELLED
        : Outcome.DONE;
  }

  /** The request these options describe, for a model with these defaults. */
  GenerateRequest request(Prompt asked, Defaults defaults) {
    return request(asked, defaults.sampling());
  }

  private GenerateRequest request(Prompt asked, SamplingOptions defaults) {
    try {
      GenerateRequest.Builder builder =
          GenerateRequest.builder(asked)
              .sampling(sampling.over(defaults))
              .maxTokens(maxTokens)
              .ignoreStopTokens(ignoreEos);
      draft.choice().ifPresent(builder::draft);
      stop.forEach(builder::stop);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new MagicException(capitalized(e.getMessage()), e);
    }
  }

  private void check() {
    if (!images.isEmpty()) {
      throw new MagicException("This version reads no pictures; leave out --image.");
    }
    if (raw && (system.isPresent() || think.isPresent())) {
      throw new MagicException(
          "--raw takes the prompt without the chat template, which "
              + (system.isPresent() ? "--system" : "--think")
              + " is a setting of; leave out one of them.");
    }
  }

  private Prompt prompt(String text) {
    if (raw) {
      return new Prompt.Raw(text);
    }
    List<Message> messages = new ArrayList<>();
    system.map(Message::system).ifPresent(messages::add);
    messages.add(Message.user(text));
    return new Prompt.Chat(messages, List.of(), think);
  }

  private static String capitalized(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }
}
