package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.session.Event;
import dev.mlxmtp.session.Session;

/** The figures of an answer that is being made. */
final class LiveFigures {
  private final int room;
  private int promptTokens;
  private int tokens;
  private int drafted;
  private int accepted;
  private long first;

  LiveFigures(Session session) {
    this.room = session.info().config().maxPositions();
  }

  void accept(Event event) {
    switch (event) {
      case Event.PromptProgress(int _, int total, int _) -> promptTokens = total;
      case Event.Token _ -> {
        if (tokens == 0) {
          first = System.nanoTime();
        }
        tokens++;
      }
      case Event.RoundDone(var round) -> {
        drafted += round.drafted().length;
        accepted += round.accepted();
      }
      case Event.Loading _, Event.Tail _ -> {}
    }
  }

  String line() {
    StringBuilder line = new StringBuilder(Figures.tokens(tokens));
    double seconds = (System.nanoTime() - first) / 1e9;
    if (tokens > 1 && seconds > 0) {
      line.append(" · ").append(Figures.three((tokens - 1) / seconds)).append(" tok/s");
    }
    if (drafted > 0) {
      line.append(" · accepted ").append(Figures.percent((double) accepted / drafted));
    }
    return line.append(" · context ")
        .append(promptTokens + tokens)
        .append(" of ")
        .append(room)
        .toString();
  }
}
