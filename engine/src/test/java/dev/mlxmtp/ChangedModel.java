package dev.mlxmtp;

import dev.mlxmtp.checkpoint.SafetensorsFile;
import dev.mlxmtp.checkpoint.StoredTensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of the demo model in which the numbers of one tensor are others. */
public final class ChangedModel {
  private ChangedModel() {}

  /** Copies the files to {@code folder} and negates the tensor. */
  public static Path in(Path folder, String tensor) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(TestPaths.demoModel(), Files::isRegularFile)) {
      for (Path file : files) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    boolean found = false;
    try (DirectoryStream<Path> shards = Files.newDirectoryStream(folder, "*.safetensors")) {
      for (Path shard : shards) {
        found |= negate(shard, tensor);
      }
    }
    if (!found) {
      throw new IllegalArgumentException("no file of the model holds " + tensor);
    }
    return folder;
  }

  private static boolean negate(Path shard, String tensor) throws IOException {
    StoredTensor stored;
    try (SafetensorsFile open = SafetensorsFile.open(shard)) {
      stored = open.tensors().get(tensor);
    }
    if (stored == null) {
      return false;
    }
    if (!stored.type().equals("BF16")) {
      throw new IllegalArgumentException(tensor + " is stored as " + stored.type());
    }
    byte[] numbers = new byte[Math.toIntExact(stored.bytes())];
    try (RandomAccessFile file = new RandomAccessFile(shard.toFile(), "rw")) {
      file.seek(stored.offset());
      file.readFully(numbers);
      for (int i = 1; i < numbers.length; i += 2) {
        numbers[i] ^= (byte) 0x80;
      }
      file.seek(stored.offset());
      file.write(numbers);
    }
    return true;
  }
}
