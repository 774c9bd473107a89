package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a prompt's text becomes what the model reads. */
public final class TemplateOptions {
  @Option(names = "--system", paramLabel = "TEXT", description = "the system's text")
  Optional<String> system = Optional.empty();

  @Option(
      names = "--think",
      negatable = true,
      description = "let the model think first, or not (default: as its template says)")
  Optional<Boolean> think = Optional.empty();

  @Option(names = "--raw", description = "take the prompt as it is, without the chat template")
  boolean raw;

  @Option(names = "--image", paramLabel = "FILE", description = "a picture to go with the prompt")
  List<String> images = new ArrayList<>();

  Prompt prompt(String text) {
    if (!images.isEmpty()) {
      throw new UserError("This version reads no pictures; leave --image out.");
    }
    if (raw) {
      if (system.isPresent() || think.isPresent()) {
        throw new UserError(
            "--raw takes the prompt as it is; --system, --think and --no-think need the chat template.");
      }
      return new Prompt.Raw(text);
    }
    List<Message> messages = new ArrayList<>();
    system.ifPresent(s -> messages.add(Message.system(s)));
    messages.add(Message.user(text));
    return new Prompt.Chat(messages, List.of(), think);
  }
}
