package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.checkpoint.CheckpointException;
import dev.mlxmtp.mlx.MlxException;
import dev.mlxmtp.session.SessionException;
import dev.mlxmtp.text.ModelFilesException;
import dev.mlxmtp.text.jinja.TemplateException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Failures as one sentence and an exit code. */
public final class Failures {
  private static final int INTERNAL = 1;

  private Failures() {}

  /** A failure as its reader sees it. */
  public record Failure(String sentence, int exitCode) {}

  /**
   * @param helpHint how help on the command is asked for
   */
  public static Failure of(Throwable t, String helpHint) {
    return switch (t) {
      case CommandLine.UnmatchedArgumentException e -> usage(unmatched(e), helpHint);
      case CommandLine.ParameterException e -> usage(firstLine(e.getMessage()), helpHint);
      case TemplateException e ->
          new Failure(
              "The chat template refused the conversation: " + firstLine(e.getMessage()),
              Magic.WRONG_USE);
      case UserError _,
          CheckpointException _,
          ModelFilesException _,
          SessionException _,
          IllegalArgumentException _ ->
          new Failure(firstLine(t.getMessage()), Magic.WRONG_USE);
      case MlxException e when !e.isBackendFailure() ->
          new Failure(firstLine(e.getMessage()), Magic.WRONG_USE);
      default ->
          new Failure(
              "An internal failure: "
                  + t.getClass().getSimpleName()
                  + ", "
                  + firstLine(String.valueOf(t.getMessage()))
                  + " (MLXMTP_DEBUG=1 shows more)",
              INTERNAL);
    };
  }

  private static Failure usage(String message, String helpHint) {
    String sentence = message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    return new Failure(sentence + "; see " + helpHint + ".", Magic.WRONG_USE);
  }

  private static String unmatched(CommandLine.UnmatchedArgumentException e) {
    String words =
        e.getUnmatched().stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(", "));
    List<String> suggestions = e.getSuggestions();
    String hint =
        suggestions.isEmpty() ? "" : " (did you mean " + String.join(" or ", suggestions) + "?)";
    return (e.isUnknownOption() ? "Unknown option " : "Unknown argument ") + words + hint;
  }

  private static String firstLine(String message) {
    return message == null ? "no message" : message.lines().findFirst().orElse("no message");
  }
}
