package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Coupling;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A sweep whose answers are made up. Every text has ten prompt tokens and seven tokens of its own;
 * that of prompt p1 goes on with the stop token, which a draft of depth 3 foresees.
 */
final class ScriptedSweep {
  static final int STOP = 99;

  final List<String> asked = new ArrayList<>();
  final List<Integer> sizes = new ArrayList<>();

  /** So many prompts, greedy at the given temperature's seeds, plain and at depth 3. */
  static SweepPlan plan(int prompts, int batch, double... temperatures) {
    List<Double> all = Arrays.stream(temperatures).boxed().toList();
    return new SweepPlan(
        SweepPlanTest.prompts(prompts),
        SweepSetting.all(List.of(0, 3), List.of(), List.of(MtpVariant.standard()), all),
        SamplingOptions.greedy(),
        Coupling.GUMBEL,
        7,
        1,
        batch);
  }

  List<Generation> serve(List<GenerateRequest> requests) {
    sizes.add(requests.size());
    return requests.stream().map(this::answer).toList();
  }

  private Generation answer(GenerateRequest request) {
    String text = text(request);
    boolean drafts = request.draft().orElseThrow() instanceof DraftOptions.Mtp;
    asked.add(
        text + (drafts ? " mtp " : " plain ") + request.sampling().orElseThrow().temperature());
    boolean ends = text.equals("p1");
    List<Round> rounds = new ArrayList<>();
    if (!drafts) {
      for (int i = 1; i < 7; i++) {
        rounds.add(round(10 + i, 0, 0, true));
      }
      if (ends) {
        rounds.add(round(17, 0, 0, true));
      }
    } else if (ends) {
      // Places 11 to 17, of which 17 is the stop token.
      rounds.add(round(11, 3, 3, true));
      rounds.add(round(15, 3, 1, true));
      // A draft for the end, one that is not, and one beyond.
      rounds.add(round(17, 3, 1, false));
    } else {
      rounds.add(round(11, 3, 0, true));
      rounds.add(round(12, 3, 2, true));
      rounds.add(round(15, 1, 1, true));
    }
    int[] tokens = {1, 2, 3, 4, 5, 6, 7};
    if (text.equals("p2") && drafts) {
      tokens[3] = 8;
    }
    return new Generation(
        "scripted",
        new int[10],
        0,
        tokens,
        ends ? OptionalInt.of(STOP) : OptionalInt.empty(),
        "",
        ends ? Generation.FinishReason.STOP : Generation.FinishReason.LENGTH,
        rounds,
        1,
        1,
        1);
  }

  private static String text(GenerateRequest request) {
    return ((Prompt.Chat) request.prompt()).messages().getFirst().plainText().orElseThrow();
  }

  private static Round round(int position, int drafted, int accepted, boolean bonus) {
    return new Round(
        position,
        "scripted",
        new int[drafted],
        new float[drafted],
        new float[0],
        new int[0],
        accepted,
        bonus ? OptionalInt.of(5) : OptionalInt.empty(),
        new Round.Timings(1, OptionalDouble.empty(), 1, OptionalDouble.empty()));
  }

  static Generation cancelled(Generation g) {
    return new Generation(
        g.decoder(),
        g.promptTokens(),
        0,
        g.tokens(),
        g.stopToken(),
        g.text(),
        Generation.FinishReason.CANCELLED,
        g.rounds(),
        1,
        1,
        1);
  }
}
