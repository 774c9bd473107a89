package dev.mlxmtp.kernel.magic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Round;
import dev.mlxmtp.kernel.display.Breakdown;
import dev.mlxmtp.kernel.display.Proposal;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AcceptanceGroupsTest {
  private static Breakdown byContext(int... positions) {
    List<Round> rounds =
        IntStream.of(positions)
            .mapToObj(
                position ->
                    new Round(
                        position,
                        "mtp",
                        new int[1],
                        new float[1],
                        new float[1],
                        new int[1],
                        1,
                        OptionalInt.of(1),
                        new Round.Timings(1, OptionalDouble.empty(), 1, OptionalDouble.empty())))
            .toList();
    return AcceptanceMagic.byContext(rounds, Proposal.of(rounds));
  }

  private static List<String> values(Breakdown breakdown) {
    return breakdown.rows().stream().map(Breakdown.Row::value).toList();
  }

  @Test
  void contextsAreListedByLength() {
    assertEquals(List.of("0–127", "128–255", "1024–1151"), values(byContext(1100, 5, 130)));
  }

  @Test
  void longContextsAreListedInFewRowsAndInOrder() {
    int[] all = IntStream.range(0, 2000).map(i -> i * 131).toArray();
    List<String> values = values(byContext(all));
    assertTrue(values.size() <= 16 && values.size() > 7, values::toString);
    assertEquals("0–16383", values.getFirst());
    assertEquals("245760–262143", values.getLast());
  }

  @Test
  void ranksAreListedTogetherWhereTheyAreRare() {
    assertEquals(
        List.of("1", "2", "3", "4–10", "4–10", "11–100", "101 and more"),
        IntStream.of(1, 2, 3, 4, 10, 100, 4000)
            .map(AcceptanceMagic::rank)
            .mapToObj(AcceptanceMagic::ranks)
            .toList());
  }
}
