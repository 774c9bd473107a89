package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.Differences;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Sequence;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.model.Hidden;
import dev.mlxmtp.model.ModelCache;
import dev.mlxmtp.model.Pass;
import dev.mlxmtp.model.Qwen35;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Long prompts on the demo model with a longer rope range. */
class PrefillTest {
  private static final int CONTEXT = 40960;
  private static final int LENGTH = 4096;
  private static final double MIB = 1 << 20;
  // The recurrent states of the demo's nine linear layers, 8 heads of 32 x 32 float32 each.
  private static final long STATE_BYTES = 9L * 8 * 32 * 32 * Float.BYTES;

  @TempDir private static Path folder;
  private static Qwen35 model;

  @BeforeAll
  static void load() {
    TwinModel.withContext(TestPaths.demoModel(), folder, CONTEXT);
    model = TestModels.load(folder, DType.FLOAT32);
    assertEquals(CONTEXT, model.config().maxPositions());
  }

  @AfterAll
  static void close() {
    TestModels.close(model);
  }

  private static int[] prompt(int length) {
    int[] tokens = TestModels.randomTokens(length, 8000, 11);
    // Stretches that repeat, as in source code, beside noise.
    for (int i = 700; i < length; i++) {
      tokens[i] = i % 1000 < 600 ? tokens[i - 700] : tokens[i];
    }
    return tokens;
  }

  private record Result(
      float[] logits, float[] hidden, List<Integer> progress, long peak, double seconds) {}

  /** Runs a prompt and returns the hidden state at its end. */
  private interface Run {
    Hidden run(List<Integer> progress);
  }

  // Peak above what is held before.
  private static Result measure(Run run) {
    List<Integer> progress = new ArrayList<>();
    Memory.clearCache();
    long before = Memory.now().active();
    Memory.resetPeak();
    long start = System.nanoTime();
    Hidden last = run.run(progress);
    double seconds = (System.nanoTime() - start) / 1e9;
    long peak = Memory.now().peak() - before;
    return new Result(
        model.logits(last.postNorm()).toFloats(),
        last.preNorm().toFloats(),
        progress,
        peak,
        seconds);
  }

  private static Result chunked(int length, boolean drafting) {
    return TestModels.onEngine(
        () -> {
          try (ContextCache context = new ContextCache(model)) {
            return measure(
                progress -> {
                  Prefill prefill = new Prefill(context, () -> false, progress::add);
                  assertTrue(prefill.run(prompt(length), Set.of(), drafting));
                  assertEquals(length - 1, context.sequence().mtpPairs().orElseThrow());
                  return prefill.last();
                });
          }
        });
  }

  private static Result inOnePass(int length) {
    return TestModels.onEngine(
        () -> {
          try (Sequence sequence = new Sequence(model, MtpVariant.standard())) {
            return measure(
                progress -> {
                  sequence.extend(prompt(length));
                  sequence.catchUp();
                  sequence.settle();
                  return sequence.newest();
                });
          }
        });
  }

  @Test
  void inChunksAsInOnePass() {
    Result whole = inOnePass(LENGTH);
    Result parts = chunked(LENGTH, true);
    System.out.printf(
        "%d tokens: in chunks %.2e from one pass; peak %.1f MiB and %.1f s in chunks, %.1f MiB and"
            + " %.1f s in one pass%n",
        LENGTH,
        Differences.largest(whole.logits(), parts.logits()),
        parts.peak() / MIB,
        parts.seconds(),
        whole.peak() / MIB,
        whole.seconds());
    Differences.assertClose(whole.logits(), parts.logits(), 1e-3, "logits at the end");
    assertEquals(Differences.argmax(whole.logits()), Differences.argmax(parts.logits()));
    Differences.assertRelative(whole.hidden(), parts.hidden(), 1e-4, "hidden state at the end");
    assertEquals(List.of(512, 1024, 1536, 2048, 2560, 3072, 3584, 4096), parts.progress());
  }

  // In plain operations a verification keeps the states after each row, which shows what a prompt
  // must not cost; with our kernels it keeps a tape, which is small.
  @Test
  void noStateIsKeptForEachPosition() {
    long commit = onePass(Prefill.CHUNK, Pass.COMMIT);
    long verify = onePass(Prefill.CHUNK, Pass.VERIFY);
    long drafting = chunked(LENGTH, true).peak();
    long states = Prefill.CHUNK * STATE_BYTES;
    System.out.printf(
        "peak above the weights: %.1f MiB for a chunk, %.1f MiB were it verified (%.1f MiB of"
            + " states), %.1f MiB for %d tokens in chunks with the MTP head%n",
        commit / MIB, verify / MIB, states / MIB, drafting / MIB, LENGTH);
    if (model.usesAllProcessors()) {
      assertTrue(verify - commit < 0.25 * states, "a tape is small");
    } else {
      assertTrue(verify - commit > 0.8 * states, "a verification keeps the states");
    }
    // Keys and values of the trunk's three layers and the head, twice while they grow.
    long keysAndValues = 2 * 4L * 2 * 2 * 64 * Float.BYTES * LENGTH;
    assertTrue(drafting < commit + keysAndValues + states / 4, "peak " + drafting);
  }

  private static long onePass(int length, Pass pass) {
    return TestModels.onEngine(
        () -> {
          try (ModelCache cache = model.newCache()) {
            return measure(
                    progress -> {
                      Hidden all = model.forward(TestModels.row(prompt(length)), cache, pass);
                      Hidden last = all.rows(length - 1, length);
                      Ops.eval(last.postNorm());
                      Ops.eval(cache.arrays());
                      return last;
                    })
                .peak();
          }
        });
  }

  @Test
  void aSessionReportsProgressAndAnswers() {
    int[] tokens = prompt(1100);
    try (Session session = Session.open(folder)) {
      List<Integer> done = new ArrayList<>();
      GenerateRequest request =
          GenerateRequest.builder(new Prompt.Tokens(tokens))
              .greedy()
              .mtp(2)
              .maxTokens(24)
              .ignoreStopTokens(true)
              .build();
      Generation g =
          session.generate(
              request,
              event -> {
                if (event instanceof Event.PromptProgress(int n, int total, int reused)) {
                  done.add(n);
                  assertEquals(1100, total);
                  assertEquals(0, reused);
                }
              });
      assertEquals(List.of(512, 1024, 1100), done);
      assertEquals(24, g.tokens().length);
      Generation again = session.generate(request, event -> {});
      assertEquals(1100, again.reusedTokens());
      assertArrayEquals(g.tokens(), again.tokens());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "mlxmtp.full", matches = "true")
  void thirtyTwoThousandTokens() {
    int length = 32768;
    Result r = chunked(length, true);
    System.out.printf(
        "%d tokens in chunks of %d: peak %.1f MiB above the weights, %.1f s%n",
        length, Prefill.CHUNK, r.peak() / MIB, r.seconds());
    assertEquals(length, r.progress().getLast());
    for (float logit : r.logits()) {
      assertTrue(Float.isFinite(logit));
    }
    // Keys and values of three layers and the head, twice while they grow, and one chunk.
    long cache = 4L * 2 * 2 * 64 * Float.BYTES * length;
    assertTrue(r.peak() < 2 * cache + (256 << 20), "peak " + r.peak());
  }
}
