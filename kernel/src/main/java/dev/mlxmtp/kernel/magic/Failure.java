package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.BenchException;
import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.kernel.display.OutputClosedException;
import dev.mlxmtp.kernel.jshell.CellException;
import dev.mlxmtp.kernel.maven.LibraryException;
import dev.mlxmtp.mlx.MlxException;
import dev.mlxmtp.quantize.QuantizeException;
import dev.mlxmtp.session.SessionException;
import dev.mlxmtp.text.ModelFilesException;
import dev.mlxmtp.text.jinja.TemplateException;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * What the user is told of an exception.
 *
 * @param sentence on one line
 * @param expected a wrong input, which the user can mend; else a fault of the program
 */
public record Failure(String sentence, boolean expected) {
  /** Exit code for wrong usage or input. */
  public static final int USAGE = 2;

  /** Exit code for a fault of the program. */
  public static final int INTERNAL = 1;

  private static final String DEBUG = "MLXMTP_DEBUG";

  /** Sorts an exception by whose fault it is. */
  public static Failure of(Throwable thrown) {
    return switch (thrown) {
      case MagicException e -> input(e);
      case BenchException e -> input(e);
      case CheckpointException e -> input(e);
      case QuantizeException e -> input(e);
      case ModelFilesException e -> input(e);
      case SessionException e -> input(e);
      case OutputClosedException e -> input(e);
      case CellException e -> input(e);
      case LibraryException e -> input(e);
      case TemplateException e -> new Failure("The chat template failed: " + line(e), true);
      case MlxException e when !e.isBackendFailure() -> new Failure(capitalized(line(e)), true);
      case MlxException e ->
          new Failure("The device failed, and the caches were emptied: " + line(e), false);
      case OutOfMemoryError _ ->
          new Failure("Java ran out of memory; give it more with JAVA_OPTS=-Xmx4g.", false);
      default ->
          new Failure(
              "Internal failure, a fault of this program (for the stack trace: %set errors=full, or "
                  + DEBUG
                  + "=1): "
                  + thrown.getClass().getSimpleName()
                  + ": "
                  + line(thrown),
              false);
    };
  }

  private static Failure input(Throwable thrown) {
    return new Failure(line(thrown), true);
  }

  private static String line(Throwable thrown) {
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return "no message.";
    }
    // What a file or an argument brings along must not steer the terminal.
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\uFFFD");
    return line.matches(".*[.!?);}]") ? line : line + ".";
  }

  static String capitalized(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /** The name of what was thrown, in a cell's own code where it was that. */
  public static String name(Throwable thrown) {
    Throwable named =
        thrown instanceof CellException cell && cell.getCause() != null ? cell.getCause() : thrown;
    return named.getClass().getSimpleName();
  }

  /** Everything that is known of it, over several lines. */
  public static String details(Throwable thrown) {
    if (thrown instanceof CellException cell) {
      return cell.details();
    }
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString().stripTrailing();
  }

  /** The process's exit code. */
  public int exitCode() {
    return expected ? USAGE : INTERNAL;
  }

  /** Whether a stack trace is wanted of what is not expected. */
  public static boolean isDebugging() {
    return "1".equals(System.getenv(DEBUG));
  }
}
