package dev.mlxmtp.kernel.display;

import java.util.Map;

/** Something to look at. A front end shows the richest form that it can; the text says the same. */
public interface Visual {

  /** Shows it as text. */
  void print(Screen screen);

  /** Its richer forms by MIME type: text for markup, nested maps and lists for JSON. */
  default Map<String, Object> forms() {
    return Map.of();
  }
}
