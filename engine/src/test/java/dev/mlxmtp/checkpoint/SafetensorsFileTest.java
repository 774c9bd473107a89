package dev.mlxmtp.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mlxmtp.OnEngineThread;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(OnEngineThread.class)
class SafetensorsFileTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("x.safetensors");
  }

  private Path raw(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    return Files.write(file(), out.array());
  }

  private void refused(String... parts) {
    String message =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file())).getMessage();
    assertTrue(message.contains("x.safetensors"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should contain: " + part);
    }
  }

  @Test
  void readsTensorsAndMetadata() {
    new SafetensorsWriter()
        .metadata(Map.of("format", "mlx"))
        .add("byte", "U8", new byte[] {7})
        .addF32("odd.offset", new float[] {1.5f, -2, 3, 4, 5, 6}, 2, 3)
        .addBf16("half", new float[] {0.5f, -1}, 2)
        .add("codes", "F8_E4M3", new byte[] {1, 2, (byte) 0x7E}, 3)
        .add("none", "F32", new byte[0], 0, 4)
        .write(file());
    try (SafetensorsFile open = SafetensorsFile.open(file())) {
      assertEquals(Map.of("format", "mlx"), open.metadata());
      assertEquals(5, open.tensors().size());
      assertEquals("F8_E4M3", open.tensors().get("codes").type());
      Array odd = open.read("odd.offset");
      assertArrayEquals(new int[] {2, 3}, odd.shape());
      assertArrayEquals(new float[] {1.5f, -2, 3, 4, 5, 6}, odd.toFloats());
      assertEquals(DType.BFLOAT16, open.read("half").dtype());
      assertArrayEquals(new float[] {0.5f, -1}, open.read("half").toFloats());
      assertEquals(DType.UINT8, open.read("codes").dtype());
      assertArrayEquals(new int[] {1, 2, 0x7E}, open.read("codes").toInts());
      assertEquals(7, open.read("byte").item());
      assertEquals(0, open.read("none").size());
      String message =
          assertThrows(CheckpointException.class, () -> open.read("other")).getMessage();
      assertTrue(message.contains("holds no tensor other"), message);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "mtp.large",
      matches = "true",
      disabledReason = ("takes seconds " + "and 5 GB"))
  void readsTensorsBeyondTwoGigabytes() {
    int rows = 2200;
    int columns = 1 << 20;
    new SafetensorsWriter()
        .addHole("big", "U8", 1, rows, columns)
        .addF32("behind", new float[] {42}, 1)
        .write(file());
    try (var out = new RandomAccessFile(file().toFile(), "rw")) {
      // The last byte of the big one, right before the four of the other.
      out.seek(out.length() - 5);
      out.write(9);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (SafetensorsFile open = SafetensorsFile.open(file())) {
      Array big = open.read("big");
      Array corner = Ops.slice(Ops.slice(big, 0, rows - 1, rows), 1, columns - 2, columns);
      assertArrayEquals(new int[] {0, 9}, corner.toInts());
      assertEquals(42, open.read("behind").item());
    }
  }

  @Test
  void saysWhenTheFileIsMissing() {
    refused("cannot be read", "NoSuchFile");
  }

  @Test
  void saysWhenTheFileIsClosed() {
    new SafetensorsWriter().addF32("w", new float[] {1}, 1).write(file());
    SafetensorsFile open = SafetensorsFile.open(file());
    open.close();
    String message = assertThrows(CheckpointException.class, () -> open.read("w")).getMessage();
    assertTrue(message.contains("Reading w from"), message);
  }

  @Test
  void saysWhenTheFileShrinksAfterOpening() throws IOException {
    new SafetensorsWriter().addF32("w", new float[8], 8).write(file());
    try (SafetensorsFile open = SafetensorsFile.open(file())) {
      try (var out = new RandomAccessFile(file().toFile(), "rw")) {
        out.setLength(out.length() - 4);
      }
      String message = assertThrows(CheckpointException.class, () -> open.read("w")).getMessage();
      assertTrue(message.contains("the file ends at byte"), message);
    }
  }

  @Test
  void refusesWhatIsNoSafetensorsFile() throws IOException {
    Files.write(file(), new byte[3]);
    refused("truncated", "3 bytes");
    Files.writeString(file(), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
    refused("Git LFS pointer", "git lfs pull");
    Files.writeString(file(), "PK\3\4 this is a zip archive");
    refused("not a safetensors file", "first 8 bytes");
    Files.write(file(), new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{'});
    refused("truncated", "100 bytes", "only 9");
  }

  @Test
  void refusesATruncatedShard() throws IOException {
    new SafetensorsWriter()
        .addF32("first", new float[4], 4)
        .addF32("last", new float[4], 4)
        .write(file());
    try (var out = new RandomAccessFile(file().toFile(), "rw")) {
      out.setLength(out.length() - 1);
    }
    refused("truncated", "last", "download it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"w\": ", "[1]", "{} trailing", "{\"w\": 01}"})
  void refusesAHeaderThatIsNoJsonObject(String header) throws IOException {
    raw(header, 0);
    refused("not valid JSON");
  }

  @Test
  void refusesTheSameNameTwice() throws IOException {
    String entry = "\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}";
    raw("{" + entry.formatted(0, 1) + "," + entry.formatted(1, 2) + "}", 2);
    refused("not valid JSON", "uplicate", "w");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "U8 | [4] | [0,4] | 6 | 2 bytes after its last tensor",
        "U8 | [4] | [1,5] | 5 | has a gap before w",
        "U8 | [4] | [0,3] | 3 | gives w 3 bytes where U8 of shape [4] needs 4",
        "F32 | [2,2] | [0,4] | 4 | gives w 4 bytes where F32 of shape [2,2] needs 16",
        "U8 | [4] | [4,0] | 4 | impossible offsets",
        "U8 | [4] | [9223372036854775800,9223372036854775804] | 4 | impossible offsets",
        "U8 | [4] | [0.5,4] | 4 | without a proper dtype, shape and data_offsets",
        "U8 | [4] | [4] | 4 | without a proper dtype, shape and data_offsets",
        "U8 | [-4] | [0,4] | 4 | impossible shape [-4]",
        "U8 | [2.5] | [0,4] | 4 | impossible shape",
        "U8 | [4294967296] | [0,4] | 4 | impossible shape",
        "U8 | [2147483647,2147483647,2147483647] | [0,4] | 4 | more than 2^63 bytes",
        "U8 | [1,1,1,1,1,1,1,1,1] | [0,1] | 1 | 9 dimensions",
        "F4 | [4] | [0,2] | 2 | stores w as F4",
        "F6_E2M3 | [4] | [0,3] | 3 | stores w as F6_E2M3",
        "F8_E5M2 | [4] | [0,4] | 4 | stores w as F8_E5M2",
      })
  void refusesAnImpossibleTensor(
      String type, String shape, String offsets, int bytes, String reason) throws IOException {
    raw(
        "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
            .formatted(type, shape, offsets),
        bytes);
    refused(reason);
  }

  @Test
  void refusesOverlaps() throws IOException {
    String entry = "\"%s\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}";
    raw("{" + entry.formatted("a", 0, 2) + "," + entry.formatted("b", 1, 3) + "}", 3);
    refused("overlapping tensors at b");
  }
}
