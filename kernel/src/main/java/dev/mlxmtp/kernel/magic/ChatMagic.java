package dev.mlxmtp.kernel.magic;

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

/** Says the next thing in the conversation. */
@Command(
    name = "chat",
    description = "says the next thing in the conversation",
    sortOptions = false)
public final class ChatMagic implements Magic {
  private final Workbench bench;

  @Mixin DecodingOptions decoding = new DecodingOptions();

  @Option(names = "--reset", description = "begin a new conversation")
  boolean reset;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "begin a new conversation with this system text")
  Optional<String> system = Optional.empty();

  @Option(
      names = "--think",
      negatable = true,
      description = "let the model think first, or not (default: as its template says)")
  Optional<Boolean> think = Optional.empty();

  @Parameters(arity = "0..*", paramLabel = "MESSAGE", description = "what to say")
  List<String> message = List.of();

  public ChatMagic(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public int run() {
    List<Message> conversation = bench.conversation();
    if (reset || system.isPresent()) {
      conversation.clear();
      system.ifPresent(text -> conversation.add(Message.system(text)));
    }
    if (message.isEmpty()) {
      return DONE;
    }
    Session session = bench.session();
    List<Message> asked = new ArrayList<>(conversation);
    asked.add(Message.user(String.join(" ", message)));
    Generation answer =
        Answers.show(
            bench, session, decoding.request(new Prompt.Chat(asked, List.of(), think), session));
    // What was said stays said, also where the answer was cut short.
    asked.add(Message.assistant(answer.text()));
    conversation.clear();
    conversation.addAll(asked);
    return answer.finishReason() == Generation.FinishReason.CANCELLED ? CANCELLED : DONE;
  }
}
