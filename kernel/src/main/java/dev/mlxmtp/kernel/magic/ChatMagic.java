package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.nio.file.Path;
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

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the conversation to a file, as JSON in the form of chat APIs.")
  private Optional<Path> save = Optional.empty();

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "Go on with the conversation of a file.")
  private Optional<Path> load = Optional.empty();

  @Mixin private ModelArguments model = new ModelArguments();
  @Mixin private GenerationArguments generation = new GenerationArguments();
  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Session session = workspace.session(model.choice());
    Conversation conversation = workspace.conversation();
    if (reset) {
      conversation.restart();
    }
    load.ifPresent(file -> conversation.restart(ConversationFile.read(file)));
    system.ifPresent(conversation::system);
    Outcome outcome = Outcome.DONE;
    if (text.isPresent()) {
      outcome = say(text.get(), session, workspace);
    }
    save.ifPresent(file -> ConversationFile.write(file, conversation.messages()));
    if (text.isEmpty()) {
      workspace.mode(Workspace.Mode.CHAT);
      describe(session, workspace);
    }
    return outcome;
  }

  private void describe(Session session, Workspace workspace) {
    int messages = workspace.conversation().messages().size();
    workspace
        .screen()
        .note(
            (messages == 0
                    ? "a new conversation with "
                    : "a conversation of "
                        + (messages == 1 ? "1 message" : messages + " messages")
                        + " with ")
                + session.info().name()
                + save.map(file -> ", saved as " + file).orElse(""),
            Tone.NOTE);
  }

  private Outcome say(String said, Session session, Workspace workspace) {
    Prompt.Chat prompt = workspace.conversation().ask(said, generation.think());
    boolean startsInThinking = session.opensThinking(prompt);
    Generation answer =
        new Answering(workspace, session)
            .stream(generation.request(prompt, session.defaults().sampling()).build()).generation();
    boolean complete = answer.finishReason() == Generation.FinishReason.STOP;
    // A cancelled answer stays part of the conversation as far as it came.
    if (complete || answer.tokens().length > 0) {
      workspace.conversation().add(said, answer.text(), startsInThinking, !complete);
    }
    return answer.finishReason() == Generation.FinishReason.CANCELLED
        ? Outcome.CANCELLED
        : Outcome.DONE;
  }
}
