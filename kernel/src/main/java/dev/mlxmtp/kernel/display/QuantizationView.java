package dev.mlxmtp.kernel.display;

import dev.mlxmtp.quantize.Verification;
import dev.mlxmtp.quantize.Verification.TensorError;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What quantizing did to a model's tensors, by module: the layers' modules of one name together.
 *
 * @param mode of what no rule says otherwise
 * @param bytesBefore of all tensors in the source
 * @param bytesAfter of all tensors in the written folder, scales included
 * @param verification of each tensor
 */
public record QuantizationView(
    String mode, long bytesBefore, long bytesAfter, Verification verification) implements Visual {

  /** The packed tensors. */
  public List<TensorError> errors() {
    return verification.errors();
  }

  /** The module of a tensor, without its layer: {@code mlp.up_proj}, {@code embed_tokens}. */
  public static String module(TensorError tensor) {
    return tensor
        .name()
        .replaceFirst("\\.weight$", "")
        .replaceFirst("^(model\\.|language_model\\.)*(layers\\.\\d+\\.)?", "");
  }

  /** Mean relative error of the packed tensors of each module, by its name. */
  public SequencedMap<String, Double> errorByModule() {
    return byModule().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> mean(entry.getValue()), (a, _) -> a, TreeMap::new));
  }

  private TreeMap<String, List<TensorError>> byModule() {
    return errors().stream()
        .collect(
            Collectors.groupingBy(QuantizationView::module, TreeMap::new, Collectors.toList()));
  }

  private static double mean(List<TensorError> tensors) {
    return tensors.stream().mapToDouble(TensorError::relativeError).average().orElseThrow();
  }

  /** The table by module. */
  public Grid grid() {
    Grid grid = new Grid("module", "format", "tensors", "relative error", "worst", "worst cosine");
    byModule()
        .forEach(
            (module, tensors) ->
                grid.row(
                    module,
                    tensors.stream()
                        .map(tensor -> tensor.format().toString())
                        .distinct()
                        .collect(Collectors.joining(", ")),
                    tensors.size(),
                    Figures.format("%.4f", mean(tensors)),
                    Figures.format("%.4f", worst(tensors).relativeError()),
                    Figures.format("%.5f", worst(tensors).cosine())));
    grid.remark(
        "relative error: ‖packed − source‖ ÷ ‖source‖, the mean and the worst of a module's"
            + " tensors");
    return grid.remark(
        Figures.format(
            "%s: %s → %s, %d tensors packed, %d kept as they were",
            mode,
            Figures.bytes(bytesBefore),
            Figures.bytes(bytesAfter),
            errors().size(),
            verification.identical()));
  }

  private static TensorError worst(List<TensorError> tensors) {
    return tensors.stream()
        .max(Comparator.comparingDouble(TensorError::relativeError))
        .orElseThrow();
  }

  @Override
  public void print(Screen screen) {
    grid().print(screen);
  }

  @Override
  public Map<String, Object> forms() {
    return grid().forms();
  }
}
