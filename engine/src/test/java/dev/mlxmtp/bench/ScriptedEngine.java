package dev.mlxmtp.bench;

import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.LogitGap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Answers by a script; two tokens are as far apart as their ids, in quarters of what rounds. */
final class ScriptedEngine implements Engine {
  private final Function<GenerateRequest, Generation> script;
  private final List<String> asked = new ArrayList<>();

  ScriptedEngine(Function<GenerateRequest, Generation> script) {
    this.script = script;
  }

  @Override
  public Generation generate(GenerateRequest request) {
    return script.apply(request);
  }

  @Override
  public LogitGap gap(GenerateRequest request, int[] answer, int token, int other) {
    asked.add("after " + Arrays.toString(answer) + ": " + token + " or " + other);
    double gap = (token - other) / 4.0;
    return new LogitGap(10 + gap, 10, gap, 0.5);
  }

  @Override
  public boolean isRowInvariant() {
    return false;
  }

  @Override
  public String text(int token) {
    return "<" + token + ">";
  }

  /** The gaps that were asked for. */
  List<String> asked() {
    return asked;
  }
}
