package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.Speculation;
import java.util.List;
import java.util.Optional;

/**
 * What drafts gained, as it was to be expected and as it was; all against plain decoding.
 *
 * @param free what was to be expected if verifying drafts cost no more than a plain pass: {@code E
 *     ÷ (1 + k̄ c)}, with {@code E} tokens a pass and {@code k̄ c} the head's steps a pass, in
 *     plain passes (Leviathan et al. 2023, section 3)
 * @param priced the same where each further row costs what it does here
 * @param measured tokens a second of these rounds ÷ those of a plain pass
 */
public record SpeedUp(double free, double priced, double measured) {
  private static final String MTP = "mtp";

  /** Absent where there is no round. */
  public static Optional<SpeedUp> of(List<Round> rounds, Speculation.Costs costs) {
    double emitted = AcceptanceStats.of(rounds).emitted();
    double time = rounds.stream().mapToDouble(r -> r.timings().total()).sum();
    if (emitted == 0 || time <= 0) {
      return Optional.empty();
    }
    double steps = 0;
    double rows = 0;
    for (Round round : rounds) {
      int k = round.drafted().length;
      rows += k * costs.row();
      if (k > 0 && round.drafter().equals(MTP)) {
        steps += costs.firstStep() + (k - 1) * costs.nextStep();
      }
    }
    double plain = emitted * costs.pass();
    double passes = rounds.size() * costs.pass();
    return Optional.of(
        new SpeedUp(plain / (passes + steps), plain / (passes + steps + rows), plain / time));
  }

  /** In words. */
  public String remark() {
    return "× plain: %s measured; expected %s with what rows cost here, %s if verifying cost no more than a plain pass"
        .formatted(Figures.three(measured), Figures.three(priced), Figures.three(free));
  }
}
