package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Requests from Java, where what the user set holds as it does for commands. */
public final class Asking {
  private final Workspace workspace;
  private final boolean seen;

  /**
   * @param seen streams the answer to the screen
   */
  public Asking(Workspace workspace, boolean seen) {
    this.workspace = workspace;
    this.seen = seen;
  }

  @Command(name = "session")
  private static final class Options {
    @Mixin private GenerationArguments generation = new GenerationArguments();
  }

  /**
   * Answers.
   *
   * @param own settings of this request alone
   * @throws CancelledException where the user stopped it
   */
  public Answer answer(Prompt prompt, UnaryOperator<GenerateRequest.Builder> own) {
    Options options = new Options();
    CommandLine commandLine = new CommandLine(options);
    List<String> set = workspace.settings().before(List.of(), commandLine.getCommandSpec());
    commandLine.parseArgs(set.toArray(String[]::new));
    Session session = workspace.session(ModelChoice.any());
    GenerateRequest request =
        own.apply(options.generation.request(prompt, session.defaults().sampling())).build();
    Answering answering = new Answering(workspace, session);
    Answer answer = seen ? answering.stream(request) : answering.unseen(request);
    if (answer.generation().finishReason() == Generation.FinishReason.CANCELLED) {
      throw new CancelledException("The answer was cancelled.");
    }
    return answer;
  }
}
