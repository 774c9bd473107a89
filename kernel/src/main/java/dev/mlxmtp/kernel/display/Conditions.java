package dev.mlxmtp.kernel.display;

import dev.mlxmtp.bench.Machine;
import dev.mlxmtp.session.ModelInfo;
import java.util.List;
import java.util.Locale;

/** Where something was measured, in words. */
final class Conditions {
  private Conditions() {}

  /** Machine and model, a name and its value each. */
  static List<List<String>> rows(Machine machine, ModelInfo model) {
    return List.of(
        List.of("machine", machine.cpu().map(cpu -> cpu + ", ").orElse("") + cores(machine)),
        List.of("system", machine.system()),
        List.of("Java", machine.java()),
        List.of("MLX", machine.mlx() + ", " + machine.library()),
        List.of("kernels", model.kernels().map(set -> "ours, " + set).orElse("MLX's own")),
        List.of("model", model.name() + ", " + model.quantization().orElse(model.storedDtype())),
        List.of(
            "compute", model.compute().name().toLowerCase(Locale.ROOT) + " on " + model.place()));
  }

  private static String cores(Machine machine) {
    return machine.cores() == 1 ? "1 core" : machine.cores() + " cores";
  }
}
