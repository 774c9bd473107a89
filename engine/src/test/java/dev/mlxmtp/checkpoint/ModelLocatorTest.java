package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLocatorTest {
  private static final String MODEL = "some-org/Some.Model-1";
  private static final String ENTRY = "models--some-org--Some.Model-1";

  @TempDir Path root;

  private Path snapshot(Path hub, String hash) throws IOException {
    Path snapshot = Files.createDirectories(hub.resolve(ENTRY).resolve("snapshots").resolve(hash));
    Files.writeString(snapshot.resolve("config.json"), "{}");
    Files.writeString(snapshot.resolve("model.safetensors"), "");
    return snapshot;
  }

  private void main(Path hub, String hash) {
    TinyModel.writeText(hub.resolve(ENTRY).resolve("refs/main"), hash + "\n");
  }

  private static void refused(String spec, Map<String, String> environment, String... parts) {
    String message =
        assertThrows(CheckpointException.class, () -> ModelLocator.resolve(spec, environment))
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain: " + part);
    }
  }

  @Test
  void takesAFolder() throws IOException {
    Path folder = Files.createDirectories(root.resolve("a/b"));
    assertEquals(folder, ModelLocator.resolve(folder.toString(), Map.of()));
    assertEquals(folder, ModelLocator.resolve("~/a/b", Map.of("HOME", root.toString())));
    assertEquals(root, ModelLocator.resolve("~", Map.of("HOME", root.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "/no/such/folder", "./no/folder", "../x", "a/b/c", "~/x"})
  void saysWhenThereIsNoFolder(String spec) {
    refused(spec, Map.of("HOME", root.toString()), "There is no folder", "org/name");
  }

  @Test
  void saysWhenNothingIsNamed() {
    refused(" ", Map.of(), "No model is named");
  }

  @ParameterizedTest
  @CsvSource({
    "HF_HUB_CACHE,hub,hub",
    "HUGGINGFACE_HUB_CACHE,hub,hub",
    "HF_HOME,hf,hf/hub",
    "XDG_CACHE_HOME,xdg,xdg/huggingface/hub",
    "HOME,home,home/.cache/huggingface/hub"
  })
  void findsTheCacheAsItsOwnToolsDo(String variable, String value, String hub) throws IOException {
    Path snapshot = snapshot(root.resolve(hub), "abc");
    main(root.resolve(hub), "abc");
    assertEquals(
        snapshot, ModelLocator.resolve(MODEL, Map.of(variable, root.resolve(value).toString())));
    refused(
        "some-org/other",
        Map.of(variable, root.resolve(value).toString()),
        "neither a folder nor in the Hugging Face cache at " + root.resolve(hub),
        "`hf download some-org/other`");
  }

  @Test
  void theNearestVariableWins() throws IOException {
    Path snapshot = snapshot(root.resolve("hub"), "abc");
    Map<String, String> environment =
        Map.of(
            "HF_HUB_CACHE", root.resolve("hub").toString(),
            "HF_HOME", root.resolve("none").toString(),
            "HOME", root.resolve("none").toString());
    assertEquals(snapshot, ModelLocator.resolve(MODEL, environment));
  }

  @Test
  void takesWhatMainNamesElseTheNewest() throws IOException {
    Map<String, String> environment = Map.of("HF_HUB_CACHE", root.toString());
    Path old = snapshot(root, "aaa");
    Path young = snapshot(root, "bbb");
    Files.setLastModifiedTime(old, FileTime.fromMillis(1_000));
    Files.setLastModifiedTime(young, FileTime.fromMillis(2_000));
    assertEquals(young, ModelLocator.resolve(MODEL, environment));
    main(root, "aaa");
    assertEquals(old, ModelLocator.resolve(MODEL, environment));
    main(root, "ccc");
    assertEquals(young, ModelLocator.resolve(MODEL, environment));
  }

  @Test
  void namesWhatAnIncompleteDownloadLacks() throws IOException {
    Map<String, String> environment = Map.of("HF_HUB_CACHE", root.toString());
    Path snapshot = snapshot(root, "abc");
    Files.delete(snapshot.resolve("model.safetensors"));
    refused(MODEL, environment, "incomplete: model*.safetensors is missing");
    Files.writeString(
        snapshot.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"w\": \"model-00001-of-00001.safetensors\"}}");
    refused(
        MODEL,
        environment,
        "incomplete: model-00001-of-00001.safetensors is missing",
        "`hf download " + MODEL + "`");
    Files.delete(snapshot.resolve("config.json"));
    refused(MODEL, environment, "incomplete: config.json is missing");
  }

  @Test
  void anEntryWithoutSnapshotIsNoModel() throws IOException {
    Files.createDirectories(root.resolve(ENTRY).resolve("blobs"));
    refused(MODEL, Map.of("HF_HUB_CACHE", root.toString()), "`hf download " + MODEL + "`");
  }
}
