package dev.mlxmtp.bench;

import dev.mlxmtp.decode.Verification;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one kind of prompt.
 *
 * @param kind {@link #ALL} for all together, where long answers weigh more
 * @param prompts how many
 * @param drafters in the plan's order
 * @param prices of exact verification, for each drafter that was measured with both kinds
 * @param auto absent where auto was not measured, or nothing else was
 */
public record KindResult(
    String kind,
    int prompts,
    List<DrafterResult> drafters,
    List<Price> prices,
    Optional<AutoChoice> auto) {
  /** Stands for all kinds. */
  public static final String ALL = "all";

  /**
   * How good the automatic choice is.
   *
   * @param best the fixed drafter with the highest median tokens a second here, plain among them
   * @param ratio tokens a second of auto ÷ those of the best, median of the turns
   */
  public record AutoChoice(String best, double ratio) {}

  /**
   * What exactness costs.
   *
   * @param exact name of the drafter that is verified exactly
   * @param fast name of the same one, verified fast
   * @param ratio tokens a second of the exact one ÷ those of the fast one, median of the turns
   */
  public record Price(String exact, String fast, double ratio) {}

  public KindResult {
    drafters = List.copyOf(drafters);
    prices = List.copyOf(prices);
  }

  static KindResult of(String kind, BenchPlan plan, List<Answers> answers) {
    Map<Contender, List<Answers>> all = new LinkedHashMap<>();
    for (Contender contender : plan.contenders()) {
      all.put(contender, answers.stream().filter(a -> a.contender().equals(contender)).toList());
    }
    Map<Contender, double[]> speeds = new LinkedHashMap<>();
    all.forEach((contender, own) -> speeds.put(contender, TurnFigures.speeds(own)));
    Optional<Contender> plain = plan.contenders().stream().filter(Contender::isPlain).findFirst();
    List<DrafterResult> drafters = new ArrayList<>();
    all.forEach(
        (contender, own) ->
            drafters.add(
                DrafterResult.of(
                    contender.name(), own, speeds.get(contender), plain.map(speeds::get))));
    return new KindResult(
        kind,
        answers.size() / plan.contenders().size(),
        drafters,
        prices(plan, speeds),
        choice(speeds));
  }

  private static List<Price> prices(BenchPlan plan, Map<Contender, double[]> speeds) {
    List<Price> prices = new ArrayList<>();
    for (Contender exact : speeds.keySet()) {
      for (Contender fast : speeds.keySet()) {
        if (exact.draft().equals(fast.draft())
            && !exact.isPlain()
            && plan.verification(exact) == Verification.EXACT
            && plan.verification(fast) == Verification.FAST) {
          TurnFigures.ratio(speeds.get(exact), speeds.get(fast))
              .ifPresent(ratio -> prices.add(new Price(exact.name(), fast.name(), ratio)));
        }
      }
    }
    return prices;
  }

  private static Optional<AutoChoice> choice(Map<Contender, double[]> speeds) {
    Optional<Contender> auto = speeds.keySet().stream().filter(Contender::isAuto).findFirst();
    Optional<Contender> best =
        speeds.keySet().stream()
            .filter(c -> !c.isAuto() && Spread.of(speeds.get(c)).isPresent())
            .max(Comparator.comparingDouble(c -> Median.of(speeds.get(c))));
    return auto.flatMap(
        a ->
            best.flatMap(
                b ->
                    TurnFigures.ratio(speeds.get(a), speeds.get(b)).stream()
                        .mapToObj(ratio -> new AutoChoice(b.name(), ratio))
                        .findFirst()));
  }
}
