package dev.mlxmtp.kernel.display;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.decode.Speculation;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArmsViewTest {
  private static final double PASS = 2e6;

  private static String text(double row, double drafted, double copied) {
    List<Speculation.Arm> arms =
        List.of(
            new Speculation.Arm("plain", 1, PASS),
            new Speculation.Arm("mtp, depth 2", drafted, PASS * (1 + 2 * row)),
            new Speculation.Arm("ngram, 3 agree, 1 drafted", 1.4, PASS * (1 + row)),
            new Speculation.Arm("ngram, 18 agree, 8 drafted", copied, PASS * (1 + 8 * row)));
    Speculation.Costs costs = new Speculation.Costs(PASS, row * PASS, 1e5, 1e5, 7);
    return String.join("\n", new ArmsView(arms, costs).grid().remarks());
  }

  @Test
  void whatPaysIsNamed() {
    String text = text(0.1, 2.2, 6);
    assertTrue(text.contains("mtp, depth 2 gives 2.20 for 1.20, so it drafts"), text);
    assertTrue(text.contains("ngram, 18 agree, 8 drafted gives 6.00 for 1.80"), text);
  }

  @Test
  void whatDoesNotPayIsSaid() {
    String text = text(1, 2.2, 6);
    assertTrue(text.contains("so it decodes plainly"), text);
    assertTrue(text.contains("tried all the same in 7 rounds"), text);
    assertTrue(text.contains("copies of what stood before are not expected to pay"), text);
  }
}
