package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.kernel.display.AnswerDisplay;
import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.GenerationView;
import dev.mlxmtp.kernel.display.Piece;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Tone;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Session;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Runs a request before the user's eyes. */
final class Answering {
  private final Workspace workspace;
  private final Session session;
  private final Screen screen;

  Answering(Workspace workspace, Session session) {
    this.workspace = workspace;
    this.session = session;
    this.screen = workspace.screen();
  }

  /** Streams the text and ends it with the footer. */
  Answer stream(GenerateRequest request) {
    LiveFigures figures = new LiveFigures(session);
    GenerationView view = view(request);
    AnswerDisplay display = screen.answer(workspace.settings().style());
    Answer answer;
    try {
      Generation generation =
          run(
              request,
              event -> {
                if (event instanceof Event.PromptProgress(int done, int total, int _)
                    && done < total) {
                  display.prompt(() -> "prompt: " + done + " of " + Figures.tokens(total));
                }
                figures.accept(event);
                List<Piece> pieces = view.accept(event);
                if (!pieces.isEmpty()) {
                  display.add(pieces);
                  display.status(figures::line);
                }
              });
      display.add(view.finish());
      answer = answer(request, generation, view);
    } catch (RuntimeException | Error e) {
      display.abandon();
      throw e;
    }
    explain(answer);
    display.finish(answer);
    return answer;
  }

  /** Answers without showing anything. */
  Answer unseen(GenerateRequest request) {
    GenerationView view = view(request);
    Generation generation = run(request, view::accept);
    view.finish();
    return answer(request, generation, view);
  }

  private GenerationView view(GenerateRequest request) {
    return new GenerationView(
        session.opensThinking(request.prompt()),
        id -> session.tokenizer().decode(new int[] {id}, false));
  }

  private Answer answer(GenerateRequest request, Generation generation, GenerationView view) {
    SamplingOptions sampling = request.sampling().orElseGet(() -> session.defaults().sampling());
    AnswerStyle style = workspace.settings().style();
    Answer answer = new Answer(session.info().name(), sampling, generation, view.pieces(), style);
    workspace.remember(answer);
    return answer;
  }

  private void explain(Answer answer) {
    boolean drafted = answer.acceptance().rate().isPresent();
    if (drafted && screen.hasColor() && workspace.claimLegend(answer.style().drafts())) {
      screen.note(
          answer.style().drafts() == AnswerStyle.Drafts.REJECTED
              ? "green, underlined: drafted and accepted; red, struck through: drafted and rejected"
              : "green, underlined: drafted by the MTP head and accepted by the model",
          Tone.NOTE);
    }
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
}
