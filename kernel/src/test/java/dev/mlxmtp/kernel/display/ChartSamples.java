package dev.mlxmtp.kernel.display;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Charts of every kind, among them awkward ones. */
final class ChartSamples {
  private static final List<String> LANGUAGES = List.of("java", "python", "rust", "prose");

  private ChartSamples() {}

  static Chart grouped() {
    return Chart.bars("Speed by decoder")
        .subtitle("medians of 5")
        .x("language")
        .y("tok/s")
        .series("plain", LANGUAGES, List.of(506, 512, 498, 501))
        .series("ngram", LANGUAGES, List.of(640, 702, 611, 455))
        .series("mtp, depth 3", LANGUAGES, List.of(895, 910.4, 870, 1039))
        .rule(615, "float32");
  }

  static Chart lines() {
    return Chart.lines("Acceptance")
        .x("depth")
        .y("accepted")
        .percent()
        .series("mtp", List.of(1, 2, 3, 4, 5), List.of(.826, .70, .61, .55, .41))
        .series("ngram", List.of(5, 4, 3, 2, 1), List.of(.35, .36, .4, .42, .5))
        .series("simulated", List.of(1, 2, 3, 4), List.of(.801, .644, .536, .5))
        .rule(.5, "half");
  }

  static Chart awkward() {
    List<String> names =
        List.of(
            "<&> \"quoted\" 'too'",
            "model.language_model.layers.0.mlp.gate_proj.weight",
            "量子化された言語モデルの重みの相対誤差",
            "line\nbreak\u001b[31m");
    return Chart.bars("A title that is <long> & tells everything, twice ".repeat(4))
        .x("what the categories are, at a length that no axis has room for".repeat(2))
        .y("relative error of the quantized weights, mean over all of the tensors")
        .series("model.language_model.layers.*.in_proj.weight", names, List.of(.1, -.03, 2, 1e-9))
        .series("model.language_model.layers.*.out_proj.weight", names, List.of(0, 0, 1, .5))
        .rule(.1, "a label that is longer than the margin is ever going to be")
        .rule(.1, "another");
  }

  static List<Chart> all() {
    double[] xs = IntStream.rangeClosed(1, 300).asDoubleStream().toArray();
    double[] ys = Arrays.stream(xs).map(x -> 3 / Math.sqrt(x)).toArray();
    List<Chart> all = new ArrayList<>(List.of(grouped(), lines(), awkward()));
    all.add(Chart.lines("One point").series("only", new double[] {256}, new double[] {1.97}));
    all.add(Chart.lines("").series("zero", 0.0));
    all.add(Chart.steps("Zero and one").y("accepted").series("accepted", 0, 1, 1, 0, 1));
    all.add(Chart.bars("Zero").series("none", 0, 0, 0));
    all.add(Chart.lines("Many").series("loss", xs, ys).series("twice", xs, ys));
    all.add(Chart.bars("Many").series("loss", ys));
    all.add(Chart.points("Flat").series("flat", 1e9, 1e9, 1e9));
    all.add(Chart.points("Far").series("far", new double[] {-1e300, 1e300}, new double[] {1, 2}));
    all.add(Chart.points("Tall").series("tall", -1e300, 1e300).series("tiny", 1e-300, 0));
    all.add(Chart.bars("Mixed").series("measured", 20, 35).mark(Mark.LINE).series("limit", 25, 50));
    Chart many = Chart.lines("Twenty series");
    for (int i = 0; i < 20; i++) {
      many = many.series("series " + i, i, i + 1, i + .5);
    }
    all.add(many);
    return all;
  }
}
