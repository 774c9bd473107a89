package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.kernel.display.AnswerStyle.Drafts;
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
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
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
  private final Settings settings = new Settings();
  private final CellHistory history = new CellHistory();
  private final JavaCells java;
  private final Set<Drafts> legendsShown = EnumSet.noneOf(Drafts.class);
  private final RoundLog rounds = new RoundLog();
  private Optional<Answer> last = Optional.empty();
  private Mode mode = Mode.CHAT;

  /** What a line without a sign is. */
  public enum Mode {
    /** A message to the model. */
    CHAT,
    /** Java. */
    JAVA
  }

  /**
   * @param input what {@code -} as a prompt reads; absent where commands themselves come from there
   * @param java the Java cells' shell, made when it is first needed
   */
  public Workspace(
      Screen screen, Interrupts interrupts, Optional<InputStream> input, JavaCells java) {
    this.screen = screen;
    this.interrupts = interrupts;
    this.input = input;
    this.java = java;
  }

  /** A workspace that runs single commands and no Java. */
  public Workspace(Screen screen, Interrupts interrupts, Optional<InputStream> input) {
    this(screen, interrupts, input, JavaCells.none());
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
    rounds.clear();
    last = Optional.empty();
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

  /** How Ctrl-C is heard. */
  public Interrupts interrupts() {
    return interrupts;
  }

  /** True the first time for each way of showing drafts. */
  boolean claimLegend(Drafts drafts) {
    return legendsShown.add(drafts);
  }

  /** What the user set. */
  public Settings settings() {
    return settings;
  }

  /** The cells so far. */
  public CellHistory history() {
    return history;
  }

  /** The Java cells' shell. */
  public JavaCells java() {
    return java;
  }

  /** The newest answer, if there was one. */
  public Optional<Answer> last() {
    return last;
  }

  /** Takes up the newest answer. */
  public void remember(Answer answer) {
    last = Optional.of(answer);
    rounds.add(answer.rounds());
    rounds.warning().ifPresent(warning -> screen.note("warning: " + warning, Tone.ERROR));
  }

  /** The rounds of all answers of the resident model. */
  public RoundLog rounds() {
    return rounds;
  }

  /** What a line without a sign is. */
  public Mode mode() {
    return mode;
  }

  /** Changes what a line without a sign is. */
  public void mode(Mode mode) {
    this.mode = mode;
  }

  /** Lets go of the model, if one is resident. */
  public boolean unload() {
    boolean held = session.isPresent();
    session.ifPresent(Session::close);
    session = Optional.empty();
    conversation.restart();
    return held;
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
    java.close();
  }
}
