package dev.mlxmtp.mlx;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A run of bytes in an open file.
 *
 * @param offset position of the first byte, aligned or not
 */
public record FileRegion(FileChannel channel, long offset, long bytes) {
  // One read call of the operating systems moves less than 2 GiB.
  private static final long STEP = 1L << 30;

  void readInto(MemorySegment target) throws IOException {
    long done = 0;
    while (done < bytes) {
      ByteBuffer window = target.asSlice(done, Math.min(STEP, bytes - done)).asByteBuffer();
      while (window.hasRemaining()) {
        int n = channel.read(window, offset + done + window.position());
        if (n < 0) {
          throw new EOFException(
              "the file ends at byte " + channel.size() + ", before " + (offset + bytes));
        }
      }
      done += window.limit();
    }
  }
}
