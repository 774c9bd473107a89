package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.Round;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The rounds of all answers of the resident model, the newest twenty thousand. One thread. */
public final class RoundLog {
  private static final int KEPT = 20_000;
  private static final int ENOUGH_DRAFTS = 64;
  private static final double POOR = 0.05;
  private static final String HEAD = "mtp";

  private final Deque<Round> rounds = new ArrayDeque<>();
  private boolean warned;

  /** Takes up the rounds of an answer. */
  void add(List<Round> more) {
    rounds.addAll(more);
    while (rounds.size() > KEPT) {
      rounds.removeFirst();
    }
  }

  /** Another model begins. */
  void clear() {
    rounds.clear();
    warned = false;
  }

  /** All that are kept, the oldest first. */
  public List<Round> rounds() {
    return List.copyOf(rounds);
  }

  /** Once, where the head drafts so poorly that something must be wrong with it. */
  Optional<String> warning() {
    AcceptanceStats head =
        AcceptanceStats.of(rounds.stream().filter(r -> r.drafter().equals(HEAD)).toList());
    int drafted = head.drafted().isEmpty() ? 0 : head.drafted().getFirst();
    if (warned || drafted < ENOUGH_DRAFTS || head.rate(0).orElse(1) >= POOR) {
      return Optional.empty();
    }
    warned = true;
    return Optional.of(
        "The MTP head's first draft was accepted in "
            + head.accepted().getFirst()
            + " of "
            + drafted
            + " rounds, which is next to never: it is fed something else than it was trained on"
            + " (try --mtp-hidden pre), its weights were converted wrongly or packed too coarsely,"
            + " or they belong to another model; --draft none decodes without it.");
  }
}
