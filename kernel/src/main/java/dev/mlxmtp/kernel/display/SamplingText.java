package dev.mlxmtp.kernel.display;

import dev.mlxmtp.decode.SamplingOptions;
import java.util.Map;
import java.util.stream.Collectors;

/** How tokens are chosen, in words. */
public final class SamplingText {
  private SamplingText() {}

  /** All rules; penalties of the OpenAI interface and biases where there are such. */
  public static String of(SamplingOptions s) {
    return s.isArgmax()
        ? "greedy"
        : "temperature " + Figures.setting(s.temperature()) + ", " + rules(s);
  }

  /** All but the temperature. */
  static String rules(SamplingOptions s) {
    StringBuilder text =
        new StringBuilder(
            "top-k %d, top-p %s, min-p %s, repetition penalty %s"
                .formatted(
                    s.topK(),
                    Figures.setting(s.topP()),
                    Figures.setting(s.minP()),
                    Figures.setting(s.repetitionPenalty())));
    if (s.presencePenalty() != 0) {
      text.append(", presence penalty ").append(Figures.setting(s.presencePenalty()));
    }
    if (s.frequencyPenalty() != 0) {
      text.append(", frequency penalty ").append(Figures.setting(s.frequencyPenalty()));
    }
    if (!s.bias().isEmpty()) {
      text.append(", bias ")
          .append(
              s.bias().entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .map(e -> e.getKey() + "=" + Figures.setting(e.getValue()))
                  .collect(Collectors.joining(" ")));
    }
    return text.toString();
  }
}
