package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.Speculation;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What the automatic choice knows, and why it drafts or decodes plainly.
 *
 * @param arms every way to run a round, plain decoding first
 */
public record ArmsView(List<Speculation.Arm> arms, Speculation.Costs costs) implements Visual {
  private static final String MTP = "mtp";
  private static final String COPY = "ngram";

  public ArmsView {
    arms = List.copyOf(arms);
  }

  /** The table. */
  public Grid grid() {
    double plain = arms.getFirst().speed();
    Grid grid = new Grid("a round", "tokens expected", "ms expected", "tok/s", "÷ plain");
    arms.forEach(
        arm ->
            grid.row(
                arm.name(),
                Figures.three(arm.tokens()),
                Figures.three(arm.nanos() / 1e6),
                Figures.three(arm.speed()),
                Figures.three(arm.speed() / plain)));
    return grid.remark(
            "costs: medians of what was measured lately; yields: what was accepted lately, old"
                + " answers fading")
        .remark(
            "a plain pass takes %s ms; a further row costs %s of one, a step of the head %s, a chained"
                    .formatted(
                        Figures.three(costs.pass() / 1e6),
                        share(costs.row()),
                        share(costs.firstStep()))
                + " one "
                + share(costs.nextStep()))
        .remark(rule())
        .remark(copies());
  }

  private String share(double nanos) {
    return Figures.three(nanos / costs.pass());
  }

  private String rule() {
    Speculation.Arm best =
        arms.stream()
            .filter(arm -> arm.name().startsWith(MTP))
            .max(Comparator.comparingDouble(Speculation.Arm::speed))
            .orElseThrow();
    double passes = best.nanos() / arms.getFirst().nanos();
    String figures =
        "a round pays where it gives more tokens than it costs plain passes: %s gives %s for %s"
            .formatted(best.name(), Figures.three(best.tokens()), Figures.three(passes));
    return best.tokens() > passes
        ? figures + ", so it drafts, fewer where the head is unsure, more where it is sure"
        : figures + ", so it decodes plainly; " + change(best, passes) + "; " + probe();
  }

  // Those that are decided by what stands in the text, in each round anew.
  private String copies() {
    double plain = arms.getFirst().nanos();
    return arms.stream()
        .filter(arm -> arm.name().startsWith(COPY) && arm.tokens() > arm.nanos() / plain)
        .max(Comparator.comparingDouble(Speculation.Arm::speed))
        .map(
            best ->
                "a copy goes before where more is expected of it: %s gives %s for %s"
                    .formatted(
                        best.name(),
                        Figures.three(best.tokens()),
                        Figures.three(best.nanos() / plain)))
        .orElse("copies of what stood before are not expected to pay");
  }

  // At the depth that comes nearest.
  private String change(Speculation.Arm best, double passes) {
    int depth = Integer.parseInt(best.name().replaceAll("\\D", ""));
    double row = costs.row() / costs.pass() - (passes - best.tokens()) / depth;
    return "drafts would pay from %s tokens a round, ".formatted(Figures.three(passes))
        + (passes < depth + 1 ? "" : "more than there can be, ")
        + (row > 0
            ? "or where a row cost less than %s of a pass".formatted(Figures.three(row))
            : "and would not even if rows were free");
  }

  private String probe() {
    return costs.untilProbe() <= 1
        ? "the next round tries a draft all the same"
        : "a draft is tried all the same in " + costs.untilProbe() + " rounds";
  }

  @Override
  public void print(Screen screen) {
    grid().print(screen);
  }

  @Override
  public Map<String, Object> forms() {
    return grid().forms();
  }
}
