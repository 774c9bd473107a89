package dev.mlxmtp.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlxmtp.checkpoint.Fingerprint;
import dev.mlxmtp.session.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prompts by kind. How many drafts are accepted depends on the kind of text more than on anything
 * else.
 *
 * @param name of the set: {@code builtin}, or the file's
 * @param entries in the order in which they are asked; at least one
 */
public record PromptSet(String name, List<Entry> entries) {
  /** The name of the prompts that come with the program. */
  public static final String BUILTIN = "builtin";

  private static final List<String> BUILTIN_KINDS =
      List.of("code", "prose", "quoting", "editing", "chat");
  private static final String NO_KIND = "prompts";
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * One prompt.
   *
   * @param raw to be continued as it is, not answered as a user's message
   */
  public record Entry(String kind, String text, boolean raw) {

    /** A user's message. */
    public Entry(String kind, String text) {
      this(kind, text, false);
    }

    /** What the model is given. */
    public Prompt prompt() {
      return raw ? new Prompt.Raw(text) : Prompt.user(text);
    }
  }

  /**
   * @throws BenchException where there are none
   */
  public PromptSet {
    entries = List.copyOf(entries);
    if (entries.isEmpty()) {
      throw new BenchException(
          "The prompt set " + name + " has no prompts; write one a line, or JSON lines.");
    }
  }

  /**
   * The prompts that come with the program, eight or more of each kind: code, a method from its
   * description; prose, an explanation; quoting, a text to be repeated; editing, a piece of Java to
   * be changed a little; chat, short messages. Some of quoting and editing are no messages but
   * texts whose likely continuation is a copy: those a model without instruction tuning can do as
   * well.
   */
  public static PromptSet builtin() {
    List<Entry> all = new ArrayList<>();
    for (String kind : BUILTIN_KINDS) {
      try (InputStream in = PromptSet.class.getResourceAsStream(kind + ".jsonl")) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        all.addAll(parse(kind + ".jsonl", text.lines().toList()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new PromptSet(BUILTIN, all);
  }

  /**
   * Reads a file with a prompt a line, or, where its first line begins with a brace, with an object
   * {@code {"kind": …, "prompt": …}} a line, and {@code "raw": true} in it for a text to be
   * continued as it is. Empty lines count for nothing. Prompts without a kind are of the kind
   * {@code prompts}.
   *
   * @throws BenchException where the file cannot be read as such
   */
  public static PromptSet read(Path file) {
    List<String> lines;
    try {
      lines = Files.readString(file).replaceFirst("^" + BYTE_ORDER_MARK, "").lines().toList();
    } catch (NoSuchFileException e) {
      throw new BenchException("There is no file " + file + " to read prompts from.", e);
    } catch (CharacterCodingException e) {
      throw new BenchException(
          "The prompt file " + file + " is no UTF-8 text; save it as UTF-8.", e);
    } catch (IOException e) {
      throw new BenchException("The prompt file " + file + " can't be read; is it a file?", e);
    }
    return new PromptSet(file.getFileName().toString(), parse(file.toString(), lines));
  }

  private static List<Entry> parse(String file, List<String> lines) {
    Optional<String> first = lines.stream().filter(line -> !line.isBlank()).findFirst();
    boolean json = first.isPresent() && first.get().strip().startsWith("{");
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty()) {
        entries.add(json ? object(file, i + 1, line) : new Entry(NO_KIND, line));
      }
    }
    return entries;
  }

  private static Entry object(String file, int number, String line) {
    JsonNode object;
    try {
      object = JSON.readTree(line);
    } catch (JacksonException e) {
      throw new BenchException(malformed(file, number), e);
    }
    JsonNode prompt = object.path("prompt");
    JsonNode kind = object.path("kind");
    JsonNode raw = object.path("raw");
    if (!prompt.isTextual()
        || prompt.asText().isBlank()
        || object.has("kind") && !isName(kind)
        || object.has("raw") && !raw.isBoolean()) {
      throw new BenchException(malformed(file, number));
    }
    if (kind.asText().equals(KindResult.ALL)) {
      throw new BenchException(
          "Line "
              + number
              + " of "
              + file
              + " is of the kind `all`, which stands for all kinds together; choose another name.");
    }
    return new Entry(kind.asText(NO_KIND), prompt.asText(), raw.asBoolean(false));
  }

  private static boolean isName(JsonNode kind) {
    return kind.isTextual() && !kind.asText().isBlank();
  }

  private static String malformed(String file, int number) {
    return "Line "
        + number
        + " of "
        + file
        + " is no prompt; write an object {\"kind\": \"code\", \"prompt\": \"…\"} in each line.";
  }

  /** The kinds, in the order of their first prompts. */
  public List<String> kinds() {
    return entries.stream().map(Entry::kind).distinct().toList();
  }

  /**
   * The prompts of some kinds alone.
   *
   * @throws BenchException where there are none of one of them
   */
  public PromptSet only(List<String> kinds) {
    for (String kind : kinds) {
      if (!kinds().contains(kind)) {
        throw new BenchException(
            "The prompt set "
                + name
                + " has no kind `"
                + kind
                + "`; it has "
                + String.join(", ", kinds())
                + ".");
      }
    }
    return with(entries.stream().filter(e -> kinds.contains(e.kind())));
  }

  /** The first prompts of each kind, so many at most. */
  public PromptSet limit(int each) {
    Map<String, Integer> seen = new HashMap<>();
    return with(entries.stream().filter(e -> seen.merge(e.kind(), 1, Integer::sum) <= each));
  }

  /** Tells the prompts from others, whatever their file is called; hexadecimal. */
  public String sha256() {
    Fingerprint all = new Fingerprint();
    for (Entry e : entries) {
      all.add(e.kind());
      all.add(e.raw() ? "raw" : "chat");
      all.add(e.text());
    }
    return all.hex();
  }

  private PromptSet with(Stream<Entry> some) {
    return new PromptSet(name, some.toList());
  }
}
