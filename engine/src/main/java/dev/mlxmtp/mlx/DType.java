package dev.mlxmtp.mlx;

import java.util.Optional;

/** Element types, in the order of {@code mtp_dtype}. */
public enum DType {
  BOOL(1, "BOOL"),
  UINT8(1, "U8"),
  UINT16(2, "U16"),
  UINT32(4, "U32"),
  UINT64(8, "U64"),
  INT8(1, "I8"),
  INT16(2, "I16"),
  INT32(4, "I32"),
  INT64(8, "I64"),
  FLOAT16(2, "F16"),
  BFLOAT16(2, "BF16"),
  FLOAT32(4, "F32"),
  FLOAT64(8, "F64");

  private static final DType[] VALUES = values();

  private final int bytes;
  private final String safetensorsName;

  DType(int bytes, String safetensorsName) {
    this.bytes = bytes;
    this.safetensorsName = safetensorsName;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The name that a safetensors header gives this type. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** True for float16, bfloat16, float32 and float64. */
  public boolean isFloating() {
    return ordinal() >= FLOAT16.ordinal();
  }

  /** The type a safetensors header names, or empty where MLX has none for it. */
  public static Optional<DType> ofSafetensors(String name) {
    // MLX has no 8-bit float of its own; both kinds travel as bytes.
    if (name.equals("F8_E4M3") || name.equals("F8_E8M0")) {
      return Optional.of(UINT8);
    }
    for (DType type : VALUES) {
      if (type.safetensorsName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static DType ofCode(int code) {
    return VALUES[code];
  }
}
