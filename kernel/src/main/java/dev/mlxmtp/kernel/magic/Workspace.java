package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What commands work on: the resident model, the conversation, and the way to the user. A failed
 * command leaves it as it was. One thread.
 */
public final class Workspace implements AutoCloseable {
  private final Screen screen;
  private final Interrupts interrupts;
  private final Optional<InputStream> input;
  private final Conversation conversation = new Conversation();
  private Optional<Session> session = Optional.empty();
  private boolean legendShown;

  /**
   * @param input what {@code -} as a prompt reads; absent where commands themselves come from there
   */
  public Workspace(Screen screen, Interrupts interrupts, Optional<InputStream> input) {
    this.screen = screen;
    this.interrupts = interrupts;
    this.input = input;
  }

  public Screen screen() {
    return screen;
  }

  /** The chat's messages so far. */
  public Conversation conversation() {
    return conversation;
  }

  /** The loaded model, if one is. */
  public Optional<Session> resident() {
    return session;
  }

  /** The model a command asks for, loaded if it is not resident. */
  public Session session(ModelChoice choice) {
    return session.filter(s -> choice.matches(s.info())).orElseGet(() -> load(choice));
  }

  /**
   * Loads a model in the place of the resident one, which stays where that fails.
   *
   * @throws CancelledException where the user stopped it
   */
  public Session load(ModelChoice choice) {
    Path folder = choice.folder().orElseGet(this::currentFolder);
    AtomicBoolean cancelled = new AtomicBoolean();
    Session loaded;
    try (var _ = listenWhileResident(() -> cancelled.set(true))) {
      loaded = open(folder, choice);
    }
    if (cancelled.get()) {
      loaded.close();
      throw new CancelledException("Loading was cancelled; what was resident stays.");
    }
    session.ifPresent(Session::close);
    session = Optional.of(loaded);
    conversation.restart();
    loaded.info().warnings().forEach(warning -> screen.note("warning: " + warning, Tone.ERROR));
    return loaded;
  }

  // With nothing to lose, Ctrl-C does what it does to any program.
  private Interrupts.Listening listenWhileResident(Runnable action) {
    return session.isPresent() ? interrupts.listen(action) : () -> {};
  }

  private Session open(Path folder, ModelChoice choice) {
    ProgressLine progress = new ProgressLine(screen);
    return Session.open(
        folder,
        choice.options(),
        event -> {
          if (event instanceof Event.Loading(int done, int total)) {
            progress.update(() -> "loading: layer " + done + " of " + total);
          }
        });
  }

  private Path currentFolder() {
    return session.map(s -> s.info().folder()).orElseGet(DemoModel::find);
  }

  Interrupts interrupts() {
    return interrupts;
  }

  /** True the first time. */
  boolean claimLegend() {
    boolean claimed = !legendShown;
    legendShown = true;
    return claimed;
  }

  /** Standard input as text, every byte of it. */
  String readInput() {
    InputStream stream =
        input.orElseThrow(
            () ->
                new MagicException(
                    "`-` reads standard input on the command line only; here it is where commands"
                        + " come from."));
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(stream.readAllBytes()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MagicException("Standard input is not UTF-8 text.", e);
    } catch (IOException e) {
      throw new MagicException("Standard input can't be read: " + e.getMessage() + ".", e);
    }
  }

  @Override
  public void close() {
    session.ifPresent(Session::close);
    session = Optional.empty();
  }
}
