package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import dev.mlxmtp.checkpoint.RawCheckpoint;
import dev.mlxmtp.checkpoint.RawTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * A written folder read back and compared with its source, tensor by tensor.
 *
 * @param errors of the packed tensors, by name
 * @param identical kept tensors, equal to the source's to the byte
 * @param visionPacked packed tensors of the vision tower
 * @param mtpPacked packed tensors of the MTP head
 * @param biases tensors of that kind
 */
public record Verification(
    List<TensorError> errors, int identical, int visionPacked, int mtpPacked, int biases) {

  /**
   * How far a packed tensor is from its source.
   *
   * @param cosine between the two, 1 for equal directions
   * @param relativeError {@code ‖packed − source‖ / ‖source‖}; 0 where the source is all zeros
   */
  public record TensorError(String name, QuantFormat format, double cosine, double relativeError) {}

  /** The mean of the cosines; 1 without packed tensors. */
  public double meanCosine() {
    return errors.stream().mapToDouble(TensorError::cosine).average().orElse(1);
  }

  /** The least of the cosines. */
  public double worstCosine() {
    return errors.stream().mapToDouble(TensorError::cosine).min().orElse(1);
  }

  /** The mean of the relative errors. */
  public double meanError() {
    return errors.stream().mapToDouble(TensorError::relativeError).average().orElse(0);
  }

  /**
   * Reads both folders, on {@code threads} threads.
   *
   * @param done told how many tensors are compared
   * @param cancelled asked now and then, on the calling thread
   * @throws CancellationException where it was cancelled
   * @throws QuantizeException where names, shapes or kept tensors differ from the plan
   */
  public static Verification of(
      Plan plan, Path out, int threads, IntConsumer done, BooleanSupplier cancelled) {
    try (RawCheckpoint written = RawCheckpoint.open(out, false);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      Map<String, RawTensor> tensors = written.tensors();
      requireParts(plan, tensors, out);
      List<Future<Optional<TensorError>>> running =
          plan.tensors().stream()
              .map(tensor -> pool.submit(() -> Comparison.of(tensor, tensors)))
              .toList();
      List<TensorError> errors = new ArrayList<>();
      try {
        for (int i = 0; i < running.size(); i++) {
          Workers.await(running.get(i), () -> {}, cancelled).ifPresent(errors::add);
          done.accept(i + 1);
        }
      } catch (IOException e) {
        throw new QuantizeException("Reading %s failed (%s).".formatted(out, e), e);
      } finally {
        pool.shutdownNow();
      }
      List<Planned> packed = plan.tensors().stream().filter(t -> t.format().isPresent()).toList();
      return new Verification(
          List.copyOf(errors),
          plan.tensors().size() - packed.size(),
          count(packed, "visual."),
          count(packed, "mtp."),
          (int) tensors.keySet().stream().filter(n -> n.endsWith(".biases")).count());
    }
  }

  private static int count(List<Planned> packed, String prefix) {
    return (int) packed.stream().filter(t -> t.source().canonical().startsWith(prefix)).count();
  }

  private static void requireParts(Plan plan, Map<String, RawTensor> written, Path out) {
    TreeSet<String> unexpected = new TreeSet<>(written.keySet());
    for (Planned tensor : plan.tensors()) {
      for (Parts.Part part : Parts.of(tensor).parts()) {
        RawTensor got = written.get(part.name());
        if (got == null
            || !got.type().equals(part.type())
            || !Arrays.equals(got.shape(), part.shape())) {
          throw new QuantizeException(
              "%s has %s where %s %s %s was to be written; quantize again."
                  .formatted(
                      out,
                      got == null
                          ? "nothing"
                          : got.name() + " " + got.type() + Arrays.toString(got.shape()),
                      part.name(),
                      part.type(),
                      Arrays.toString(part.shape())));
        }
        unexpected.remove(part.name());
      }
    }
    if (!unexpected.isEmpty()) {
      throw new QuantizeException(
          out + " holds " + unexpected.first() + ", which was not written; quantize again.");
    }
  }
}
