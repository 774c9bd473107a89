package dev.mlxmtp.kernel.jupyter;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.kernel.display.Answer;
import dev.mlxmtp.kernel.display.AnswerDisplay;
import dev.mlxmtp.kernel.display.AnswerHtml;
import dev.mlxmtp.kernel.display.AnswerStyle;
import dev.mlxmtp.kernel.display.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * An answer in a notebook: one display that is updated while the text grows. An update holds the
 * whole text, so the longer that takes, the rarer they are: never more than a tenth of the time.
 */
final class NotebookAnswer implements AnswerDisplay {
  private static final long LEAST_INTERVAL = 60_000_000L;
  private static final int SHARE = 10;

  private final CellChannel channel;
  private final AnswerStyle style;
  private final String id;
  private final List<Piece> pieces = new ArrayList<>();
  private boolean shown;
  private boolean drawn;
  private long next;

  /**
   * @param shown there is a display of this id already, which it takes
   */
  NotebookAnswer(CellChannel channel, AnswerStyle style, String id, boolean shown) {
    this.channel = channel;
    this.style = style;
    this.id = id;
    this.shown = shown;
  }

  @Override
  public void prompt(Supplier<String> line) {
    draw(line);
  }

  @Override
  public void add(List<Piece> more) {
    pieces.addAll(more);
  }

  @Override
  public void status(Supplier<String> line) {
    draw(line);
  }

  private void draw(Supplier<String> status) {
    long start = System.nanoTime();
    if (start - next < 0 && drawn) {
      return;
    }
    send(growing(status.get()), Map.of());
    drawn = true;
    long end = System.nanoTime();
    next = end + Math.max(LEAST_INTERVAL, SHARE * (end - start));
  }

  private Map<String, Object> growing(String status) {
    return Map.of(
        "text/html", AnswerHtml.growing(pieces, style, status), "text/plain", text(pieces));
  }

  private static String text(List<Piece> pieces) {
    return pieces.stream().filter(Piece::isText).map(Piece::text).collect(Collectors.joining());
  }

  private void send(Map<String, Object> forms, Map<String, Object> metadata) {
    if (shown) {
      channel.update(id, forms, metadata);
    } else {
      channel.show(id, forms, metadata);
      shown = true;
    }
  }

  @Override
  public void finish(Answer answer) {
    send(CellChannel.forms(answer), Map.of("mlx_mtp", facts(answer)));
  }

  // What a reader of the stored notebook needs to make it again.
  private static Map<String, Object> facts(Answer answer) {
    AcceptanceStats stats = answer.acceptance();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("model", answer.model());
    facts.put("decoder", answer.generation().decoder());
    facts.put("temperature", answer.sampling().temperature());
    facts.put("seed", answer.sampling().seed());
    facts.put("tokens", answer.tokens().length);
    facts.put("drafted", stats.drafted());
    facts.put("accepted", stats.accepted());
    answer.tokensPerSecond().ifPresent(v -> facts.put("decode_tok_s", v));
    return facts;
  }

  @Override
  public void abandon() {
    if (shown) {
      send(growing("failed"), Map.of());
    }
  }
}
