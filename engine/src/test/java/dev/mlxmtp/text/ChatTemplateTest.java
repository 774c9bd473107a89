package dev.mlxmtp.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.TestPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
  private static final RenderOptions NO_GENERATION =
      new RenderOptions(false, Optional.empty(), Map.of());

  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private String render(List<Map<String, Object>> tools) {
    return ChatTemplate.load(folder).render(List.of(Message.user("hi")), tools, NO_GENERATION);
  }

  private static final List<Map<String, Object>> TOOLS = List.of(Map.of("name", "f"));

  @Test
  void theJinjaFileComesFirst() throws IOException {
    write("chat_template.jinja", "{{ eos_token }}{{ bos_token }}{{ pad_token is defined }}\n");
    write(
        "tokenizer_config.json",
        """
        {"chat_template": "no", "eos_token": "</s>", "bos_token": {"content": "<s>"}, "pad_token": null}
        """);
    assertEquals("</s><s>False", render(List.of()));
  }

  @Test
  void otherFilesAreReadToo() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"config {{ messages[0].content }}\"}");
    assertEquals("config hi", render(List.of()));
    write("chat_template.json", "{\"chat_template\": \"json {{ messages[0].content }}\"}");
    assertEquals("json hi", render(List.of()));
  }

  @Test
  void aListOfTemplatesHasOneForTools() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"chat_template": [{"name": "default", "template": "plain {{ tools is none }}"},
                           {"name": "tool_use", "template": "tools {{ tools|length }}"}]}
        """);
    assertEquals("plain True", render(List.of()));
    assertEquals("tools 1", render(TOOLS));
  }

  @Test
  void aFolderWithoutOneIsRefused() throws IOException {
    assertEquals(Optional.empty(), ChatTemplate.find(folder));
    var missing = assertThrows(ModelFilesException.class, () -> ChatTemplate.load(folder));
    assertTrue(missing.getMessage().contains(folder.toString()), missing.getMessage());
    write("chat_template.jinja", "{% if %}");
    var broken = assertThrows(ModelFilesException.class, () -> ChatTemplate.load(folder));
    assertTrue(broken.getMessage().contains("Line 1"), broken.getMessage());
    Files.delete(folder.resolve("chat_template.jinja"));
    write("tokenizer_config.json", "{");
    assertThrows(ModelFilesException.class, () -> ChatTemplate.load(folder));
  }

  @Test
  void optionsReachTheTemplate() {
    var template =
        ChatTemplate.of("{{ enable_thinking }}|{{ add_generation_prompt }}|{{ a.b }}", Map.of());
    var extra = new LinkedHashMap<String, Object>();
    extra.put("a", Map.of("b", List.of(1, 2.5)));
    extra.put("nothing", null);
    assertEquals(
        "|False|",
        ChatTemplate.of("{{ enable_thinking }}|{{ add_generation_prompt }}|", Map.of())
            .render(List.of(), List.of(), NO_GENERATION));
    assertEquals(
        "True|True|[1, 2.5]",
        template.render(List.of(), List.of(), new RenderOptions(true, Optional.of(true), extra)));
  }

  @Test
  void messagesOfTheWrongFormAreRefusedInOneSentence() {
    for (Map<String, Object> fields :
        List.<Map<String, Object>>of(
            Map.of("content", "no role"),
            Map.of("role", 5),
            Map.of("role", "user", "content", 5),
            Map.of("role", "user", "content", List.of(5)),
            Map.of("role", "assistant", "tool_calls", "x"),
            Map.of("role", "assistant", "tool_calls", List.of(Map.of("function", Map.of()))),
            call("[1]"),
            call("{broken"))) {
      var error =
          assertThrows(IllegalArgumentException.class, () -> Message.of(fields), fields.toString());
      assertTrue(error.getMessage().endsWith("."), error.getMessage());
    }
    assertEquals(Map.of(), Message.of(call("")).toolCalls().getFirst().arguments());
  }

  private static Map<String, Object> call(String arguments) {
    return Map.of(
        "role",
        "assistant",
        "tool_calls",
        List.of(Map.of("function", Map.of("name", "f", "arguments", arguments))));
  }

  /** Marks all that users write with characters that no template has, and looks where they went. */
  @Test
  void everythingUsersWriteIsMarkedAndNothingElse() throws IOException {
    var sources = new ArrayList<Path>();
    sources.add(TestPaths.demoModel().resolve("chat_template.jinja"));
    for (var name : List.of("qwen_style", "blocks", "macros")) {
      sources.add(TestPaths.resource("templates/" + name + ".jinja"));
    }
    var messages =
        List.of(
            Message.system("\uE000\uE001"),
            Message.user(" \uE002 \n"),
            Message.text("assistant", "\uE003")
                .withReasoning("\uE004")
                .withToolCalls(
                    List.of(
                        new Message.ToolCall(
                            Optional.of("\uE005"),
                            "\uE006",
                            Map.of("\uE007", List.of("\uE008"), "\uE009", "\uE00A")))),
            Message.tool("\uE00B"),
            Message.assistant("\uE00C</think>\uE00D"));
    List<Map<String, Object>> tools =
        List.of(
            Map.of(
                "function",
                Map.of(
                    "name",
                    "\uE00E",
                    "description",
                    "\uE00F",
                    "parameters",
                    Map.of("properties", Map.of("\uE010", Map.of())))));
    for (var source : sources) {
      var prompt =
          ChatTemplate.of(Files.readString(source), Map.of("bos_token", "<s>"))
              .renderPrompt(messages, tools, RenderOptions.GENERATE);
      var text = prompt.text();
      int marked = 0;
      for (int i = 0; i < text.length(); i++) {
        int at = i;
        boolean users = prompt.userSpans().stream().anyMatch(s -> s.overlaps(at, at + 1));
        boolean isPrivate = text.charAt(i) >= '\uE000' && text.charAt(i) <= '\uF8FF';
        assertTrue(users || !isPrivate, source + " at " + i);
        marked += users ? 1 : 0;
      }
      assertTrue(marked > 5 && marked < text.length() / 2, source.toString());
      assertFalse(prompt.userSpans().isEmpty());
    }
  }
}
