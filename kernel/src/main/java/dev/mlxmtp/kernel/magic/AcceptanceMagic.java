package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.AcceptanceView;
import dev.mlxmtp.kernel.display.Answer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Acceptance by position and by round. */
@Command(
    name = "acceptance",
    description = AcceptanceMagic.SUMMARY + ".",
    sortOptions = false,
    sortSynopsis = false,
    abbreviateSynopsis = true)
public final class AcceptanceMagic implements Magic {
  static final String SUMMARY = "Show what became of the newest answer's drafts";

  @Mixin private HelpOption help = new HelpOption();

  @Override
  public Outcome run(Workspace workspace) {
    Answer answer =
        workspace
            .last()
            .orElseThrow(
                () -> new MagicException("Nothing was answered yet; ask something first."));
    if (answer.acceptance().rate().isEmpty()) {
      throw new MagicException(
          "The newest answer was decoded without drafts (" + answer.generation().decoder() + ").");
    }
    AcceptanceView view = new AcceptanceView(answer.rounds());
    workspace.screen().show(view);
    workspace.screen().show(view.chart());
    return Outcome.DONE;
  }
}
