package dev.mlxmtp.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.ChangedModel;
import dev.mlxmtp.TestModels;
import dev.mlxmtp.TestPaths;
import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.MlxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not taken up, places that cannot be written, and that nothing is lost by them. */
class SavedRefusalTest {
  private static final GenerateRequest REQUEST =
      GenerateRequest.builder(Prompt.user("Returns the sum of two integers."))
          .greedy()
          .mtp(2)
          .maxTokens(12)
          .ignoreStopTokens(true)
          .build();

  private static Session session;
  private static int[] answer;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    session = Session.open(TestPaths.demoModel());
    answer = session.generate(REQUEST, event -> {}).tokens();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @BeforeEach
  void save() {
    session.save(file());
    session.restore(file());
  }

  private Path file() {
    return folder.resolve("caches.safetensors");
  }

  private static void sentence(String message, String... parts) {
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain " + part);
    }
    assertFalse(message.contains("\n"), "one line: " + message);
    assertTrue(message.endsWith("."), "a sentence: " + message);
  }

  // The caches, the handles and the bytes are those of before, and the next request finds them.
  private static void refused(Path file, String... parts) {
    Resident before = session.resident();
    long handles = Memory.liveHandles();
    long active = Memory.now().active();
    sentence(assertThrows(SessionException.class, () -> session.restore(file)).getMessage(), parts);
    assertEquals(before, session.resident());
    assertEquals(handles, Memory.liveHandles());
    assertEquals(active, Memory.now().active());
    Generation after = session.generate(REQUEST, event -> {});
    assertEquals(after.promptTokens().length, after.reusedTokens());
    assertArrayEquals(answer, after.tokens());
  }

  // The file with a text of its header, or what is a text for us, replaced by one as long.
  private Path edited(String from, String to) throws IOException {
    assertEquals(from.length(), to.length());
    String all = Files.readString(file(), StandardCharsets.ISO_8859_1);
    assertTrue(all.contains(from), "the file holds " + from);
    return Files.writeString(
        folder.resolve("edited.safetensors"), all.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  @Test
  void noFile() {
    refused(folder.resolve("other.safetensors"), "no file", "other.safetensors");
    refused(folder, "no file");
  }

  @Test
  void noSuchFile() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "What I wanted to say is this.");
    refused(text, "notes.txt", "not a safetensors file", "saved caches");
    Path empty = Files.write(folder.resolve("empty"), new byte[0]);
    refused(empty, "truncated");
    refused(TestPaths.demoModel().resolve("model-00001-of-00002.safetensors"), "no saved caches");
  }

  @Test
  void truncated() throws IOException {
    byte[] all = Files.readAllBytes(file());
    for (int length : new int[] {5, 400, all.length / 2, all.length - 1}) {
      Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(all, length));
      refused(cut, "cut is truncated", "saved caches");
    }
  }

  @Test
  void anotherVersion() throws IOException {
    refused(edited("\"version\":\"1\"", "\"version\":\"7\""), "version 7", "version 1");
  }

  @Test
  void damaged() throws IOException {
    refused(edited("points.1.post_norm", "points.1.past_norm"), "damaged", "points.1.post_norm");
    refused(edited("\"mtp_history\":\"true", "\"mtp_history\":\"trve"), "damaged", "mtp_history");
    refused(edited("\"tokens\"", "\"tokans\""), "damaged", "tokens");
    int n = session.resident().contextTokens();
    refused(edited("[1,2," + n + ",", "[2,1," + n + ","), "damaged", "keys");
    long at;
    try (SafetensorsFile open = SafetensorsFile.open(file())) {
      at = open.tensors().get("tokens").offset();
    }
    byte[] all = Files.readAllBytes(file());
    all[(int) at + 3] = 0x40;
    refused(Files.write(folder.resolve("token"), all), "damaged", "tokens");
  }

  @Test
  void anotherModelOfTheSameShape() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("tuned"));
    ChangedModel.in(copy, "model.language_model.layers.5.mlp.up_proj.weight");
    Path theirs = folder.resolve("theirs.safetensors");
    try (Session other = Session.open(copy)) {
      other.generate(REQUEST, event -> {});
      other.save(theirs);
    }
    refused(theirs, "of the model tuned", "demo-model", "is loaded");
  }

  @Test
  void anotherDtype() {
    Path half = folder.resolve("half.safetensors");
    SessionOptions options = new SessionOptions(Optional.empty(), Optional.of(DType.BFLOAT16));
    try (Session other = Session.open(TestPaths.demoModel(), options, event -> {})) {
      other.generate(REQUEST, event -> {});
      other.save(half);
    }
    refused(half, "bfloat16", "float32");
  }

  @Test
  void nothingToSave() {
    session.reset();
    sentence(
        assertThrows(SessionException.class, () -> session.save(file())).getMessage(), "empty");
    session.restore(file());
    assertTrue(session.resident().contextTokens() > 0, "the file of before is still there");
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    sentence(
        assertThrows(SessionException.class, () -> session.save(folder)).getMessage(), "a folder");
    sentence(
        assertThrows(SessionException.class, () -> session.save(folder.resolve("none/x")))
            .getMessage(),
        "no folder",
        "none");
    byte[] before = Files.readAllBytes(file());
    Files.createDirectories(folder.resolve(".caches.safetensors.partial/taken"));
    sentence(
        assertThrows(SessionException.class, () -> session.save(file())).getMessage(),
        "cannot be written");
    assertArrayEquals(before, Files.readAllBytes(file()));
  }

  @Test
  void whatFailsHalfWayLeavesNothing() throws IOException {
    byte[] before = Files.readAllBytes(file());
    TestModels.onEngine(
        () -> {
          Map<String, Array> arrays = new LinkedHashMap<>();
          arrays.put("good", Array.of(new float[1000], 1000));
          Array gone = Array.of(new float[10], 10);
          assertEquals(DType.FLOAT32, gone.dtype());
          gone.free();
          arrays.put("gone", gone);
          assertThrows(MlxException.class, () -> ArrayFile.write(file(), Map.of(), arrays));
          return arrays;
        });
    assertArrayEquals(before, Files.readAllBytes(file()));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(file()), left.toList());
    }
  }
}
