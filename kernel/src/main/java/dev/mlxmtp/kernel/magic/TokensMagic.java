package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.TokenRow;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A text as the model reads it. */
@Command(
    name = "tokens",
    description = TokensMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class TokensMagic implements Magic {
  static final String SUMMARY = "Show how a text is cut into tokens";

  @Parameters(
      paramLabel = "TEXT",
      arity = "1",
      description = "In the terminal and in notebooks: the rest of the line or the cell, as it is.")
  private String text = "";

  @Option(names = "--chat", description = "As a message, with the chat template around it.")
  private boolean chat;

  @Mixin private ModelArguments model = new ModelArguments();

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Session session = workspace.session(model.choice());
    int[] ids = session.encode(chat ? Prompt.user(text) : new Prompt.Raw(text));
    workspace.screen().show(TokenRow.of(session.tokenizer(), ids));
    return Outcome.DONE;
  }
}
