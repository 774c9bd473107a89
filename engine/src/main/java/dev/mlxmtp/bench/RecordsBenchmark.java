package dev.mlxmtp.bench;

import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What it costs to record the model's probability and rank of each draft: tokens a second with such
 * records ÷ without. In a turn every prompt is answered with and without, one right after the
 * other, beginning with each every other time; one turn warms up. Greedy and sampled, at a fixed
 * depth and where each round's depth is chosen anew.
 */
public final class RecordsBenchmark {
  private static final int DEPTH = 3;
  private static final int TOKENS = 96;
  private static final int PROMPTS = 8;
  private static final double TEMPERATURE = 0.8;

  /** A way to draft and to choose. */
  record Case(String name, DraftOptions draft, SamplingOptions sampling) {}

  static final List<Case> CASES =
      List.of(
          new Case("mtp 3, greedy", DraftOptions.mtp(DEPTH), SamplingOptions.greedy()),
          new Case("auto, greedy", DraftOptions.Auto.standard(), SamplingOptions.greedy()),
          new Case("mtp 3, T = 0.8", DraftOptions.mtp(DEPTH), sampled()),
          new Case("auto, T = 0.8", DraftOptions.Auto.standard(), sampled()));

  private RecordsBenchmark() {}

  private static SamplingOptions sampled() {
    return new SamplingOptions(TEMPERATURE, 0, 1, 0, 1, 0);
  }

  /** Arguments: the model's folder, a file with a prompt a line, and the number of turns. */
  public static void main(String[] args) throws IOException {
    List<Prompt> prompts =
        Files.readAllLines(Path.of(args[1])).stream()
            .filter(line -> !line.isBlank())
            .limit(PROMPTS)
            .<Prompt>map(
                line -> new Prompt.Chat(List.of(Message.user(line)), List.of(), Optional.of(false)))
            .toList();
    SessionOptions options =
        new SessionOptions(Optional.of(Device.CPU), Optional.of(DType.FLOAT32));
    try (Session session = Session.open(Path.of(args[0]), options, event -> {})) {
      run(session, prompts, TOKENS, Integer.parseInt(args[2]), System.out);
    }
  }

  static void run(Session session, List<Prompt> prompts, int tokens, int turns, PrintStream out) {
    out.println("| | tok/s off | on ÷ off | lowest | highest |");
    out.println("| --- | --- | --- | --- | --- |");
    for (Case each : CASES) {
      double[] off = new double[turns];
      double[] ratios = new double[turns];
      for (int turn = -1; turn < turns; turn++) {
        double[] speeds = turn(session, each, prompts, tokens, turn);
        if (turn >= 0) {
          off[turn] = speeds[0];
          ratios[turn] = speeds[1] / speeds[0];
        }
      }
      out.printf(
          Locale.ROOT,
          "| %s | %.1f | %.3f | %.3f | %.3f |%n",
          each.name(),
          Median.of(off),
          Median.of(ratios),
          Arrays.stream(ratios).min().orElseThrow(),
          Arrays.stream(ratios).max().orElseThrow());
    }
  }

  // Tokens a second of all prompts together, without records and with them.
  private static double[] turn(
      Session session, Case each, List<Prompt> prompts, int tokens, int turn) {
    long[] emitted = new long[2];
    long[] nanos = new long[2];
    for (int p = 0; p < prompts.size(); p++) {
      for (int i = 0; i < 2; i++) {
        int on = Math.floorMod(i + p + turn, 2);
        Generation answer =
            session.generate(request(each, prompts.get(p), tokens, on == 1), event -> {});
        emitted[on] += answer.acceptance().emitted();
        nanos[on] += answer.decodeTime();
      }
    }
    return new double[] {emitted[0] * 1e9 / nanos[0], emitted[1] * 1e9 / nanos[1]};
  }

  static GenerateRequest request(Case each, Prompt prompt, int tokens, boolean records) {
    return GenerateRequest.builder(prompt)
        .draft(each.draft())
        .sampling(each.sampling())
        .maxTokens(tokens)
        .ignoreStopTokens(true)
        .records(records)
        .reuse(false)
        .build();
  }
}
