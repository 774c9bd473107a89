package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.mlx.QuantMode;
import dev.mlxmtp.model.DraftHead;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An output head for drafts, as it is typed: {@code full}, {@code mxfp4}, {@code top16384}. */
final class DraftHeadValue implements ITypeConverter<DraftHead> {
  private static final String TOP = "top";

  /** One of each kind. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(List.of("full", "mxfp8", "mxfp4", "top16384"));
    }
  }

  @Override
  public DraftHead convert(String value) {
    return switch (value) {
      case "full" -> new DraftHead.Full();
      case "mxfp4" -> new DraftHead.Packed(QuantMode.MXFP4);
      case "mxfp8" -> new DraftHead.Packed(QuantMode.MXFP8);
      default -> frequent(value);
    };
  }

  private static DraftHead frequent(String value) {
    if (!value.matches(TOP + "[1-9][0-9]{0,8}")) {
      throw new TypeConversionException("there is no draft head `" + value + "`");
    }
    return new DraftHead.Frequent(Integer.parseInt(value.substring(TOP.length())));
  }
}
