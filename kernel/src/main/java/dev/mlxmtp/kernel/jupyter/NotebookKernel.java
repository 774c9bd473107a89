package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.cell.CellAssistant;
import dev.mlxmtp.kernel.cell.CellReport;
import dev.mlxmtp.kernel.cell.CellResult;
import dev.mlxmtp.kernel.cell.CellRunner;
import dev.mlxmtp.kernel.cell.Shells;
import dev.mlxmtp.kernel.cell.Suggestions;
import dev.mlxmtp.kernel.jshell.Completeness;
import dev.mlxmtp.kernel.magic.CellHistory;
import dev.mlxmtp.kernel.magic.Failure;
import dev.mlxmtp.kernel.magic.Workspace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.jupyter.messages.Header;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.publish.PublishError;
import org.dflib.jjava.jupyter.messages.publish.PublishExecuteInput;
import org.dflib.jjava.jupyter.messages.reply.CompleteReply;
import org.dflib.jjava.jupyter.messages.reply.ErrorReply;
import org.dflib.jjava.jupyter.messages.reply.ExecuteReply;
import org.dflib.jjava.jupyter.messages.request.CompleteRequest;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.jupyter.messages.request.HistoryRequest;
import org.dflib.jjava.jupyter.messages.request.KernelInfoRequest;

/**
 * The kernel of one notebook. Cells run one after another on the thread of the shell channel; the
 * stop button arrives on that of the control channel.
 */
final class NotebookKernel extends BaseKernel {
  private static final String CANCELLED = "Cancelled";
  private static final long QUEUED_WITHIN = 100_000_000L;

  private final CellChannel channel;
  private final NotebookScreen screen;
  private final NotebookInput input;
  private final KernelInterrupts interrupts;
  private final NotebookStreams streams;
  private final Workspace workspace;
  private final CellRunner runner;
  private final CellAssistant assistant;
  private Optional<Failed> failed = Optional.empty();

  /** When a cell failed, or another was left out on its account. */
  private record Failed(long at, Instant wallClock) {}

  private NotebookKernel(
      String version,
      CellChannel channel,
      KernelInterrupts interrupts,
      Workspace workspace,
      NotebookScreen screen) {
    super(
        "mlx-mtp",
        version,
        new LanguageInfo.Builder("java")
            .version(Runtime.version().toString())
            .mimetype("text/x-java-source")
            .fileExtension(".jshell")
            .pygments("java")
            .codemirror("java")
            .build(),
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new Renderer(),
        new MagicParser("(?!)", "(?!)", null),
        new MagicsRegistry(),
        false,
        new StringStyler.Builder().build());
    this.channel = channel;
    this.screen = screen;
    this.interrupts = interrupts;
    this.workspace = workspace;
    this.input = new NotebookInput(channel);
    this.streams = new NotebookStreams(channel, input);
    this.runner = new CellRunner(workspace);
    this.assistant = new CellAssistant(runner);
  }

  /** A kernel with nothing resident. */
  static NotebookKernel create(String version) {
    CellChannel channel = new CellChannel();
    KernelInterrupts interrupts = new KernelInterrupts();
    NotebookScreen screen = new NotebookScreen(channel);
    Workspace workspace = new Workspace(screen, interrupts, Optional.empty(), Shells.on(screen));
    return new NotebookKernel(version, channel, interrupts, workspace, screen);
  }

  @Override
  public String getBanner() {
    return "mlx-mtp " + version + ": Java cells and commands; %help lists them";
  }

  @Override
  public void onStartup() {
    streams.install();
    // Made while the first cell is written.
    Thread.ofPlatform().daemon().name("java-shell").start(() -> workspace.java().shell());
  }

  @Override
  public void onShutdown(boolean restarting) {
    interrupt();
  }

  /** Lets go of everything; after the last cell. */
  void close() {
    workspace.close();
  }

  @Override
  public void interrupt() {
    interrupts.interrupt();
  }

  @Override
  protected synchronized void handleExecuteRequest(
      ShellReplyEnvironment environment, Message<ExecuteRequest> message) {
    ExecuteRequest request = message.getContent();
    environment.setBusyDeferIdle();
    if (isQueuedBehindFailure(message)) {
      failed = Optional.of(new Failed(System.nanoTime(), failed.orElseThrow().wallClock));
      Replies.send(
          environment,
          MessageType.EXECUTE_REPLY,
          Map.of("status", "aborted", "execution_count", executionCount.get()));
      return;
    }
    failed = Optional.empty();
    boolean counts = !request.isSilent() && request.shouldStoreHistory();
    int number = counts ? executionCount.getAndIncrement() : executionCount.get();
    channel.begin(environment, number, request.isSilent());
    if (!request.isSilent()) {
      environment.publish(new PublishExecuteInput(request.getCode(), number));
    }
    screen.begin();
    interrupts.begin();
    input.begin(request.isStdinEnabled());
    CellResult result =
        counts
            ? runner.run(request.getCode(), Workspace.Mode.JAVA)
            : runner.runUnrecorded(request.getCode(), Workspace.Mode.JAVA);
    screen.end();
    streams.flush();
    switch (result) {
      case CellResult.Done() -> environment.reply(new ExecuteReply(number, Map.of()));
      case CellResult.Cancelled(String told) ->
          fail(
              environment,
              number,
              CANCELLED,
              told.isEmpty() ? "The cell was cancelled." : told,
              List.of());
      case CellResult.Failed(Failure failure, Throwable thrown) ->
          fail(
              environment,
              number,
              Failure.name(thrown),
              failure.sentence(),
              CellReport.wantsDetails(failure, workspace.settings())
                  ? Failure.details(thrown).lines().toList()
                  : List.of());
    }
    boolean stops = !(result instanceof CellResult.Done) && request.shouldStopOnError();
    failed = stops ? Optional.of(new Failed(System.nanoTime(), Instant.now())) : Optional.empty();
  }

