package dev.mlxmtp.bench;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.model.DraftHead;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What drafting costs and yields with each output head that drafts can be read by: the head as it
 * is, packed copies, and the rows of the most frequent tokens. The heads take turns on each prompt,
 * which is answered once as it is and once with drafts timed apart; the first turn warms up.
 * Medians over the turns.
 */
public final class DraftHeadBenchmark {
  private static final int DEPTH = 3;
  private static final int PROMPTS_A_KIND = 2;

  private final Session session;
  private final List<DraftHead> heads;
  private final int tokens;
  private final List<PromptSet.Entry> prompts;

  private DraftHeadBenchmark(Session session, List<DraftHead> heads, int tokens) {
    this.session = session;
    this.heads = heads;
    this.tokens = tokens;
    this.prompts = PromptSet.builtin().limit(PROMPTS_A_KIND).entries();
  }

  /**
   * Arguments: the model's folder, the number of turns, tokens an answer, and the sizes of subsets.
   */
  public static void main(String[] args) {
    List<DraftHead> heads = new ArrayList<>();
    heads.add(new DraftHead.Full());
    heads.add(new DraftHead.Packed(QuantMode.MXFP8));
    heads.add(new DraftHead.Packed(QuantMode.MXFP4));
    for (int i = 3; i < args.length; i++) {
      heads.add(new DraftHead.Frequent(Integer.parseInt(args[i])));
    }
    try (Session session = Session.open(Path.of(args[0]), SessionOptions.defaults(), event -> {})) {
      new DraftHeadBenchmark(session, heads, Integer.parseInt(args[2]))
          .run(Integer.parseInt(args[1]), System.out);
    }
  }

  private record Turn(double step, double speed, AcceptanceStats acceptance) {}

  private void run(int turns, PrintStream out) {
    Map<DraftHead, List<Turn>> all = new LinkedHashMap<>();
    heads.forEach(head -> all.put(head, new ArrayList<>()));
    for (int turn = -1; turn < turns; turn++) {
      for (int i = 0; i < heads.size(); i++) {
        DraftHead head = heads.get(Math.floorMod(i + turn, heads.size()));
        Turn measured = turn(head);
        if (turn >= 0) {
          all.get(head).add(measured);
        }
      }
    }
    List<Turn> full = all.get(heads.getFirst());
    out.println(
        "| head | draft step, ms | ÷ full | accepted d1, d2, d3 | tokens a pass | tok/s ÷ full |");
    out.println("| --- | --- | --- | --- | --- | --- |");
    all.forEach(
        (head, own) -> {
          AcceptanceStats stats = own.getFirst().acceptance();
          out.printf(
              Locale.ROOT,
              "| %s | %.3f | %.3f | %s | %.3f | %.3f |%n",
              name(head),
              median(own, Turn::step) / 1e6,
              ratio(own, full, Turn::step),
              String.join(
                  ", ",
                  IntStream.range(0, DEPTH)
                      .mapToObj(i -> String.format(Locale.ROOT, "%.3f", stats.rate(i).orElse(0)))
                      .toList()),
              stats.tokensPerPass().orElse(1),
              ratio(own, full, Turn::speed));
        });
  }

  private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
    return Median.of(turns.stream().mapToDouble(figure).toArray());
  }

  private static double ratio(List<Turn> of, List<Turn> to, ToDoubleFunction<Turn> figure) {
    return Median.of(
        IntStream.range(0, of.size())
            .mapToDouble(i -> figure.applyAsDouble(of.get(i)) / figure.applyAsDouble(to.get(i)))
            .toArray());
  }

  private Turn turn(DraftHead head) {
    double draft = 0;
    long drafted = 0;
    long time = 0;
    List<Round> rounds = new ArrayList<>();
    for (PromptSet.Entry prompt : prompts) {
      for (Round round : answer(prompt, head, true).rounds()) {
        draft += round.timings().draft().orElse(0);
        drafted += round.drafted().length;
      }
      Generation answer = answer(prompt, head, false);
      rounds.addAll(answer.rounds());
      time += answer.decodeTime();
    }
    AcceptanceStats acceptance = AcceptanceStats.of(rounds);
    return new Turn(draft / drafted, acceptance.emitted() / (time / 1e9), acceptance);
  }

  private Generation answer(PromptSet.Entry prompt, DraftHead head, boolean apart) {
    return session.generate(
        GenerateRequest.builder(prompt.prompt())
            .mtp(DEPTH)
            .draftHead(head)
            .sampling(SamplingOptions.greedy())
            .maxTokens(tokens)
            .ignoreStopTokens(true)
            .reuse(false)
            .timePhases(apart)
            .build(),
        event -> {});
  }

  private static String name(DraftHead head) {
    return switch (head) {
      case DraftHead.Full() -> "full";
      case DraftHead.Packed(QuantMode mode) -> mode.configName();
      case DraftHead.Frequent(int tokens) -> "top " + tokens;
    };
  }
}
