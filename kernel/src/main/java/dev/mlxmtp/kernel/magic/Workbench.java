package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.checkpoint.ModelLocator;
import dev.mlxmtp.kernel.display.Bytes;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import dev.mlxmtp.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the front end holds between commands: the resident session and the conversation with it. */
public final class Workbench implements AutoCloseable {
  private final Console console;
  private final Path demoModel;
  private final AtomicReference<Optional<Session>> session =
      new AtomicReference<>(Optional.empty());
  private final List<Message> conversation = new ArrayList<>();

  /**
   * @param demoModel the folder that is loaded where none is named
   */
  public Workbench(Console console, Path demoModel) {
    this.console = console;
    this.demoModel = demoModel;
  }

  public Console console() {
    return console;
  }

  /** The resident session; loads the demo model where nothing is loaded yet. */
  public Session session() {
    return session.get().orElseGet(() -> load(Optional.empty(), SessionOptions.defaults()));
  }

  public boolean isLoaded() {
    return session.get().isPresent();
  }

  /**
   * Loads a model. The one before stays until the new one is there, and stays where that fails.
   *
   * @param spec a folder or {@code org/name}; unset for the demo model
   */
  public Session load(Optional<String> spec, SessionOptions options) {
    Path folder = spec.map(ModelLocator::resolve).orElse(demoModel);
    Session loaded;
    try {
      loaded =
          Session.open(
              folder,
              options,
              event -> {
                if (event instanceof Event.Loading(int done, int total)) {
                  console.progress(
                      "loading " + folder.getFileName() + ": layer " + done + " of " + total);
                }
              });
    } finally {
      console.clearProgress();
    }
    session.getAndSet(Optional.of(loaded)).ifPresent(Session::close);
    conversation.clear();
    return loaded;
  }

  /** The conversation so far, the system's text first. */
  public List<Message> conversation() {
    return conversation;
  }

  /** Ends the running generation after its present step. Any thread. */
  public void cancel() {
    session.get().ifPresent(Session::cancel);
  }

  /** One line on what is loaded. */
  public String banner() {
    ModelInfo info = session().info();
    return "%s %s %s · MLX %s %s %s · %s"
        .formatted(
            info.name(),
            Bytes.count(info.parameters()),
            info.quantization().orElse(info.storedDtype()),
            info.mlxVersion(),
            info.device().label(),
            info.compute().name().toLowerCase(Locale.ROOT),
            info.hasMtp() ? "MTP head bound" : "no MTP head");
  }

  @Override
  public void close() {
    session.getAndSet(Optional.empty()).ifPresent(Session::close);
  }
}
