package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Footer;
import dev.mlxmtp.kernel.display.GenerationView;
import dev.mlxmtp.kernel.display.ProgressLine;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.text.OutputParser;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Runs a request before the user's eyes. */
final class Answering {
  // The opening tag and the white space behind it.
  private static final int TAG_TOKENS = 8;

  private final Workspace workspace;
  private final Session session;
  private final Screen screen;

  Answering(Workspace workspace, Session session) {
    this.workspace = workspace;
    this.session = session;
    this.screen = workspace.screen();
  }

  /** Streams the text and ends it with the footer. */
  Generation stream(GenerateRequest request) {
    GenerationView view = new GenerationView(opensThinking(session, request.prompt()));
    ProgressLine progress = new ProgressLine(screen);
    Generation generation;
    try {
      generation =
          run(
              request,
              event -> {
                if (event instanceof Event.PromptProgress(int done, int total, int _)
                    && done < total) {
                  progress.update(() -> "prompt: " + done + " of " + Figures.tokens(total));
                }
                view.accept(event).forEach(piece -> screen.print(piece.text(), piece.tone()));
              });
    } finally {
      screen.endLine();
    }
    SamplingOptions sampling = request.sampling().orElseGet(() -> session.defaults().sampling());
    boolean drafted = generation.acceptance().rate().isPresent();
    if (drafted && screen.hasColor() && workspace.claimLegend()) {
      screen.note(
          "green, underlined: drafted by the MTP head and accepted by the model", Tone.NOTE);
    }
    screen.note(Footer.line(generation, sampling), Tone.NOTE);
    return generation;
  }

  /** Runs it unseen; Ctrl-C cancels it all the same. */
  Generation run(GenerateRequest request, Consumer<Event> events) {
    AtomicBoolean stopped = new AtomicBoolean();
    Runnable cancel =
        () -> {
          stopped.set(true);
          session.cancel();
        };
    try (var _ = workspace.interrupts().listen(cancel)) {
      return session.generate(
          request,
          event -> {
            // A Ctrl-C that came before the request began would be lost.
            if (stopped.get()) {
              session.cancel();
            }
            events.accept(event);
          });
    }
  }

  /** Whether the answer to this prompt begins with thinking. */
  static boolean opensThinking(Session session, Prompt prompt) {
    int[] ids = session.encode(prompt);
    int[] end = Arrays.copyOfRange(ids, Math.max(0, ids.length - TAG_TOKENS), ids.length);
    return OutputParser.opensThinking(session.tokenizer().decode(end, false));
  }
}
