package dev.mlxmtp.checkpoint;

import dev.mlxmtp.mlx.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A tensor's bytes as its files hold them, read a piece at a time. Any thread.
 *
 * @param name the file's own name for it; for experts that were stacked, that of the stack
 */
public record RawTensor(String name, TensorSource source) {

  /** The file of its first byte. */
  public Path file() {
    return source.file();
  }

  /** The header's dtype name, for example {@code BF16}. */
  public String type() {
    return source.type();
  }

  public int[] shape() {
    return source.shape().clone();
  }

  public long bytes() {
    return source.bytes();
  }

  /** The canonical name, for rules that hold in every layout. */
  public String canonical() {
    return Names.canonical(name);
  }

  /**
   * Fills {@code into} with the bytes from {@code at} on.
   *
   * @throws CheckpointException where the file cannot be read
   */
  public void read(long at, ByteBuffer into) {
    long skip = at;
    for (FileRegion region : source.regions()) {
      if (skip >= region.bytes()) {
        skip -= region.bytes();
        continue;
      }
      int end = into.limit();
      into.limit((int) Math.min(end, into.position() + region.bytes() - skip));
      readFully(region, skip - into.position(), into);
      into.limit(end);
      skip = 0;
      if (!into.hasRemaining()) {
        return;
      }
    }
    throw new IllegalArgumentException(name + " ends before byte " + (at + into.limit()));
  }

  private void readFully(FileRegion region, long from, ByteBuffer into) {
    try {
      while (into.hasRemaining()) {
        if (region.channel().read(into, region.offset() + from + into.position()) < 0) {
          throw new IOException("the file ends early");
        }
      }
    } catch (IOException e) {
      throw new CheckpointException(
          "Reading %s from %s failed (%s).".formatted(name, file(), e), e);
    }
  }
}
