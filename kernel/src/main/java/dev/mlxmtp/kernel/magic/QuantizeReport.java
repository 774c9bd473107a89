package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.Screen;
import dev.mlxmtp.kernel.display.Table;
import dev.mlxmtp.quantize.Plan;
import dev.mlxmtp.quantize.Planned;
import dev.mlxmtp.quantize.Verification;
import dev.mlxmtp.session.Generation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was quantized, or would be, as text or as JSON. */
final class QuantizeReport {
  private static final int WORST = 5;

  private final Screen screen;
  private final Plan plan;
  private final boolean json;

  /** An answer of the written model without drafts and one with them. */
  record Trial(Generation plain, Generation drafted) {
    boolean agree() {
      return Arrays.equals(plain.tokens(), drafted.tokens());
    }
  }

  QuantizeReport(Screen screen, Plan plan, boolean json) {
    this.screen = screen;
    this.plan = plan;
    this.json = json;
  }

  /** Tensor by tensor, the totals last. */
  void plan() {
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode tensors = root.putArray("tensors");
      for (Planned tensor : plan.tensors()) {
        ObjectNode entry = tensors.addObject().put("name", tensor.name());
        Arrays.stream(tensor.source().shape()).forEach(entry.putArray("shape")::add);
        entry
            .put("format", format(tensor))
            .put("rule", tensor.reason())
            .put("bytes_before", tensor.bytesBefore())
            .put("bytes_after", tensor.bytesAfter());
      }
      root.put("bytes_before", plan.bytesBefore()).put("bytes_after", plan.bytesAfter());
      screen.println(root.toString());
      return;
    }
    int width = plan.tensors().stream().mapToInt(t -> t.name().length()).max().orElse(0);
    for (Planned tensor : plan.tensors()) {
      String shape =
          Arrays.stream(tensor.source().shape())
              .mapToObj(String::valueOf)
              .collect(Collectors.joining(" × "));
      screen.println(
          text(
              "%s  %-18s %-6s %10s → %-10s %s",
              tensor.name() + " ".repeat(width - tensor.name().length()),
              shape,
              format(tensor),
              Figures.bytes(tensor.bytesBefore()),
              Figures.bytes(tensor.bytesAfter()),
              tensor.reason()));
    }
    screen.println("");
    totals(new Table()).print(screen);
  }

  private static String format(Planned tensor) {
    return tensor.format().map(QuantFormat::toString).orElse("keep");
  }

  private Table totals(Table table) {
    List<Planned> packed = plan.tensors().stream().filter(t -> t.format().isPresent()).toList();
    return table
        .row("tensors", text("%d of %d packed", packed.size(), plan.tensors().size()))
        .row(
            "size",
            text(
                "%s → %s (%.1f%%)",
                Figures.bytes(plan.bytesBefore()),
                Figures.bytes(plan.bytesAfter()),
                100.0 * plan.bytesAfter() / Math.max(1, plan.bytesBefore())));
  }

  // Figures look the same in every country.
  private static String text(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** After a run. */
  void written(
      Path folder, double seconds, Optional<Verification> verification, Optional<Trial> trial) {
    if (json) {
      screen.println(asJson(folder, seconds, verification, trial).toString());
      return;
    }
    Table table = new Table().row("folder", folder.normalize().toString());
    totals(table)
        .row("time", text("%.1f s, %.0f MB/s", seconds, plan.bytesBefore() / 1e6 / seconds));
    verification.ifPresent(v -> errors(table, v));
    trial.ifPresent(t -> trial(table, t));
    table.print(screen);
  }

  private static void errors(Table table, Verification v) {
    table
        .gap()
        .row(
            "compared",
            text(
                "%d packed, %d kept and equal; packed of vision %d, of the MTP head %d; biases %d",
                v.errors().size(), v.identical(), v.visionPacked(), v.mtpPacked(), v.biases()))
        .row("cosine", text("mean %.5f, worst %.5f", v.meanCosine(), v.worstCosine()))
        .row("relative error", text("mean %.4f", v.meanError()))
        .row("the worst", "cosine, relative error");
    List<Verification.TensorError> worst =
        v.errors().stream()
            .sorted(Comparator.comparingDouble(Verification.TensorError::cosine))
            .limit(WORST)
            .toList();
    for (int i = 0; i < worst.size(); i++) {
      Verification.TensorError e = worst.get(i);
      table.row(
          "  " + (i + 1),
          text("%.5f  %.4f  %s  %s", e.cosine(), e.relativeError(), e.format(), e.name()));
    }
  }

  private static void trial(Table table, Trial t) {
    table
        .gap()
        .row("loads", text("strictly; %d tokens plain", t.plain().tokens().length))
        .row(
            "drafting",
            (t.agree() ? "the same text" : "ANOTHER TEXT than plain decoding")
                + t.drafted().acceptance().tokensPerPass().stream()
                    .mapToObj(n -> String.format(Locale.ROOT, ", %.2f tokens a pass", n))
                    .collect(Collectors.joining()));
  }

  private ObjectNode asJson(
      Path folder, double seconds, Optional<Verification> verification, Optional<Trial> trial) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("folder", folder.toAbsolutePath().normalize().toString())
        .put("seconds", seconds)
        .put("bytes_before", plan.bytesBefore())
        .put("bytes_after", plan.bytesAfter());
    verification.ifPresent(
        v -> {
          root.put("mean_cosine", v.meanCosine())
              .put("worst_cosine", v.worstCosine())
              .put("mean_relative_error", v.meanError())
              .put("kept_identical", v.identical())
              .put("vision_packed", v.visionPacked())
              .put("mtp_packed", v.mtpPacked())
              .put("biases", v.biases());
          ArrayNode tensors = root.putArray("tensors");
          for (Verification.TensorError e : v.errors()) {
            tensors
                .addObject()
                .put("name", e.name())
                .put("format", e.format().toString())
                .put("cosine", e.cosine())
                .put("relative_error", e.relativeError());
          }
        });
    trial.ifPresent(
        t -> {
          root.put("mtp_equals_plain", t.agree()).put("tokens", t.plain().tokens().length);
          t.drafted().acceptance().tokensPerPass().ifPresent(n -> root.put("tokens_per_pass", n));
        });
    return root;
  }
}
