package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong input is one sentence on standard error and exit code 2. */
class BadInputTest {
  private static final String NORM = "model.language_model.norm.weight";

  @TempDir private Path folder;

  private static void assertRefused(Shell shell, String... parts) {
    assertEquals(2, shell.code(), shell::err);
    assertEquals("", shell.out());
    assertEquals(1, shell.err().lines().count(), shell::err);
    assertTrue(shell.err().stripTrailing().matches("(?s).*[.)]"), shell::err);
    for (String part : parts) {
      assertTrue(shell.err().contains(part), () -> part + " is not in: " + shell.err());
    }
  }

  private static Shell load(ModelCopy model) {
    return Shell.run("generate", "--model", model.path(), "hello");
  }

  private ModelCopy copy() {
    return ModelCopy.in(folder);
  }

  @Test
  void noSuchFolder() {
    assertRefused(Shell.run("generate", "--model", "/no/such/folder", "hello"), "/no/such/folder");
    assertRefused(Shell.run("load", "/no/such/folder"), "/no/such/folder");
    assertRefused(Shell.run("info", "--model", "nobody/nothing"), "hf download nobody/nothing");
  }

  @Test
  void folderWithoutConfig() {
    assertRefused(Shell.run("load", folder.toString()), "config.json");
  }

  @Test
  void unsupportedModelType() {
    ModelCopy model = copy().edit("config.json", text -> text.replace("qwen3_5", "llama"));
    assertRefused(load(model), "llama");
  }

  @Test
  void truncatedShard() {
    assertRefused(load(copy().truncate(ModelCopy.SECOND_SHARD, 1000)), ModelCopy.SECOND_SHARD);
  }

  @Test
  void headerLongerThanTheFile() throws IOException {
    ModelCopy model = copy();
    try (FileChannel channel =
        FileChannel.open(model.file(ModelCopy.FIRST_SHARD), StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.write(length.putLong(0, 1L << 40), 0);
    }
    assertRefused(load(model), ModelCopy.FIRST_SHARD);
  }

  @Test
  void wrongShape() {
    String shard = ModelCopy.shardOf(NORM);
    assertRefused(load(copy().shard(shard, s -> s.reshape(NORM, 2, 128))), "norm.weight");
  }

  @Test
  void missingShard() {
    assertRefused(load(copy().delete(ModelCopy.SECOND_SHARD)), ModelCopy.SECOND_SHARD);
  }

  @Test
  void missingTokenizer() {
    assertRefused(load(copy().delete("tokenizer.json")), "tokenizer.json");
  }

  @Test
  void nanWeights() {
    ModelCopy model =
        copy()
            .shard(
                ModelCopy.shardOf(NORM),
                s -> ByteBuffer.wrap(s.bytes(NORM)).putShort(0, (short) 0xC07F));
    assertRefused(load(model), "norm.weight");
  }

  @Test
  void brokenChatTemplate() {
    ModelCopy model = copy().edit("chat_template.jinja", text -> "{% if %}" + text);
    assertRefused(load(model), "template");
  }

  @Test
  void chatTemplateThatFailsWhenRendered() {
    ModelCopy model = copy().edit("chat_template.jinja", text -> "{{ raise_exception('no') }}");
    assertRefused(load(model), "no");
  }

  @Test
  void noChatTemplate() {
    ModelCopy model =
        copy()
            .delete("chat_template.jinja")
            .edit("tokenizer_config.json", text -> text.replace("chat_template", "unused"));
    assertRefused(load(model), "--raw");
  }

  @Test
  void mtpOnAModelWithoutHead() {
    ModelCopy model =
        copy()
            .without(name -> name.startsWith("mtp."))
            .edit(
                "config.json",
                text ->
                    text.replace("\"mtp_num_hidden_layers\": 1", "\"mtp_num_hidden_layers\": 0"));
    assertRefused(Shell.run("generate", "--model", model.path(), "--mtp=2", "hello"), "MTP head");
    assertRefused(
        Shell.run("acceptance", "--model", model.path(), "--limit=1"),
        "no MTP head",
        "--drafters plain,ngram");
    assertRefused(
        Shell.run(
            "acceptance", "--model", model.path(), "--drafters=plain", "--variants=history=on|off"),
        "no MTP head");
    Shell plain = Shell.run("generate", "--model", model.path(), "--max-tokens", "3", "hello");
    assertEquals(0, plain.code(), plain::err);
    assertTrue(!plain.err().contains("accepted"), plain::err);
  }

  @Test
  void promptLongerThanTheContext() {
    assertRefused(Shell.run("generate", "--raw", "int i = 0; ".repeat(2000)), "2048");
  }

  @Test
  void inputThatIsNotText() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            new String[] {"generate", "-"},
            new ByteArrayInputStream(new byte[] {(byte) 0xFF, 1}),
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(err));
    assertEquals(2, code);
    assertEquals("Standard input is not UTF-8 text.\n", err.toString());
  }

  static Stream<Arguments> usage() {
    return Stream.of(
        wrong("`--temperature`", "generate", "--tempratur", "1", "hi"),
        wrong("PROMPT", "generate"),
        wrong("`there`", "generate", "hi", "there"),
        wrong("`hi`", "generate", "--mtp", "2", "hi"),
        wrong("--top-p takes a number, not `abc`", "generate", "--top-p=abc", "hi"),
        wrong("--seed takes a whole number", "generate", "--seed=1.5", "hi"),
        wrong("--seed is given twice", "generate", "--seed=1", "--seed=2", "hi"),
        wrong("--top-k needs a value", "generate", "--top-k"),
        wrong("cpu or gpu", "generate", "--device=tpu", "hi"),
        wrong("bfloat16", "generate", "--dtype=int8", "hi"),
        wrong("post or pre", "generate", "--mtp-hidden=x", "hi"),
        wrong("auto", "generate", "--mtp=x", "hi"),
        wrong("1 to 8", "generate", "--mtp=9", "hi"),
        wrong("Temperature", "generate", "--temperature=-1", "hi"),
        wrong("dflash", "generate", "--draft=dflash", "hi"),
        wrong("contradict", "generate", "--draft=none", "--mtp=2", "hi"),
        wrong("contradict", "generate", "--draft=ngram", "--mtp=2", "hi"),
        wrong("gumbel or rejection", "generate", "--coupling=x", "hi"),
        wrong("contradict", "generate", "--draft=mtp", "--mtp=0", "hi"),
        wrong("pictures", "generate", "--image=cat.png", "hi"),
        wrong("--system", "generate", "--raw", "--system=x", "hi"),
        wrong("--think", "generate", "--raw", "--no-think", "hi"),
        wrong("at least 1", "generate", "--max-tokens=0", "hi"),
        wrong("stop text", "generate", "--stop", "", "hi"),
        wrong("prompt is empty", "generate", "--raw", ""),
        wrong("`./mtp generate`", "genrate", "hi"),
        wrong("`./mtp help`", "nonsense"),
        wrong("needs a command", "--mtp"),
        wrong("needs DIR", "load"),
        wrong("folder or org/name", "load", ""),
        wrong("can't be the name of a folder", "load", "a\0b"),
        wrong("`./mtp nope`", "help", "nope"));
  }

  private static Arguments wrong(String part, String... args) {
    return Arguments.of(part, args);
  }

  @ParameterizedTest
  @MethodSource("usage")
  void wrongUsage(String part, String[] args) {
    assertRefused(Shell.run(args), part);
  }
}
