package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.mlx.QuantMode;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads packed rows back, with tables of our own and not with what packed them.
 *
 * @param scales of each group
 * @param biases of each group, in affine mode; else empty
 */
record PackedDecoder(QuantFormat format, ByteBuffer codes, float[] scales, float[] biases) {
  private static final int E8M0_BIAS = 127;

  /**
   * @param type of affine scales and biases
   * @param parts codes, scales and, in affine mode, biases, from the same row on
   */
  static PackedDecoder of(QuantFormat format, FloatType type, List<ByteBuffer> parts) {
    boolean affine = format.mode() == QuantMode.AFFINE;
    ByteBuffer stored = parts.get(1);
    int groups = stored.remaining() / (affine ? type.bytes() : 1);
    float[] scales = new float[groups];
    float[] biases = new float[affine ? groups : 0];
    switch (format.mode()) {
      case AFFINE -> {
        type.read(stored, scales, groups);
        type.read(parts.get(2), biases, groups);
      }
      case NVFP4 -> {
        for (int i = 0; i < groups; i++) {
          scales[i] = E4m3.value(stored.get(i));
        }
      }
      case MXFP4, MXFP8 -> {
        for (int i = 0; i < groups; i++) {
          scales[i] = Math.scalb(1f, (stored.get(i) & 0xff) - E8M0_BIAS);
        }
      }
    }
    return new PackedDecoder(format, parts.getFirst(), scales, biases);
  }

  /** Number i of the rows. */
  float at(int i) {
    int code = code(i);
    int group = i / format.group();
    return switch (format.mode()) {
      case MXFP4, NVFP4 -> E2m1.value(code) * scales[group];
      case MXFP8 -> E4m3.value(code) * scales[group];
      case AFFINE -> code * scales[group] + biases[group];
    };
  }

  private int code(int i) {
    int perByte = Byte.SIZE / format.bits();
    int shared = codes.get(i / perByte) & 0xff;
    return shared >> format.bits() * (i % perByte) & (1 << format.bits()) - 1;
  }
}
