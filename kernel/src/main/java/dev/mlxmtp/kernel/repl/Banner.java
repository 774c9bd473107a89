package dev.mlxmtp.kernel.repl;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.session.ModelInfo;
import java.util.Locale;

/** The first line of the REPL. */
final class Banner {
  private Banner() {}

  static String line(String version, ModelInfo info) {
    return String.join(
        " · ",
        "mlx-mtp " + version.replaceFirst("\\.0$", ""),
        info.name()
            + " "
            + Figures.count(info.parameters())
            + " "
            + info.quantization().orElse(info.storedDtype()),
        "MLX "
            + info.mlxVersion()
            + " "
            + info.device().label()
            + " "
            + info.compute().name().toLowerCase(Locale.ROOT),
        info.hasMtp() ? "MTP head bound" : "no MTP head");
  }
}
