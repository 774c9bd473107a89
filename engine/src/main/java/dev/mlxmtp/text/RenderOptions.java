package dev.mlxmtp.text;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of one rendering of a chat template.
 *
 * @param addGenerationPrompt whether to open the assistant's turn at the end
 * @param enableThinking the template's {@code enable_thinking}; absent leaves it undefined
 * @param extra more variables for the template, plain data (null allowed as a value)
 */
public record RenderOptions(
    boolean addGenerationPrompt, Optional<Boolean> enableThinking, Map<String, Object> extra) {

  /** Opens the assistant's turn, all else as the template has it. */
  public static final RenderOptions GENERATE = new RenderOptions(true, Optional.empty(), Map.of());

  /** Keeps its own copy of the extra variables. */
  public RenderOptions {
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  /** These settings with thinking turned on or off. */
  public RenderOptions withThinking(boolean enabled) {
    return new RenderOptions(addGenerationPrompt, Optional.of(enabled), extra);
  }
}
