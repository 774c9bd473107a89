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
  @Mixin private GenerationArguments generation = new GenerationArguments();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system's message before the prompt.")
  private Optional<String> system = Optional.empty();

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
    generation.request(asked, SamplingOptions.greedy());
    Session session = workspace.session(model.choice());
    GenerateRequest request = request(asked, session.defaults());
    Answering answering = new Answering(workspace, session);
    Generation answer;
    if (json) {
      answer = answering.run(request, event -> {});
      workspace.screen().println(GenerationJson.write(session.info(), answer));
    } else {
      answer = answering.stream(request).generation();
    }
    return answer.finishReason() == Generation.FinishReason.CANCELLED
        ? Outcome.CANCELLED
        : Outcome.DONE;
  }

  /** The request these options describe, for a model with these defaults. */
  GenerateRequest request(Prompt asked, Defaults defaults) {
    return generation.request(asked, defaults.sampling()).build();
  }

  private void check() {
    if (!images.isEmpty()) {
      throw new MagicException("This version reads no pictures; leave out --image.");
    }
    if (raw && (system.isPresent() || generation.think().isPresent())) {
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
    return new Prompt.Chat(messages, List.of(), generation.think());
  }
}
