package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.AnswerPrinter;
import dev.mlxmtp.kernel.display.Footer;
import dev.mlxmtp.kernel.display.Style;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Session;

/** Runs a request and shows its answer with the line of figures. */
final class Answers {
  // A prompt that takes longer than this shows how far it is.
  private static final long SHOW_PROGRESS_AFTER = 300_000_000;

  private Answers() {}

  static Generation show(Workbench bench, Session session, GenerateRequest request) {
    Console console = bench.console();
    AnswerPrinter printer =
        new AnswerPrinter(
            console.out(),
            console.style(),
            session.opensThinking(request.prompt()),
            session.tokenizer().id("</think>"));
    long start = System.nanoTime();
    Generation generation =
        session.generate(
            request,
            event -> {
              switch (event) {
                case Event.PromptProgress(int done, int total, int _) -> {
                  if (done < total && System.nanoTime() - start > SHOW_PROGRESS_AFTER) {
                    console.progress("reading the prompt: " + done + " of " + total + " tokens");
                  } else if (done == total) {
                    console.clearProgress();
                  }
                }
                default -> printer.accept(event);
              }
            });
    printer.end();
    console.err().println(console.style().apply(Style.Role.FOOTER, Footer.of(generation)));
    return generation;
  }
}
