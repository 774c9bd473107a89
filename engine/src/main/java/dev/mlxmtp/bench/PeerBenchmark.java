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
  /**
   * What is measured.
   *
   * @param tokens decoded in each run
   * @param prompt tokens of the prompt whose processing is timed
   * @param depth the deepest drafts; 0 measures plain decoding alone
   * @param dtypes compared one after the other: {@code default}, {@code float32}, {@code bfloat16}
   */
  private record Plan(
      Path model, int runs, int tokens, int prompt, int depth, List<String> dtypes) {}

  private final Plan plan;
  private final Optional<LlamaBench> llama;
  private final PrintStream out;

  private PeerBenchmark(Plan plan, Optional<LlamaBench> llama, PrintStream out) {
    this.plan = plan;
    this.llama = llama;
    this.out = out;
  }

  /**
   * Arguments: the model's folder, runs, tokens, prompt, depth, dtypes with commas between, and the
   * command that starts mlx-lm's driver. Where {@code LLAMA_BENCH} and {@code LLAMA_GGUF} name
   * llama.cpp's own benchmark and a file for it, it takes its turn too.
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 7) {
      System.err.println("usage: PeerBenchmark MODEL RUNS TOKENS PROMPT DEPTH DTYPES COMMAND...");
      System.exit(2);
    }
    Plan plan =
        new Plan(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]),
            List.of(args[5].split(",")));
    try (Peer peer = new Peer(Arrays.asList(args).subList(6, args.length))) {
      new PeerBenchmark(plan, LlamaBench.fromEnvironment(System.getenv()), System.out).run(peer);
    }
  }

  private void run(Peer peer) {
    out.printf(
        "# %s, %d processors, MLX %s, medians of %d runs that take turns%n",
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        Mlx.version(),
        plan.runs);
    for (String dtype : plan.dtypes) {
      boolean chosen = !dtype.equals("default");
      compare(
          peer,
          chosen ? "both " + dtype : "each at its default",
          chosen
              ? Optional.of(DType.valueOf(dtype.toUpperCase(Locale.ROOT)))
              : Optional.<DType>empty(),
          dtype);
    }
  }

  private void compare(Peer peer, String title, Optional<DType> dtype, String peerDtype) {
    try (Session session =
        Session.open(plan.model, new SessionOptions(Optional.empty(), dtype), event -> {})) {
      JsonNode loaded = peer.load(plan.model.toAbsolutePath().toString(), peerDtype);
      int[] prompt =
          session.encode(
              Prompt.user("Returns the index of the first occurrence of the given value."));
      int[] longPrompt = longPrompt(session);
      // Whatever compiles or fills on first use does so now.
      peer.decode(prompt, Math.min(16, plan.tokens));
      peer.prefill(Arrays.copyOf(longPrompt, Math.min(16, longPrompt.length)));
      for (int depth = 0; depth <= plan.depth; depth++) {
        decode(session, prompt, depth, false);
      }
      prefill(session, longPrompt);

      Map<String, List<Double>> decoded = new LinkedHashMap<>();
      List<Double> prefills = new ArrayList<>();
      List<Double> peerPrefills = new ArrayList<>();
      List<Double> llamaPrefills = new ArrayList<>();
      for (int run = 0; run < plan.runs; run++) {
        add(decoded, "mlx-lm", peer.decode(prompt, plan.tokens));
        for (int depth = 0; depth <= plan.depth; depth++) {
          add(
              decoded,
              depth == 0 ? "plain" : "mtp " + depth,
              speed(decode(session, prompt, depth, false)));
        }
        peerPrefills.add(peer.prefill(longPrompt));
        prefills.add(prefill(session, longPrompt));
        llama.ifPresent(
            l -> {
              LlamaBench.Speeds speeds = l.run(prompt.length, plan.tokens, plan.prompt);
              add(decoded, "llama.cpp", speeds.decode());
              llamaPrefills.add(plan.prompt / speeds.prompt());
            });
      }
      report(title, session, loaded, decoded, prefills, peerPrefills);
      if (!llamaPrefills.isEmpty()) {
        out.printf(
            "llama.cpp %.3f s, llama.cpp ÷ ours %.2f%n",
            Median.of(llamaPrefills), Median.of(llamaPrefills) / Median.of(prefills));
      }
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
    double peer = Median.of(decoded.get("mlx-lm"));
    double plain = Median.of(decoded.get("plain"));
    out.printf(
        "%n## %s: ours %s on %s, mlx-lm %s%n%n",
        title,
        session.info().compute().name().toLowerCase(Locale.ROOT),
        session.info().device().label(),
        loaded.path("versions"));
    out.println(
        "| decoding " + plan.tokens + " tokens | tok/s (min–max) | ÷ mlx-lm | ÷ our plain |");
    out.println("| --- | --- | --- | --- |");
    decoded.forEach(
        (name, values) ->
            out.printf(
                "| %s | %.1f (%.1f–%.1f) | %.2f | %.2f |%n",
                name,
                Median.of(values),
                min(values),
                max(values),
                Median.of(values) / peer,
                Median.of(values) / plain));
    out.printf(
        "%nPrompt of %d tokens: ours %.3f s (%.3f–%.3f), mlx-lm %.3f s (%.3f–%.3f), mlx-lm ÷ ours %.2f%n",
        plan.prompt,
        Median.of(prefills),
        min(prefills),
        max(prefills),
        Median.of(peerPrefills),
        min(peerPrefills),
        max(peerPrefills),
        Median.of(peerPrefills) / Median.of(prefills));
  }

  // Where the time goes, with drafts and verification waited for apart.
  private void phases(Session session, int[] prompt) {
    out.println("\n| ms a round | draft | verify | host | total | tokens a pass | accepted |");
    out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (int depth = 0; depth <= plan.depth; depth++) {
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

  private Generation decode(Session session, int[] prompt, int depth, boolean timePhases) {
    return session.generate(
        GenerateRequest.builder(new Prompt.Tokens(prompt))
            .sampling(SamplingOptions.greedy())
            .mtp(depth)
            .maxTokens(plan.tokens)
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

  private int[] longPrompt(Session session) {
    int[] some =
        session.encode(
            new Prompt.Raw(
                "    /**\n     * Returns the number of elements in this list.\n     */\n    public int size() {\n"
                    + "        return size;\n    }\n\n    public boolean isEmpty() {\n        return size == 0;\n    }\n"));
    return IntStream.range(0, plan.prompt).map(i -> some[i % some.length]).toArray();
  }

  private static void add(Map<String, List<Double>> values, String name, double value) {
    values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static double min(List<Double> values) {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  private static double max(List<Double> values) {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }
}