  private void fail(
      ShellReplyEnvironment environment,
      int number,
      String name,
      String sentence,
      List<String> details) {
    List<String> traceback = new ArrayList<>();
    traceback.add("\033[31m" + sentence + "\033[0m");
    traceback.addAll(details);
    environment.publish(new PublishError(name, sentence, traceback));
    ErrorReply reply = new ErrorReply(name, sentence, traceback);
    reply.setExecutionCount(number);
    environment.replyError(MessageType.EXECUTE_REPLY.error(), reply);
  }

  // "Run all" sends every cell at once. Those that waited when one failed were sent before that and
  // are here at once after it; a cell that the user starts anew is neither.
  private boolean isQueuedBehindFailure(Message<ExecuteRequest> message) {
    return failed
        .filter(f -> System.nanoTime() - f.at < QUEUED_WITHIN)
        .filter(f -> sent(message).filter(f.wallClock::isAfter).isPresent())
        .isPresent();
  }

  // The library's own reading of the date knows no fractions of a second.
  private static Optional<Instant> sent(Message<?> message) {
    try {
      String date = message.getHeader().getTimestamp().getDateString();
      return Optional.of(OffsetDateTime.parse(date).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  @Override
  protected void handleKernelInfoRequest(
      ShellReplyEnvironment environment, Message<KernelInfoRequest> message) {
    environment.setBusyDeferIdle();
    Replies.send(
        environment,
        MessageType.KERNEL_INFO_REPLY,
        Map.of(
            "status",
            "ok",
            "protocol_version",
            Header.PROTOCOL_VERISON,
            "implementation",
            name,
            "implementation_version",
            version,
            "language_info",
            languageInfo,
            "banner",
            getBanner(),
            "help_links",
            helpLinks,
            "supported_features",
            List.of()));
  }

  @Override
  protected void handleHistoryRequest(
      ShellReplyEnvironment environment, Message<HistoryRequest> message) {
    environment.setBusyDeferIdle();
    List<CellHistory.Cell> found = HistoryLookup.find(workspace.history(), message.getContent());
    boolean outputs = message.getContent().includeOutput();
    Replies.send(
        environment,
        MessageType.HISTORY_REPLY,
        Map.of(
            "status",
            "ok",
            "history",
            found.stream().map(cell -> HistoryLookup.entry(cell, outputs)).toList()));
  }

  @Override
  public Object evalRaw(String code) {
    throw new UnsupportedOperationException("cells run through handleExecuteRequest");
  }

  @Override
  protected void handleCompleteRequest(
      ShellReplyEnvironment environment, Message<CompleteRequest> message) {
    environment.setBusyDeferIdle();
    String code = message.getContent().getCode();
    int cursor = Offsets.inChars(code, message.getContent().getCursorPos());
    Suggestions found = assistant.complete(code, cursor, Workspace.Mode.JAVA);
    List<Map<String, Object>> types =
        found.all().stream()
            .map(
                s ->
                    Map.<String, Object>of(
                        "text",
                        s.value(),
                        "type",
                        s.about(),
                        "start",
                        found.start(),
                        "end",
                        found.end()))
            .toList();
    environment.reply(
        new CompleteReply(
            found.all().stream().map(Suggestions.Suggestion::value).toList(),
            Offsets.inCodePoints(code, found.start()),
            Offsets.inCodePoints(code, found.end()),
            Map.of("_jupyter_types_experimental", types)));
  }

  @Override
  public ReplacementOptions complete(String code, int cursor) {
    Suggestions found = assistant.complete(code, cursor, Workspace.Mode.JAVA);
    return new ReplacementOptions(
        found.all().stream().map(Suggestions.Suggestion::value).toList(),
        found.start(),
        found.end());
  }

  @Override
  public DisplayData inspect(String code, int cursor, boolean detailed) {
    return assistant
        .explain(code, Offsets.inChars(code, cursor))
        .map(DisplayData::new)
        .orElse(null);
  }

  @Override
  public String isComplete(String code) {
    Completeness found = assistant.completeness(code);
    return switch (found.state()) {
      case COMPLETE -> IS_COMPLETE_YES;
      case INVALID -> IS_COMPLETE_BAD;
      case INCOMPLETE -> found.indent();
    };
  }
}
