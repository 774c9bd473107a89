package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.FileRegion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** An open safetensors file: its header in memory, its tensors read when they are asked for. */
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens the file, reads its header and checks that every tensor lies in the file, with the bytes
   * its dtype and shape need, without overlap or gap. Any thread.
   *
   * @throws CheckpointException where the file is missing, truncated or malformed, or holds a dtype
   *     that MLX has no type for
   */
  public static SafetensorsFile open(Path path) {
    return open(path, "download it again");
  }

  /**
   * The same for a file that is no part of a checkpoint.
   *
   * @param remedy what to do about a truncated or malformed one, the second half of a sentence
   */
  @SuppressWarnings("resource") // the channel passes into the result
  public static SafetensorsFile open(Path path, String remedy) {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    try {
      return new SafetensorsFile(path, channel, SafetensorsHeader.read(path, channel));
    } catch (IOException e) {
      close(channel, e);
      throw unreadable(path, e);
    } catch (SafetensorsHeader.Malformed e) {
      close(channel, e);
      throw new CheckpointException(e.getMessage() + "; " + remedy + ".", e);
    } catch (RuntimeException e) {
      close(channel, e);
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  /** The header's {@code __metadata__}, empty where it has none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** All tensors by name. */
  public SortedMap<String, StoredTensor> tensors() {
    return header.tensors();
  }

  /**
   * Reads one tensor in its stored dtype and shape; 8-bit floats arrive as uint8. Engine thread
   * only.
   *
   * @throws CheckpointException where there is no such tensor or the file cannot be read
   */
  public Array read(String name) {
    StoredTensor tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException(path + " holds no tensor " + name + ".");
    }
    FileRegion whole = region(tensor, 0, tensor.bytes());
    return TensorSource.read(path, name, List.of(whole), tensor.dtype(), tensor.shape());
  }

  /** A run of bytes of one tensor. */
  FileRegion region(StoredTensor tensor, long from, long bytes) {
    return new FileRegion(channel, tensor.offset() + from, bytes);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(path + " cannot be closed: " + e.getMessage() + ".", e);
    }
  }

  private static CheckpointException unreadable(Path path, IOException e) {
    return new CheckpointException(path + " cannot be read (" + e + ").", e);
  }

  private static void close(FileChannel channel, Exception reason) {
    try {
      channel.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
