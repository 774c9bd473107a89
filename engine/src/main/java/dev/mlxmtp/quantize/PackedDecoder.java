package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import java.nio.ByteBuffer;

/**
 * Reads packed rows back, with tables of our own and not with what packed them.
 *
 * @param parts codes, scales and, in affine mode, biases, from the same row on
 * @param type of affine scales and biases
 */
record PackedDecoder(QuantFormat format, FloatType type, ByteBuffer[] parts) {

  /** Number i of the rows. */
  float at(int i) {
    int code = code(i);
    int group = i / format.group();
    return switch (format.mode()) {
      case MXFP4, MXFP8 -> MxEncoder.of(format.mode()).decode(code, parts[1].get(group) & 0xff);
      case NVFP4 -> E2m1.value(code) * E4m3.value(parts[1].get(group));
      case AFFINE -> code * number(parts[1], group) + number(parts[2], group);
    };
  }

  private int code(int i) {
    int perByte = Byte.SIZE / format.bits();
    int shared = parts[0].get(i / perByte) & 0xff;
    return shared >> format.bits() * (i % perByte) & (1 << format.bits()) - 1;
  }

  private float number(ByteBuffer from, int i) {
    float[] one = new float[1];
    type.read(from.slice(i * type.bytes(), type.bytes()).order(from.order()), one, 1);
    return one[0];
  }
}
