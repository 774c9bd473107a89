package dev.mlxmtp.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The added tokens that a prompt really holds: those of which the template wrote every character.
 *
 * @param matches where they stand, in order
 * @param injected whether the name of an added token also stands where a user wrote part of it
 */
record ControlTokens(List<Match> matches, boolean injected) {

  /** One token in the text, in UTF-16 units. */
  record Match(int start, int end, int id) {}

  /** Looks from left to right and takes the longest name at each place, as tokenizers do. */
  static ControlTokens find(RenderedPrompt prompt, Map<Integer, TokenizerFile.Added> added) {
    var byFirst = new HashMap<Character, List<TokenizerFile.Added>>();
    for (var token : added.values()) {
      if (!token.name().isEmpty()) {
        byFirst.computeIfAbsent(token.name().charAt(0), c -> new ArrayList<>()).add(token);
      }
    }
    byFirst
        .values()
        .forEach(
            list ->
                list.sort(
                    Comparator.comparingInt((TokenizerFile.Added t) -> t.name().length())
                        .reversed()));
    return new Scan(prompt, byFirst).run();
  }

  /** One pass over a prompt and its spans. */
  private static final class Scan {
    private final RenderedPrompt prompt;
    private final Map<Character, List<TokenizerFile.Added>> byFirst;
    private final List<Match> matches = new ArrayList<>();
    private boolean injected;
    private int span;

    Scan(RenderedPrompt prompt, Map<Character, List<TokenizerFile.Added>> byFirst) {
      this.prompt = prompt;
      this.byFirst = byFirst;
    }

    ControlTokens run() {
      var text = prompt.text();
      for (int at = 0; at < text.length(); ) {
        at = take(at);
      }
      return new ControlTokens(List.copyOf(matches), injected);
    }

    /** Takes the token that starts at a position, if any, and returns where to go on. */
    private int take(int at) {
      for (var token : byFirst.getOrDefault(prompt.text().charAt(at), List.of())) {
        if (!prompt.text().startsWith(token.name(), at)) {
          continue;
        }
        int end = at + token.name().length();
        if (isUsers(at, end)) {
          injected = true;
        } else {
          matches.add(new Match(at, end, token.id()));
          return end;
        }
      }
      return at + 1;
    }

    private boolean isUsers(int from, int to) {
      var spans = prompt.userSpans();
      while (span < spans.size() && spans.get(span).end() <= from) {
        span++;
      }
      return span < spans.size() && spans.get(span).overlaps(from, to);
    }
  }
}
