package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.TwinModel;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The demo model as published, and brought to MLX's layout with its head: the same texts from the
 * same rounds, however the head's norms and names are kept.
 */
class LayoutTwinsTest {
  private static final String TEXT = "model.language_model.";

  private static Generation published;

  @TempDir private static Path parent;

  @BeforeAll
  static void referenceRun() {
    try (Session session = Session.open(TestPaths.demoModel())) {
      published = run(session);
    }
  }

  @AfterAll
  static void theRunSaysSomething() {
    assertTrue(published.acceptance().rate().orElseThrow() > 0.4);
  }

  private static Generation run(Session session) {
    return session.generate(
        GenerateRequest.builder(Prompt.user("Returns the sum of two integers."))
            .greedy()
            .mtp(3)
            .maxTokens(80)
            .ignoreStopTokens(true)
            .build(),
        event -> {});
  }

  private static boolean isZeroCentred(String name) {
    return name.endsWith("norm.weight") && !name.endsWith("linear_attn.norm.weight")
        || name.endsWith("layers.0.norm.weight")
        || name.contains("pre_fc_norm");
  }

  // As MLX's converters write it: renamed, 1 added to zero-centred norms, convolutions transposed.
  private static SortedMap<String, Array> converted(
      SortedMap<String, Array> tensors, String mtpPrefix, Predicate<String> shiftHead) {
    SortedMap<String, Array> result = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          boolean head = name.startsWith("mtp.");
          Array value =
              isZeroCentred(name) && (!head || shiftHead.test(name))
                  ? Ops.add(Ops.astype(tensor, DType.FLOAT32), 1)
                  : name.endsWith("conv1d.weight")
                      ? Ops.contiguous(Ops.transpose(tensor, 0, 2, 1))
                      : tensor;
          String moved =
              head
                  ? mtpPrefix + name
                  : name.startsWith(TEXT)
                      ? "language_model.model." + name.substring(TEXT.length())
                      : "language_model." + name;
          result.put(moved, value);
        });
    return result;
  }

  private static void same(String name, String mtpPrefix, Predicate<String> shiftHead) {
    Path folder =
        TwinModel.withTensors(
            TestPaths.demoModel(),
            parent.resolve(name),
            tensors -> converted(tensors, mtpPrefix, shiftHead));
    try (Session session = Session.open(folder)) {
      assertTrue(session.info().hasMtp());
      Generation g = run(session);
      assertArrayEquals(published.tokens(), g.tokens(), session.info().normConvention());
      assertEquals(published.rounds().size(), g.rounds().size(), session.info().normConvention());
      assertEquals(published.acceptance().accepted(), g.acceptance().accepted());
    }
  }

  @Test
  void headShiftedLikeTheTrunk() {
    same("shifted", "", name -> true);
  }

  @Test
  void headLeftRaw() {
    same("raw", "", name -> false);
  }

  @Test
  void headUnderTheTextModelsPrefix() {
    same("prefixed", "language_model.", name -> true);
  }

  // Seen in the wild: only the head's last norm was shifted with the trunk.
  @Test
  void headInAMixedState() {
    same("mixed", "", name -> name.equals("mtp.norm.weight"));
  }

  @Test
  void withoutAHead() {
    Path folder =
        TwinModel.withTensors(
            TestPaths.demoModel(),
            parent.resolve("headless"),
            tensors -> {
              tensors.keySet().removeIf(name -> name.startsWith("mtp."));
              return tensors;
            });
    try (Session session = Session.open(folder)) {
      assertFalse(session.info().hasMtp());
      String message =
          org.junit.jupiter.api.Assertions.assertThrows(SessionException.class, () -> run(session))
              .getMessage();
      assertTrue(message.contains("headless") && message.contains("no MTP head"), message);
      assertTrue(message.contains("--mtp=0"), message);
      Generation plain =
          session.generate(
              GenerateRequest.builder(Prompt.user("Returns the sum of two integers."))
                  .greedy()
                  .maxTokens(80)
                  .ignoreStopTokens(true)
                  .build(),
              event -> {});
      assertEquals("plain", plain.decoder());
      assertArrayEquals(published.tokens(), plain.tokens());
    }
  }
}
