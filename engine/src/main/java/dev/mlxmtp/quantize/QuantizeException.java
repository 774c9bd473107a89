package dev.mlxmtp.quantize;

/** A folder that cannot be quantized as asked. The message is for the user. */
public final class QuantizeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public QuantizeException(String message) {
    super(message);
  }

  public QuantizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
