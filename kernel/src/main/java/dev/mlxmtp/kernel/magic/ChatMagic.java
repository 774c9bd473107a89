package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One turn of the conversation, or its settings. */
@Command(
    name = "chat",
    description = ChatMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class ChatMagic implements Magic {
  static final String SUMMARY = "Say something in the chat, or start it anew";

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..1",
      description = "What to say: the rest of the line, as it is.")
  private Optional<String> text = Optional.empty();

  @Option(names = "--reset", description = "Forget what was said; the system's message stays.")
  private boolean reset;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "Set the system's message and start anew; an empty one removes it.")
  private Optional<String> system = Optional.empty();

  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Session session = workspace.session(model.choice());
    Conversation conversation = workspace.conversation();
    if (reset) {
      conversation.restart();
    }
    system.ifPresent(conversation::system);
    if (text.isPresent()) {
      return say(text.get(), workspace);
    }
    int messages = conversation.messages().size();
    workspace
        .screen()
        .note(
            messages == 0
                ? "a new conversation with " + session.info().name()
                : "a conversation of "
                    + (messages == 1 ? "1 message" : messages + " messages")
                    + " with "
                    + session.info().name(),
            Tone.NOTE);
    return Outcome.DONE;
  }

  /** Says something in the chat with the resident model and shows the answer. */
  public static Outcome say(String text, Workspace workspace) {
    Session session = workspace.session(ModelChoice.any());
    Prompt.Chat prompt = workspace.conversation().ask(text);
    boolean startsInThinking = Answering.opensThinking(session, prompt);
    Generation generation =
        new Answering(workspace, session).stream(GenerateRequest.builder(prompt).build());
    boolean complete = generation.finishReason() == Generation.FinishReason.STOP;
    // A cancelled answer stays part of the conversation as far as it came.
    if (complete || generation.tokens().length > 0) {
      workspace.conversation().add(text, generation.text(), startsInThinking, !complete);
    }
    return generation.finishReason() == Generation.FinishReason.CANCELLED
        ? Outcome.CANCELLED
        : Outcome.DONE;
  }
}
