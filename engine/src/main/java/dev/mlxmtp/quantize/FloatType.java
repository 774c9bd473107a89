package dev.mlxmtp.quantize;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The floating-point types that sources are stored in, by their name in a safetensors header. */
public enum FloatType {
  F32(4),
  BF16(2),
  F16(2),
  F8_E4M3(1);

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  static Optional<FloatType> of(String safetensorsName) {
    for (FloatType type : values()) {
      if (type.name().equals(safetensorsName)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Bytes of a number. */
  public int bytes() {
    return bytes;
  }

  /** Reads {@code n} little-endian numbers from the position on. */
  void read(ByteBuffer from, float[] to, int n) {
    switch (this) {
      case F32 -> from.asFloatBuffer().get(to, 0, n);
      case BF16 -> {
        var shorts = from.asShortBuffer();
        for (int i = 0; i < n; i++) {
          to[i] = Float.intBitsToFloat(shorts.get(i) << Short.SIZE);
        }
      }
      case F16 -> {
        var shorts = from.asShortBuffer();
        for (int i = 0; i < n; i++) {
          to[i] = Float.float16ToFloat(shorts.get(i));
        }
      }
      case F8_E4M3 -> {
        int at = from.position();
        for (int i = 0; i < n; i++) {
          to[i] = E4m3.value(from.get(at + i));
        }
      }
    }
  }

  /** The nearest number of this type, ties to even. */
  float round(float x) {
    return switch (this) {
      case F32 -> x;
      case BF16 -> {
        int bits = Float.floatToRawIntBits(x);
        yield Float.isFinite(x)
            ? Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000)
            : x;
      }
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(x));
      case F8_E4M3 -> E4m3.value((byte) E4m3.nearest(x));
    };
  }
}
