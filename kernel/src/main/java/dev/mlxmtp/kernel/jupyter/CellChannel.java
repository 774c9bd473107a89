package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.StreamScreen;
import dev.mlxmtp.kernel.display.Visual;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.messages.publish.PublishClearOutput;
import org.dflib.jjava.jupyter.messages.publish.PublishDisplayData;
import org.dflib.jjava.jupyter.messages.publish.PublishExecuteResult;
import org.dflib.jjava.jupyter.messages.publish.PublishStream;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;
import org.dflib.jjava.jupyter.messages.publish.PublishUpdateDisplayData;

/**
 * Where the output of the running cell goes. What comes after its end, from a thread that it left
 * behind, still goes to it. Any thread.
 */
final class CellChannel {
  private record Cell(ShellReplyEnvironment environment, int number, boolean silent) {}

  private Optional<Cell> cell = Optional.empty();
  private Runnable flush = () -> {};

  /** What is to be written before anything else is shown. */
  void beforeShowing(Runnable flush) {
    this.flush = flush;
  }

  /** A cell begins. */
  synchronized void begin(ShellReplyEnvironment environment, int number, boolean silent) {
    cell = Optional.of(new Cell(environment, number, silent));
  }

  /** The cell that runs or ran last, to ask the user of it. */
  synchronized Optional<ShellReplyEnvironment> environment() {
    return cell.map(Cell::environment);
  }

  /** Writes text. */
  synchronized void stream(StreamType type, String text) {
    if (!text.isEmpty()) {
      cell.ifPresent(c -> c.environment.publish(new PublishStream(type, text)));
    }
  }

  /** Shows something that may be updated under its id. */
  void show(String id, Map<String, Object> forms, Map<String, Object> metadata) {
    flush.run();
    send(true, id, forms, metadata);
  }

  /** Replaces what was shown under an id. */
  void update(String id, Map<String, Object> forms, Map<String, Object> metadata) {
    send(false, id, forms, metadata);
  }

  private synchronized void send(
      boolean first, String id, Map<String, Object> forms, Map<String, Object> metadata) {
    DisplayData data = data(forms, metadata);
    data.setDisplayId(id);
    cell.ifPresent(
        c -> {
          if (first) {
            c.environment.publish(new PublishDisplayData(data));
          } else {
            c.environment.publish(new PublishUpdateDisplayData(data));
          }
        });
  }

  /** Takes away what the cell has shown. */
  void clear() {
    flush.run();
    synchronized (this) {
      cell.ifPresent(c -> c.environment.publish(PublishClearOutput.NOW));
    }
  }

  /** Shows the value of the cell. */
  void result(Map<String, Object> forms) {
    flush.run();
    synchronized (this) {
      DisplayData data = data(forms, Map.of());
      cell.filter(c -> !c.silent)
          .ifPresent(c -> c.environment.publish(new PublishExecuteResult(c.number, data)));
    }
  }

  private static DisplayData data(Map<String, Object> forms, Map<String, Object> metadata) {
    DisplayData data = new DisplayData();
    forms.forEach(data::putData);
    metadata.forEach(data::putMetaData);
    return data;
  }

  /** A visual's forms, text among them. */
  static Map<String, Object> forms(Visual visual) {
    Map<String, Object> forms = new LinkedHashMap<>(visual.forms());
    forms.put("text/plain", text(visual::print));
    return forms;
  }

  /** What something prints where there are neither colours nor markup. */
  static String text(Consumer<Screen> printing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    printing.accept(new StreamScreen(stream, stream, StreamScreen.Look.plain()));
    stream.flush();
    return bytes.toString(StandardCharsets.UTF_8).stripTrailing();
  }
}
