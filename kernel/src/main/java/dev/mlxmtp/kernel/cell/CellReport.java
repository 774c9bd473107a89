package dev.mlxmtp.kernel.cell;

import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.Settings;

/** Tells the user of a terminal how a cell ended, where its output does not. */
public final class CellReport {
  private CellReport() {}

  /** Writes beside the answer. */
  public static void tell(CellResult result, Screen screen, Settings settings) {
    switch (result) {
      case CellResult.Done() -> {}
      case CellResult.Cancelled(String message) -> {
        screen.endLine();
        if (!message.isEmpty()) {
          screen.note(message, Tone.NOTE);
        }
      }
      case CellResult.Failed(Failure failure, Throwable thrown) -> {
        screen.endLine();
        screen.note(failure.sentence(), Tone.ERROR);
        if (wantsDetails(failure, settings)) {
          screen.note(Failure.details(thrown), Tone.NOTE);
        }
      }
    }
  }

  /** Whether everything that is known of a failure is asked for. */
  public static boolean wantsDetails(Failure failure, Settings settings) {
    return settings.errors() == Settings.Errors.FULL
        || !failure.expected() && Failure.isDebugging();
  }
}
