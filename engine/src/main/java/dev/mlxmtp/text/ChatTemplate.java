package dev.mlxmtp.text;

import dev.mlxmtp.text.jinja.Str;
import dev.mlxmtp.text.jinja.Template;
import dev.mlxmtp.text.jinja.TemplateException;
import dev.mlxmtp.text.jinja.Value;
import dev.mlxmtp.text.jinja.Values;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A model's chat template: turns a conversation into the prompt that the model was trained on. */
public final class ChatTemplate {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");

  private final Template general;
  private final Optional<Template> forTools;
  private final Map<String, String> specialTokens;
  private final Clock clock;

  private ChatTemplate(
      Template general,
      Optional<Template> forTools,
      Map<String, String> specialTokens,
      Clock clock) {
    this.general = general;
    this.forTools = forTools;
    this.specialTokens = Map.copyOf(specialTokens);
    this.clock = clock;
  }

  /**
   * Loads the template of a model: {@code chat_template.jinja}, else {@code chat_template.json},
   * else what {@code tokenizer_config.json} holds.
   *
   * @param folder the model's folder
   * @throws ModelFilesException if it has no template, or one that can't be read
   */
  public static ChatTemplate load(Path folder) {
    return find(folder)
        .orElseThrow(
            () ->
                new ModelFilesException(
                    folder
                        + " has no chat template; use a model that has chat_template.jinja, or give"
                        + " the prompt raw."));
  }

  /**
   * Loads the template of a model that may have none, from the places that {@link #load} names.
   *
   * @param folder the model's folder
   * @throws ModelFilesException if it has a template that can't be read
   */
  public static Optional<ChatTemplate> find(Path folder) {
    try {
      return ChatTemplateFiles.find(folder)
          .map(
              files ->
                  new ChatTemplate(
                      Template.parse(files.general()),
                      files.forTools().map(Template::parse),
                      files.specialTokens(),
                      Clock.systemDefaultZone()));
    } catch (TemplateException e) {
      throw new ModelFilesException(
          "The chat template in " + folder + " can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * A template given as text.
   *
   * @param specialTokens variables such as {@code bos_token} that the template may print as they
   *     are
   * @throws TemplateException if it isn't valid
   */
  public static ChatTemplate of(String source, Map<String, String> specialTokens) {
    return new ChatTemplate(
        Template.parse(source), Optional.empty(), specialTokens, Clock.systemDefaultZone());
  }

  /** The same template with another clock behind {@code strftime_now}. */
  public ChatTemplate withClock(Clock other) {
    return new ChatTemplate(general, forTools, specialTokens, other);
  }

  /**
   * Renders a conversation to text alone. To encode it for a model, use {@link #renderPrompt}: this
   * text doesn't tell what a user wrote from what the template did.
   *
   * @param tools what the model may call, in OpenAI's form
   * @throws TemplateException if the template fails or refuses the conversation
   */
  public String render(
      List<Message> messages, List<Map<String, Object>> tools, RenderOptions options) {
    return renderPrompt(messages, tools, options).text();
  }

  /**
   * Renders a conversation and keeps track of what came from its messages.
   *
   * @param tools what the model may call, in OpenAI's form
   * @throws TemplateException if the template fails or refuses the conversation
   */
  public RenderedPrompt renderPrompt(
      List<Message> messages, List<Map<String, Object>> tools, RenderOptions options) {
    var variables = new LinkedHashMap<String, Value>();
    specialTokens.forEach((name, token) -> variables.put(name, Str.trusted(token)));
    options.extra().forEach((name, value) -> variables.put(name, Values.of(value, false)));
    options.enableThinking().ifPresent(on -> variables.put("enable_thinking", Value.Bool.of(on)));
    variables.put(
        "messages", Values.of(messages.stream().map(ChatTemplate::fields).toList(), true));
    variables.put("tools", tools.isEmpty() ? Value.None.NONE : Values.of(tools, false));
    variables.put("documents", variables.getOrDefault("documents", Value.None.NONE));
    variables.put("add_generation_prompt", Value.Bool.of(options.addGenerationPrompt()));
    var template = tools.isEmpty() ? general : forTools.orElse(general);
    var prompt = template.render(variables, clock);
    return new RenderedPrompt(prompt.text(), prompt.untrusted());
  }

  /** The names of the fields are trusted, what a message says in them is not. */
  private static Map<String, Object> fields(Message message) {
    var fields = new LinkedHashMap<String, Object>();
    // Some templates read the same thinking by another name.
    message.reasoningContent().ifPresent(r -> fields.put("thinking", Str.untrusted(r)));
    var role = message.role().equals("developer") ? "system" : message.role();
    // Templates build control tokens around a role, so a known one has to count as theirs.
    fields.put("role", ROLES.contains(role) ? Str.trusted(role) : Str.untrusted(role));
    message.content().ifPresent(content -> fields.put("content", content(content)));
    message.reasoningContent().ifPresent(r -> fields.put("reasoning_content", Str.untrusted(r)));
    if (!message.toolCalls().isEmpty()) {
      fields.put("tool_calls", message.toolCalls().stream().map(ChatTemplate::call).toList());
    }
    message.toolCallId().ifPresent(id -> fields.put("tool_call_id", Str.untrusted(id)));
    message.name().ifPresent(name -> fields.put("name", Str.untrusted(name)));
    return fields;
  }

  private static Object content(Message.Content content) {
    return switch (content) {
      case Message.Content.Text t -> Str.untrusted(t.text());
      case Message.Content.Parts p -> {
        var parts = new ArrayList<Value>();
        p.parts().forEach(part -> parts.add(Values.of(part, false)));
        yield parts;
      }
    };
  }

  private static Map<String, Object> call(Message.ToolCall call) {
    var fields = new LinkedHashMap<String, Object>();
    call.id().ifPresent(id -> fields.put("id", Str.untrusted(id)));
    fields.put("type", "function");
    var function = new LinkedHashMap<String, Object>();
    function.put("name", Str.untrusted(call.name()));
    function.put("arguments", Values.of(call.arguments(), false));
    fields.put("function", function);
    return fields;
  }
}
