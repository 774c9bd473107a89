package dev.mlxmtp.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * A model's tokenizer. Never goes on line, never cuts, pads or adds tokens. Can be used by several
 * threads; after {@link #close} it can't be used any more.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  // Held for as long as the class is: a logger that nobody holds forgets its level.
  private static final Logger LIBRARY_LOG = Logger.getLogger("ai.djl");

  static {
    System.setProperty("ai.djl.offline", "true");
    LIBRARY_LOG.setLevel(Level.SEVERE);
  }

  private final TokenizerFile file;
  private final HuggingFaceTokenizer full;
  private final Object lock = new Object();
  private volatile HuggingFaceTokenizer ordinary;
  private boolean closed;

  private Tokenizer(TokenizerFile file, HuggingFaceTokenizer full) {
    this.file = file;
    this.full = full;
  }

  /**
   * Loads {@code tokenizer.json}.
   *
   * @param folder the model's folder
   * @throws ModelFilesException if the file is missing or isn't a tokenizer
   */
  public static Tokenizer load(Path folder) {
    var file = TokenizerFile.read(folder);
    return new Tokenizer(file, build(file, file.bytes()));
  }

  private static HuggingFaceTokenizer build(TokenizerFile file, byte[] json) {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw file.unusable(e);
    }
  }

  /** Encodes text in which the names of added tokens stand for those tokens. */
  public int[] encode(String text) {
    return encode(full, text);
  }

  /**
   * Encodes text in which nothing stands for an added token, special or not: such names become the
   * ordinary tokens of their characters.
   */
  public int[] encodeOrdinary(String text) {
    var ids = encode(ordinary(), text);
    if (!Arrays.stream(ids).anyMatch(file::isAdded)) {
      return ids;
    }
    // A vocabulary that holds the name of an added token as a word of its own: no word, no match.
    return text.codePoints()
        .mapToObj(Character::toString)
        .flatMapToInt(character -> IntStream.of(encode(ordinary(), character)))
        .toArray();
  }

  /**
   * Encodes a rendered prompt: the names of added tokens stand for those tokens where the template
   * wrote every character of them, and are plain text where a user wrote any. Equal to {@code
   * encode(prompt.text())} if no name of an added token touches a user's part.
   */
  public int[] encode(RenderedPrompt prompt) {
    var control = ControlTokens.find(prompt, file.added());
    if (control.injected()) {
      return encodePieces(prompt, control);
    }
    var ids = encode(prompt.text());
    boolean asExpected =
        Arrays.equals(
            Arrays.stream(ids).filter(file::isAdded).toArray(),
            control.matches().stream().mapToInt(ControlTokens.Match::id).toArray());
    return asExpected ? ids : encodePieces(prompt, control);
  }

  /** Encodes what lies between the control tokens as ordinary text. */
  int[] encodePieces(RenderedPrompt prompt, ControlTokens control) {
    var ids = IntStream.builder();
    int at = 0;
    for (var match : control.matches()) {
      IntStream.of(encodeOrdinary(prompt.text().substring(at, match.start()))).forEach(ids);
      ids.add(match.id());
      at = match.end();
    }
    IntStream.of(encodeOrdinary(prompt.text().substring(at))).forEach(ids);
    return ids.build().toArray();
  }

  private static int[] encode(HuggingFaceTokenizer tokenizer, String text) {
    var ids = tokenizer.encode(wellFormed(text), false, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /** Half a surrogate pair has no UTF-8 form; the library would make three characters of it. */
  private static String wellFormed(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    var out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
    return out.toString();
  }

  private HuggingFaceTokenizer ordinary() {
    var built = ordinary;
    if (built == null) {
      synchronized (lock) {
        if (closed) {
          throw new IllegalStateException("The tokenizer is closed.");
        }
        if (ordinary == null) {
          ordinary = build(file, file.withoutAddedTokens());
        }
        built = ordinary;
      }
    }
    return built;
  }

  /**
   * Decodes ids to text; bytes that are no valid UTF-8 become U+FFFD, unknown ids nothing.
   *
   * @param skipSpecial whether to leave out special tokens
   */
  public String decode(int[] ids, boolean skipSpecial) {
    return full.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial);
  }

  /** How many ids the tokenizer defines, added tokens included; a model may have more rows. */
  public int vocabularySize() {
    return file.vocabularySize();
  }

  /** The id of a token, by its name in the vocabulary or as an added token. */
  public OptionalInt id(String token) {
    return file.id(token);
  }

  /** Whether an id is a special token, which is left out of text unless asked for. */
  public boolean isSpecial(int id) {
    var token = file.added().get(id);
    return token != null && token.special();
  }

  /** The added tokens, special or not, by id. */
  public Map<Integer, String> addedTokens() {
    return file.addedNames();
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      full.close();
      if (ordinary != null) {
        ordinary.close();
      }
    }
  }
}
