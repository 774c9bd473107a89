package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.display.AnswerDisplay;
import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.Html;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.kernel.display.Visual;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The screen of a notebook: visuals in their richest form, text as the cell's output. */
final class NotebookScreen implements Screen {
  private final CellChannel channel;
  private Optional<String> progress = Optional.empty();
  private boolean lineOpen;

  NotebookScreen(CellChannel channel) {
    this.channel = channel;
  }

  /** A cell begins. */
  void begin() {
    progress = Optional.empty();
    lineOpen = false;
  }

  /** A cell ends: what is done needs no progress, neither now nor in the stored notebook. */
  void end() {
    endProgress();
  }

  @Override
  public void print(String text, Tone tone) {
    System.out.print(text);
    if (!text.isEmpty()) {
      lineOpen = !text.endsWith("\n");
    }
  }

  @Override
  public void endLine() {
    if (lineOpen) {
      print("\n", Tone.PLAIN);
    }
  }

  @Override
  public void note(String line, Tone tone) {
    endProgress();
    endLine();
    print(line + "\n", tone);
  }

  @Override
  public void progress(String line) {
    Map<String, Object> forms =
        Map.of(
            "text/html",
            "<div style=\"font-size:11px;opacity:.7\">" + Html.escape(line) + "</div>",
            "text/plain",
            line);
    if (progress.isPresent()) {
      channel.update(progress.get(), forms, Map.of());
    } else {
      progress = Optional.of(newId());
      channel.show(progress.get(), forms, Map.of());
    }
  }

  @Override
  public void clear() {
    channel.clear();
    begin();
  }

  // What is over has nothing to say any more.
  private void endProgress() {
    progress.ifPresent(
        id -> channel.update(id, Map.of("text/html", "", "text/plain", ""), Map.of()));
    progress = Optional.empty();
  }

  @Override
  public boolean hasColor() {
    return false;
  }

  /** In the place of the progress line, where there is one. */
  @Override
  public void show(Visual visual) {
    Map<String, Object> forms = CellChannel.forms(visual);
    progress.ifPresentOrElse(
        id -> channel.update(id, forms, Map.of()), () -> channel.show(newId(), forms, Map.of()));
    progress = Optional.empty();
  }

  @Override
  public void result(String name, Visual value) {
    channel.result(CellChannel.forms(value));
  }

  @Override
  public AnswerDisplay answer(AnswerStyle style) {
    boolean shown = progress.isPresent();
    NotebookAnswer answer =
        new NotebookAnswer(channel, style, progress.orElseGet(NotebookScreen::newId), shown);
    progress = Optional.empty();
    return answer;
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }
}
