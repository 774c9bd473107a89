package dev.mlxmtp.bench;

import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.DraftOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Device;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.quantize.Plan;
import dev.mlxmtp.quantize.Quantizer;
import dev.mlxmtp.quantize.Recipe;
import dev.mlxmtp.quantize.ScaleRule;
import dev.mlxmtp.quantize.Verification;
import dev.mlxmtp.session.GenerateRequest;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import dev.mlxmtp.session.SessionOptions;
import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What quantizing does to a model: size, cosine between packed and source tensors, mean negative
 * log-likelihood of Java files, and how many drafts are accepted at depths 1 to 3; for both MX
 * modes, scale rules and recipes. Greedy, float32 activations.
 */
public final class QuantizationBenchmark {
  private static final int FILES = 30;
  private static final int FILE_TOKENS = 512;
  private static final int ANSWER_TOKENS = 96;
  private static final int DEPTHS = 3;
  private static final SessionOptions OPTIONS =
      new SessionOptions(Optional.of(Device.CPU), Optional.of(DType.FLOAT32));

  private QuantizationBenchmark() {}

  private record Texts(List<String> files, List<String> prompts) {}

  /** Arguments: the model's folder, a folder of Java files, a file with a prompt a line. */
  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    Texts texts = new Texts(files(Path.of(args[1])), Files.readAllLines(Path.of(args[2])));
    EngineThread.get().use(Device.CPU);
    System.out.println(
        "| | MB | mean cosine | worst | NLL, %d files | accepted, depth 1 | 2 | 3 |"
            .formatted(texts.files.size()));
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    row("source", model, "", texts);
    Path scratch = Files.createTempDirectory("mlx-mtp-quantized");
    for (QuantMode mode : List.of(QuantMode.MXFP4, QuantMode.MXFP8)) {
      QuantFormat format = QuantFormat.defaultOf(mode);
      for (Recipe recipe :
          List.of(
              Recipe.balanced(format, Optional.empty()), Recipe.seed(format, Optional.empty()))) {
        for (ScaleRule rule : ScaleRule.values()) {
          String name = mode.configName() + ", " + recipe.name() + ", " + rule.label();
          Path out = scratch.resolve(name.replace(", ", "-"));
          row(name, out, quantize(model, format, recipe, rule, out), texts);
          delete(out);
        }
      }
    }
    Files.delete(scratch);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static List<String> files(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.filter(p -> p.toString().endsWith(".java")).sorted().limit(FILES).toList();
    }
    List<String> texts = new ArrayList<>();
    for (Path path : paths) {
      texts.add(Files.readString(path));
    }
    return texts;
  }

  private static String quantize(
      Path model, QuantFormat format, Recipe recipe, ScaleRule rule, Path out) {
    try (RawCheckpoint source = RawCheckpoint.open(model, recipe.stacksExperts())) {
      Plan plan = Plan.of(source, format, recipe);
      int threads = Runtime.getRuntime().availableProcessors();
      new Quantizer(plan, recipe, rule, threads).run(out, false, (done, all) -> {}, () -> false);
      Verification v = Verification.of(plan, out, threads, done -> {}, () -> false);
      return String.format(Locale.ROOT, "%.5f | %.5f", v.meanCosine(), v.worstCosine());
    }
  }

  private static void row(String name, Path folder, String cosines, Texts texts) {
    StringBuilder row = new StringBuilder();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Session session = Session.open(folder, OPTIONS, event -> {})) {
      List<Prompt> files = texts.files.stream().map(text -> beginning(session, text)).toList();
      row.append(
          String.format(
              Locale.ROOT,
              "| %s | %.2f | %s | %.4f |",
              name,
              checkpoint.totalBytes() / 1e6,
              cosines.isEmpty() ? " | " : cosines,
              Likelihood.ofPrompts(session, files).nll()));
      for (int depth = 1; depth <= DEPTHS; depth++) {
        row.append(
            String.format(Locale.ROOT, " %.3f |", acceptance(session, texts.prompts, depth)));
      }
    }
    System.out.println(row);
  }

  private static Prompt beginning(Session session, String file) {
    int[] all = session.encode(new Prompt.Raw(file));
    return new Prompt.Tokens(Arrays.copyOf(all, Math.min(FILE_TOKENS, all.length)));
  }

  private static double acceptance(Session session, List<String> prompts, int depth) {
    long drafted = 0;
    long accepted = 0;
    for (String prompt : prompts) {
      AcceptanceStats stats =
          session
              .generate(
                  GenerateRequest.builder(
                          new Prompt.Chat(
                              List.of(Message.user(prompt)), List.of(), Optional.of(false)))
                      .greedy()
                      .draft(DraftOptions.mtp(depth))
                      .maxTokens(ANSWER_TOKENS)
                      .build(),
                  event -> {})
              .acceptance();
      drafted += stats.drafted().stream().mapToLong(n -> n).sum();
      accepted += stats.accepted().stream().mapToLong(n -> n).sum();
    }
    return (double) accepted / drafted;
  }
}
