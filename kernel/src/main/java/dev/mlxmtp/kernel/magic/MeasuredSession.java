package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.bench.Engine;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.LogitGap;
import dev.mlxmtp.session.Session;
import java.util.function.Function;

/**
 * A session that is measured.
 *
 * @param run serves its requests
 */
record MeasuredSession(Session session, Function<GenerateRequest, Generation> run)
    implements Engine {

  @Override
  public Generation generate(GenerateRequest request) {
    return run.apply(request);
  }

  @Override
  public LogitGap gap(GenerateRequest request, int[] answer, int token, int other) {
    return session.gap(request, answer, token, other);
  }

  @Override
  public boolean isRowInvariant() {
    return session.isRowInvariant();
  }

  @Override
  public String text(int token) {
    return session.tokenizer().decode(new int[] {token}, false);
  }
}
