package dev.mlxmtp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import dev.mlxmtp.session.Prompt;
import dev.mlxmtp.session.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptSetTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("own.txt"), text);
  }

  private static void assertRefused(Path file, String part) {
    BenchException e = assertThrows(BenchException.class, () -> PromptSet.read(file));
    assertTrue(e.getMessage().contains(part), e::getMessage);
    assertTrue(e.getMessage().matches("[^\\n]*\\.|[^\\n]*\\?"), e::getMessage);
  }

  @Test
  void aByteOrderMarkIsNoPartOfAPrompt() throws IOException {
    String line = "{\"kind\": \"code\", \"prompt\": \"x\"}";
    PromptSet set = PromptSet.read(file("\uFEFF" + line + "\n"));
    assertEquals(List.of(new PromptSet.Entry("code", "x")), set.entries());
    assertEquals("x", PromptSet.read(file("\uFEFFx\n")).entries().getFirst().text());
  }

  @Test
  void setsAreToldApartByTheirPrompts() {
    PromptSet.Entry chat = new PromptSet.Entry("k", "x", false);
    String sha256 = new PromptSet("a", List.of(chat)).sha256();
    assertEquals(sha256, new PromptSet("b", List.of(chat)).sha256());
    for (PromptSet.Entry other :
        List.of(
            new PromptSet.Entry("k", "y", false),
            new PromptSet.Entry("j", "x", false),
            new PromptSet.Entry("k", "x", true))) {
      assertNotEquals(sha256, new PromptSet("a", List.of(other)).sha256());
    }
  }

  @Test
  void theBuiltInPromptsAreOfFiveKindsAndFitTheDemoModel() {
    PromptSet set = PromptSet.builtin();
    assertEquals(List.of("code", "prose", "quoting", "editing", "chat"), set.kinds());
    assertTrue(set.entries().size() >= 40);
    assertEquals(set.entries().size(), new HashSet<>(set.entries()).size());
    for (String kind : set.kinds()) {
      assertTrue(set.only(List.of(kind)).entries().size() >= 8, kind);
    }
    try (Session session = Session.open(TestPaths.demoModel())) {
      for (PromptSet.Entry entry : set.entries()) {
        assertTrue(session.encode(entry.prompt()).length < 512, entry::text);
      }
    }
  }

  @Test
  void aFileHasAPromptALine() throws IOException {
    PromptSet set = PromptSet.read(file("first\n\n  {second}  \n"));
    assertEquals("own.txt", set.name());
    assertEquals(
        List.of(
            new PromptSet.Entry("prompts", "first"), new PromptSet.Entry("prompts", "{second}")),
        set.entries());
  }

  @Test
  void aFileHasAnObjectALine() throws IOException {
    PromptSet set =
        PromptSet.read(
            file(
                """
                {"kind": "a", "prompt": "one\\ntwo"}
                {"prompt": "three"}
                {"kind": "a", "prompt": "four", "raw": true}
                """));
    assertEquals(List.of("a", "prompts"), set.kinds());
    assertEquals("one\ntwo", set.entries().getFirst().text());
    assertEquals(List.of("one\ntwo", "three"), texts(set.limit(1)));
    assertEquals(List.of("one\ntwo", "four"), texts(set.only(List.of("a"))));
    assertEquals(Prompt.user("one\ntwo"), set.entries().getFirst().prompt());
    assertEquals(new Prompt.Raw("four"), set.entries().getLast().prompt());
    BenchException e = assertThrows(BenchException.class, () -> set.only(List.of("b")));
    assertTrue(e.getMessage().contains("`b`") && e.getMessage().contains("a, prompts"));
  }

  private static List<String> texts(PromptSet set) {
    return set.entries().stream().map(PromptSet.Entry::text).toList();
  }

  @Test
  void whatIsNoPromptFileIsRefused() throws IOException {
    assertRefused(folder.resolve("none"), "There is no file");
    assertRefused(folder, "is it a file?");
    assertRefused(file(" \n"), "has no prompts");
    assertRefused(file("{\"prompt\": \"x\"}\nplain"), "Line 2");
    assertRefused(file("{\"prompt\": \"x\"} more"), "Line 1");
    assertRefused(file("{\"kind\": \"a\"}"), "Line 1");
    assertRefused(file("{\"prompt\": \" \"}"), "Line 1");
    assertRefused(file("{\"prompt\": \"x\", \"raw\": 1}"), "Line 1");
    assertRefused(file("{\"kind\": 3, \"prompt\": \"x\"}"), "Line 1");
    assertRefused(file("{\"kind\": \"all\", \"prompt\": \"x\"}"), "`all`");
    Path latin = folder.resolve("latin");
    Files.write(latin, "é".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused(latin, "UTF-8");
  }
}
