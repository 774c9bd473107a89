package dev.mlxmtp.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** Builds a {@link Str} out of parts, each keeping what is untrusted in it. */
final class StrBuilder {
  private final StringBuilder text = new StringBuilder();
  private final List<Span> spans = new ArrayList<>();

  StrBuilder append(String part) {
    Budget.checkLength((long) text.length() + part.length());
    text.append(part);
    return this;
  }

  StrBuilder append(Str part) {
    int offset = text.length();
    append(part.text());
    for (var span : part.untrusted()) {
      addSpan(offset + span.start(), offset + span.end());
    }
    return this;
  }

  StrBuilder append(Str part, int from, int to) {
    return append(part.slice(from, to));
  }

  /** Appends text made out of {@code source}, untrusted if any of the source is. */
  StrBuilder appendAs(Str source, String part) {
    int offset = text.length();
    append(part);
    if (!source.untrusted().isEmpty() && !part.isEmpty()) {
      addSpan(offset, text.length());
    }
    return this;
  }

  private void addSpan(int start, int end) {
    int last = spans.size() - 1;
    if (last >= 0 && spans.get(last).end() == start) {
      spans.set(last, new Span(spans.get(last).start(), end));
    } else {
      spans.add(new Span(start, end));
    }
  }

  int length() {
    return text.length();
  }

  Str build() {
    return new Str(text.toString(), List.copyOf(spans), false);
  }

  static Str join(Str... parts) {
    var all = new StrBuilder();
    for (var part : parts) {
      all.append(part);
    }
    return all.build();
  }
}
