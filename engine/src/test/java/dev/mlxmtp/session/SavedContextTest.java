package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.checkpoint.StoredTensor;
import dev.mlxmtp.decode.MtpVariant;
import dev.mlxmtp.decode.Round;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that takes up saved caches goes on as the one that was never interrupted. */
class SavedContextTest {
  private static final int COUNT = 24;
  private static final String QUESTION = "Returns the sum of two integers.";

  private static Session uninterrupted;
  private static Session saving;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    uninterrupted = Session.open(TestPaths.demoModel());
    saving = Session.open(TestPaths.demoModel());
  }

  @AfterAll
  static void close() {
    uninterrupted.close();
    saving.close();
  }

  @BeforeEach
  void empty() {
    uninterrupted.reset();
    saving.reset();
  }

  private Path file() {
    return folder.resolve("caches.safetensors");
  }

  private static GenerateRequest.Builder greedy(Prompt prompt, int depth) {
    return GenerateRequest.builder(prompt)
        .greedy()
        .mtp(depth)
        .maxTokens(COUNT)
        .ignoreStopTokens(true);
  }

  private static int[] prompt() {
    return saving.encode(Prompt.user(QUESTION));
  }

  private static Prompt tokens(int[] a, int... b) {
    return new Prompt.Tokens(IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray());
  }

  private static Generation both(GenerateRequest request) {
    uninterrupted.generate(request, event -> {});
    return saving.generate(request, event -> {});
  }

  // The same tokens by the same rounds, with as much reused: in the session that goes on, in the
  // one that saved, and in a new one that restored.
  private void assertGoesOn(GenerateRequest... requests) {
    saving.save(file());
    try (Session restored = Session.open(TestPaths.demoModel())) {
      restored.restore(file());
      for (GenerateRequest request : requests) {
        Generation expected = uninterrupted.generate(request, event -> {});
        assertTrue(expected.reusedTokens() > 0, "the request takes something up");
        assertSame(expected, saving.generate(request, event -> {}), "the session that saved");
        assertSame(expected, restored.generate(request, event -> {}), "the one that restored");
      }
    }
  }

  private static void assertSame(Generation expected, Generation found, String which) {
    assertEquals(expected.reusedTokens(), found.reusedTokens(), which);
    assertArrayEquals(expected.tokens(), found.tokens(), which);
    assertEquals(expected.rounds().size(), found.rounds().size(), which);
    for (int i = 0; i < expected.rounds().size(); i++) {
      Round before = expected.rounds().get(i);
      Round now = found.rounds().get(i);
      assertArrayEquals(before.drafted(), now.drafted(), which);
      assertEquals(before.accepted(), now.accepted(), which);
      assertArrayEquals(before.draftProbabilities(), now.draftProbabilities(), 1e-4f, which);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 2", "0, 3", "3, 0"})
  void afterTheAnswer(int firstDepth, int secondDepth) {
    Generation first = both(greedy(tokens(prompt()), firstDepth).build());
    int[] answered =
        IntStream.concat(Arrays.stream(prompt()), Arrays.stream(first.tokens())).toArray();
    Prompt longer = tokens(answered, 198, 491, 458);
    assertGoesOn(greedy(longer, secondDepth).build(), greedy(longer, secondDepth).build());
    Generation again = saving.generate(greedy(longer, secondDepth).build(), event -> {});
    assertEquals(answered.length + 3, again.reusedTokens(), "the newest point is the prompt's end");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void atTheBordersOfTurns(int depth) {
    List<Message> messages = List.of(Message.user(QUESTION));
    Prompt first = new Prompt.Chat(messages, List.of(), Optional.of(false));
    String answer = both(greedy(first, depth).build()).text();
    Prompt second =
        new Prompt.Chat(
            List.of(
                messages.getFirst(), Message.assistant(answer), Message.user("Closes the stream.")),
            List.of(),
            Optional.of(false));
    Prompt branch =
        new Prompt.Chat(
            List.of(
                messages.getFirst(), Message.assistant(answer), Message.user("Opens the stream.")),
            List.of(),
            Optional.of(false));
    both(greedy(second, depth).build());
    assertTrue(saving.resident().points() > 0);
    assertGoesOn(
        greedy(branch, depth).build(), greedy(second, depth).build(), greedy(first, depth).build());
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "false, false"})
  void withTheHeadFedDifferently(boolean postNorm, boolean history) {
    MtpVariant variant = new MtpVariant(postNorm, history);
    GenerateRequest request = greedy(tokens(prompt()), 2).mtp(2, variant).build();
    both(request);
    assertGoesOn(request, greedy(tokens(prompt(), 8190, 198), 2).mtp(2, variant).build());
  }

  @Test
  void withASampledAnswer() {
    SamplingOptions sampling = new SamplingOptions(0.9, 0, 0.95, 0, 1.05, 7);
    GenerateRequest request = greedy(tokens(prompt()), 0).sampling(sampling).build();
    both(request);
    assertGoesOn(request);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void afterOneToken(int depth) {
    both(greedy(tokens(new int[] {390}), depth).maxTokens(1).build());
    assertEquals(1, saving.resident().contextTokens());
    assertGoesOn(greedy(tokens(new int[] {390}, 408), depth).build());
  }

  @Test
  void amidAPromptThatWasCancelled() {
    int[] prompt = new int[1200];
    Arrays.setAll(prompt, i -> 100 + i % 50);
    GenerateRequest request = greedy(tokens(prompt), 2).build();
    saving.generate(request, event -> saving.cancel());
    int covered = saving.resident().contextTokens();
    assertTrue(covered > 0 && covered < prompt.length, "it was cancelled after " + covered);
    assertEquals(0, saving.resident().points());
    // Where exactly it stops depends on time, so the other session has to be brought there.
    saving.save(file());
    uninterrupted.restore(file());
    assertGoesOn(request);
  }

  @Test
  void inHalfPrecision() {
    SessionOptions half = new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16));
    GenerateRequest first = greedy(tokens(prompt()), 2).build();
    GenerateRequest second = greedy(tokens(prompt(), 8190, 198), 2).build();
    try (Session before = Session.open(TestPaths.demoModel(), half, event -> {});
        Session after = Session.open(TestPaths.demoModel(), half, event -> {})) {
      before.generate(first, event -> {});
      before.save(file());
      after.restore(file());
      for (GenerateRequest request : List.of(first, second)) {
        Generation expected = before.generate(request, event -> {});
        assertTrue(expected.reusedTokens() > 0);
        assertSame(expected, after.generate(request, event -> {}), "in half precision");
      }
    }
  }

  @Test
  void theFileHoldsWhatIsResidentAndNoMore() throws IOException {
    Generation g = both(greedy(tokens(prompt()), 2).build());
    Resident held = saving.resident();
    saving.save(file());
    saving.reset();
    saving.restore(file());
    Resident restored = saving.resident();
    int n = held.contextTokens();
    assertEquals(n, restored.contextTokens());
    assertEquals(held.state(), restored.state());
    assertEquals(held.points(), restored.points());
    assertTrue(restored.kv() < held.kv(), "the room for growth is not saved");
    long header = Files.size(file()) - restored.kv() - restored.state() - restored.points();
    assertTrue(header > 0 && header < 32 << 10, "bytes beside the caches: " + header);
    try (SafetensorsFile open = SafetensorsFile.open(file())) {
      assertEquals("mlx-mtp caches", open.metadata().get("format"));
      assertEquals(saving.info().fingerprint(), open.metadata().get("fingerprint"));
      assertEquals("float32", open.metadata().get("compute"));
      assertArrayEquals(new int[] {n}, open.tensors().get("tokens").shape());
      StoredTensor keys = open.tensors().get("sequence.mtp.keys");
      assertEquals(n - 1, keys.shape()[2], "pairs of the head");
      assertEquals(n, g.promptTokens().length + COUNT - 1);
    }
  }

  @Test
  void memoryAndHandlesReturn() {
    GenerateRequest request = greedy(tokens(prompt()), 2).build();
    saving.generate(request, event -> {});
    saving.save(file());
    saving.restore(file());
    long active = Memory.now().active();
    long handles = Memory.liveHandles();
    for (int i = 0; i < 30; i++) {
      saving.save(file());
      saving.restore(file());
      assertEquals(handles, Memory.liveHandles(), "live handles after " + i);
      // The allocator hands out buffers that are a little larger where it has one at hand.
      assertEquals(active, Memory.now().active(), 16 << 10, "active bytes after " + i);
    }
    assertEquals(prompt().length, saving.generate(request, event -> {}).reusedTokens());
  }
}
