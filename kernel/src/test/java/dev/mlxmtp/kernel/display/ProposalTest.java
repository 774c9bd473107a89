package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.kernel.display.Proposal.Outcome;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProposalTest {
  private static List<Outcome> outcomes(int accepted, OptionalInt bonus) {
    Round round =
        new Round(
            9,
            "mtp",
            new int[] {5, 6, 7},
            new float[] {.5f, .25f, .125f},
            new float[] {.75f, .5f, .25f},
            new int[] {1, 2, 3},
            accepted,
            bonus,
            new Round.Timings(0, OptionalDouble.empty(), 0, OptionalDouble.empty()));
    List<Proposal> all = IntStream.range(0, 3).mapToObj(i -> Proposal.of(4, round, i)).toList();
    assertEquals(List.of(1, 2, 3), all.stream().map(Proposal::position).toList());
    assertEquals(List.of(5, 6, 7), all.stream().map(Proposal::token).toList());
    assertEquals(List.of(4, 4, 4), all.stream().map(Proposal::round).toList());
    assertEquals(.25, all.get(1).head());
    assertEquals(.5, all.get(1).target().orElseThrow());
    assertEquals(2, all.get(1).rank().orElseThrow());
    return all.stream().map(Proposal::outcome).toList();
  }

  @Test
  void theModelJudgesTheFirstThatItDoesNotTake() {
    assertEquals(
        List.of(Outcome.ACCEPTED, Outcome.REJECTED, Outcome.UNREACHED),
        outcomes(1, OptionalInt.of(3)));
    assertEquals(
        List.of(Outcome.REJECTED, Outcome.UNREACHED, Outcome.UNREACHED),
        outcomes(0, OptionalInt.of(3)));
    assertEquals(
        List.of(Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.ACCEPTED),
        outcomes(3, OptionalInt.of(3)));
  }

  @Test
  void behindTheEndOfTheTextNothingIsJudged() {
    assertEquals(
        List.of(Outcome.ACCEPTED, Outcome.UNREACHED, Outcome.UNREACHED),
        outcomes(1, OptionalInt.empty()));
  }
}
