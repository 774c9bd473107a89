package dev.mlxmtp.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command from its arguments to the folder it writes. */
class QuantizeCommandTest {
  private static final String MATRIX = "model.language_model.layers.0.mlp.up_proj.weight";

  @TempDir private Path folder;

  private Path out() {
    return folder.resolve("out");
  }

  private void assertRefused(Shell shell, String part) {
    assertEquals(2, shell.code(), shell::err);
    assertEquals("", shell.out());
    assertEquals(1, shell.err().lines().count(), shell::err);
    assertTrue(shell.err().contains(part), () -> part + " is not in: " + shell.err());
    assertFalse(Files.exists(out().resolve("config.json")));
  }

  private Shell quantize(String... more) {
    String[] all = new String[more.length + 5];
    all[0] = "quantize";
    all[1] = "--mode";
    all[2] = "mxfp4";
    all[3] = "--out";
    all[4] = out().toString();
    System.arraycopy(more, 0, all, 5, more.length);
    return Shell.run(all);
  }

  @Test
  void writesVerifiesAndRuns() throws IOException {
    Shell shell = quantize("--verify", "--json");
    assertEquals(0, shell.code(), shell::err);
    JsonNode report = new ObjectMapper().readTree(shell.out());
    assertEquals(76, report.get("tensors").size());
    assertEquals(0, report.get("mtp_packed").asInt());
    assertTrue(report.get("mean_cosine").asDouble() > 0.993, report::toString);
    assertTrue(report.get("mtp_equals_plain").asBoolean(), report::toString);
    assertTrue(report.get("tokens_per_pass").asDouble() > 1, report::toString);

    Shell again = quantize();
    assertEquals(2, again.code());
    assertTrue(again.err().contains("--force"), again::err);
    assertEquals(0, quantize("--force").code());
    Shell twice =
        Shell.run(
            "quantize", "--mode", "mxfp4", "--src", out().toString(), "--out", folder + "/twice");
    assertEquals(2, twice.code());
    assertTrue(twice.err().contains("quantized already"), twice::err);
  }

  @Test
  void aPlanWritesNothing() {
    Shell shell = quantize("--plan", "--use", "*.down_proj.weight=mxfp8", "--keep", "layers.1.*");
    assertEquals(0, shell.code(), shell::err);
    assertTrue(shell.out().contains("--use"), shell::out);
    assertTrue(shell.out().contains("--keep"), shell::out);
    assertTrue(shell.out().lines().anyMatch(l -> l.startsWith("size")), shell::out);
    assertFalse(Files.exists(out()));
  }

  @Test
  void wrongUsage() {
    assertRefused(Shell.run("quantize", "--mode", "mxfp4"), "--out");
    assertRefused(Shell.run("quantize", "--out", out().toString()), "--mode");
    assertRefused(quantize("--use", "*.weight=int3"), "--use needs PATTERN=MODE");
    assertRefused(quantize("--threads", "0"), "--threads");
    assertRefused(quantize("--src", "/no/such/folder"), "/no/such/folder");
    assertRefused(quantize("--recipe", "best"), "--recipe");
  }

  @Test
  void aSourceWithNan() throws IOException {
    ModelCopy model = ModelCopy.in(Files.createDirectory(folder.resolve("model")));
    String shard = ModelCopy.shardOf(MATRIX);
    model.shard(shard, s -> ByteBuffer.wrap(s.bytes(MATRIX)).putShort(512 + 6, (short) 0xC07F));
    assertRefused(quantize("--src", model.path()), "holds NaN at row 1, column 3");
  }
}
