package dev.mlxmtp.mlx;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The encoder of MXFP4 and MXFP8 (OCP MX specification 1.0). The same bytes on every machine. Any
 * thread.
 */
public final class MxPacking {
  /** Numbers to a scale. */
  public static final int GROUP = 32;

  private MxPacking() {}

  /**
   * Packs numbers, each group of 32 with the exponent that leaves the least error: for 8 bits the
   * smallest at which nothing saturates, for 4 bits that or the one below, by the squared error.
   *
   * @param from direct, {@code n} numbers of {@code type} from its beginning on
   * @param type float32, bfloat16 or float16
   * @param n a multiple of 32
   * @param bits 4 or 8
   * @param codes direct, room for {@code n · bits / 8} bytes
   * @param scales direct, room for {@code n / 32} bytes
   * @return false where a number is not finite
   */
  public static boolean encode(
      ByteBuffer from, DType type, int n, int bits, ByteBuffer codes, ByteBuffer scales) {
    int code =
        switch (type) {
          case FLOAT32 -> 0;
          case BFLOAT16 -> 1;
          case FLOAT16 -> 2;
          default -> throw new IllegalArgumentException("no numbers to pack: " + type);
        };
    int groups = n / GROUP;
    // Slices are checked against the room there is, which the native side cannot do.
    return NativeLayers.encodeMx(
        whole(from).asSlice(0, (long) n * type.bytes()),
        code,
        groups,
        bits,
        whole(codes).asSlice(0, (long) groups * GROUP * bits / Byte.SIZE),
        whole(scales).asSlice(0, groups));
  }

  private static MemorySegment whole(ByteBuffer buffer) {
    return MemorySegment.ofBuffer(buffer.duplicate().clear());
  }
}
