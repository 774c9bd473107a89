package dev.mlxmtp.text;

import dev.mlxmtp.text.jinja.Span;
import java.util.List;

/**
 * A prompt that remembers which of its parts users wrote.
 *
 * @param text the whole prompt
 * @param userSpans the parts that came from messages, tools and options, in order and apart from
 *     each other; the rest is the template's own. In UTF-16 units
 */
public record RenderedPrompt(String text, List<Span> userSpans) {

  /** Keeps its own copy of the spans. */
  public RenderedPrompt {
    userSpans = List.copyOf(userSpans);
  }
}
