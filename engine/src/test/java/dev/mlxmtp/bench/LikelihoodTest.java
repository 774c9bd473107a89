package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.session.Session;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LikelihoodTest {
  private static final String JAVA = "public int size() {\n  return this.size;\n}\n";
  private static final String OTHER = "for (int i = 0; i < values.length; i++) {\n";

  private static Session session;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @Test
  void severalTextsCountByTheirTokens() {
    Likelihood one = Likelihood.of(session, List.of(JAVA));
    Likelihood other = Likelihood.of(session, List.of(OTHER));
    Likelihood both = Likelihood.of(session, List.of(JAVA, OTHER));
    assertEquals(session.tokenizer().encode(JAVA).length - 1, one.tokens());
    assertEquals(one.tokens() + other.tokens(), both.tokens());
    assertEquals(
        one.nll() * one.tokens() + other.nll() * other.tokens(),
        both.nll() * both.tokens(),
        1e-6 * both.tokens());
  }

  @Test
  void javaIsForeseenBetterThanTheSameTokensBackwards() {
    int[] tokens = session.tokenizer().encode(JAVA);
    int[] backwards = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      backwards[i] = tokens[tokens.length - 1 - i];
    }
    double forwards = Likelihood.of(session, List.of(JAVA)).nll();
    String reversed = session.tokenizer().decode(backwards, false);
    assertTrue(forwards < 2.5, forwards + " nats a token");
    assertTrue(Likelihood.of(session, List.of(reversed)).nll() > 2 * forwards);
  }

  @Test
  void perplexityIsTheExponential() {
    assertEquals(8, new Likelihood(Math.log(8), 1).perplexity(), 1e-12);
  }

  @Test
  void aSingleTokenIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Likelihood.of(session, List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> Likelihood.of(session, List.of()));
  }
}
