package dev.mlxmtp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Speed as ratios to mlx-lm on the same MLX, model and machine: the two take turns, and each figure
 * is the median of the runs. Decoding is timed from the first token to the last, a prompt from the
 * request to its first token; tokenizing is in neither. The texts are greedy and run past stop
 * tokens, so that all programs decode the same number of tokens.
 */
public final class PeerBenchmark {
  private static final int DECODED = 128;
  private static final int PROMPT = 1000;
  private static final int MAX_DEPTH = 4;

  private final Path model;
  private final int runs;
  private final PrintStream out;

  private PeerBenchmark(Path model, int runs, PrintStream out) {
    this.model = model;
    this.runs = runs;
    this.out = out;
  }

  /**
   * Arguments: the model's folder, the number of runs, and the command that starts mlx-lm's driver.
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 3) {
      System.err.println("usage: PeerBenchmark MODEL RUNS COMMAND...");
      System.exit(2);
    }
    List<String> command = Arrays.asList(args).subList(2, args.length);
    try (Peer peer = new Peer(command)) {
      new PeerBenchmark(Path.of(args[0]), Integer.parseInt(args[1]), System.out).run(peer);
    }
  }

  private void run(Peer peer) {
    out.printf(
        "# %s, %d processors, MLX %s, medians of %d runs that take turns%n",
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Mlx.version(),
        runs);
    compare(peer, "each at its default", Optional.empty(), "default");
    compare(peer, "both float32", Optional.of(DType.FLOAT32), "float32");
    compare(peer, "both bfloat16", Optional.of(DType.BFLOAT16), "bfloat16");
  }

  private void compare(Peer peer, String title, Optional<DType> dtype, String peerDtype) {
    try (Session session =
        Session.open(model, new SessionOptions(Optional.empty(), dtype), event -> {})) {
      JsonNode loaded = peer.load(model.toAbsolutePath().toString(), peerDtype);
      int[] prompt =
          session.encode(
              Prompt.user("Returns the index of the first occurrence of the given value."));
      int[] longPrompt = longPrompt(session);
      // Whatever compiles or fills on first use does so now.
      peer.decode(prompt, 16);
      peer.prefill(longPrompt);
      for (int depth = 0; depth <= MAX_DEPTH; depth++) {
        decode(session, prompt, depth, false);
      }
      prefill(session, longPrompt);

      Map<String, List<Double>> decoded = new LinkedHashMap<>();
      List<Double> prefills = new ArrayList<>();
      List<Double> peerPrefills = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        add(decoded, "mlx-lm", peer.decode(prompt, DECODED));
        for (int depth = 0; depth <= MAX_DEPTH; depth++) {
          add(
              decoded,
              depth == 0 ? "plain" : "mtp " + depth,
              speed(decode(session, prompt, depth, false)));
        }
        peerPrefills.add(peer.prefill(longPrompt));
        prefills.add(prefill(session, longPrompt));
      }
      report(title, session, loaded, decoded, prefills, peerPrefills);
      phases(session, prompt);
    }
  }

  private void report(
      String title,
      Session session,
      JsonNode loaded,
      Map<String, List<Double>> decoded,
      List<Double> prefills,
      List<Double> peerPrefills) {
    double peer = median(decoded.get("mlx-lm"));
    double plain = median(decoded.get("plain"));
    out.printf(
        "%n## %s: ours %s on %s, mlx-lm %s%n%n",
        title,
        session.info().compute().name().toLowerCase(Locale.ROOT),
        session.info().device().label(),
        loaded.path("versions"));
    out.println("| decoding " + DECODED + " tokens | tok/s (min–max) | ÷ mlx-lm | ÷ our plain |");
    out.println("| --- | --- | --- | --- |");
    decoded.forEach(
        (name, values) ->
            out.printf(
                "| %s | %.1f (%.1f–%.1f) | %.2f | %.2f |%n",
                name,
                median(values),
                min(values),
                max(values),
                median(values) / peer,
                median(values) / plain));
    out.printf(
        "%nPrompt of %d tokens: ours %.3f s (%.3f–%.3f), mlx-lm %.3f s (%.3f–%.3f), mlx-lm ÷ ours %.2f%n",
        PROMPT,
        median(prefills),
        min(prefills),
        max(prefills),
        median(peerPrefills),
        min(peerPrefills),
        max(peerPrefills),
        median(peerPrefills) / median(prefills));
  }

  // Where the time goes, with drafts and verification waited for apart.
  private void phases(Session session, int[] prompt) {
    out.println("\n| ms a round | draft | verify | host | total | tokens a pass | accepted |");
    out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (int depth = 0; depth <= MAX_DEPTH; depth++) {
      Generation g = decode(session, prompt, depth, true);
      List<Round> rounds = g.rounds();
      out.printf(
          "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %s |%n",
          depth == 0 ? "plain" : "mtp " + depth,
          rounds.stream().mapToDouble(r -> r.timings().draft().orElse(0)).average().orElse(0) / 1e6,
          rounds.stream().mapToDouble(r -> r.timings().verify()).average().orElse(0) / 1e6,
          rounds.stream().mapToDouble(r -> r.timings().host()).average().orElse(0) / 1e6,
          rounds.stream().mapToDouble(r -> r.timings().total()).average().orElse(0) / 1e6,
          g.acceptance().tokensPerPass().orElse(0),
          g.acceptance().accepted() + " of " + g.acceptance().drafted());
    }
  }

  private static Generation decode(Session session, int[] prompt, int depth, boolean timePhases) {
    return session.generate(
        GenerateRequest.builder(new Prompt.Tokens(prompt))
            .sampling(SamplingOptions.greedy())
            .mtp(depth)
            .maxTokens(DECODED)
            .ignoreStopTokens(true)
            .reuse(false)
            .timePhases(timePhases)
            .build(),
        event -> {});
  }

  private static double speed(Generation g) {
    return g.tokensPerSecond().orElseThrow();
  }

  // Seconds to the first token, without drafting, as the peer does.
  private static double prefill(Session session, int[] prompt) {
    return session
            .generate(
                GenerateRequest.builder(new Prompt.Tokens(prompt))
                    .greedy()
                    .mtp(0)
                    .maxTokens(1)
                    .reuse(false)
                    .build(),
                event -> {})
            .timeToFirstToken()
        / 1e9;
  }

  private static int[] longPrompt(Session session) {
    int[] some =
        session.encode(
            new Prompt.Raw(
                "    /**\n     * Returns the number of elements in this list.\n     */\n    public int size() {\n"
                    + "        return size;\n    }\n\n    public boolean isEmpty() {\n        return size == 0;\n    }\n"));
    return IntStream.range(0, PROMPT).map(i -> some[i % some.length]).toArray();
  }

  private static void add(Map<String, List<Double>> values, String name, double value) {
    values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  private static double min(List<Double> values) {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  private static double max(List<Double> values) {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }
}
