package dev.mlxmtp.quantize;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Writes a quantized folder after a {@link Plan}: tensors go through memory in slabs of rows, on
 * all threads, each slab to its own place in files laid out before. Needs no MLX.
 */
public final class Quantizer {
  private final Plan plan;
  private final Recipe recipe;
  private final ScaleRule scale;
  private final int threads;

  /**
   * @param recipe that made the plan; its name is written into the config
   * @param threads at least 1
   */
  public Quantizer(Plan plan, Recipe recipe, ScaleRule scale, int threads) {
    this.plan = plan;
    this.recipe = recipe;
    this.scale = scale;
    this.threads = threads;
  }

  /** Bytes of the source that are done, of all. */
  @FunctionalInterface
  public interface Progress {
    void update(long done, long total);
  }

  /**
   * Writes the folder. What is unfinished is removed, however this ends.
   *
   * @param force replaces a folder that is not empty
   * @param progress told now and then, on the calling thread
   * @param cancelled asked now and then, on the calling thread
   * @throws QuantizeException where the target cannot be written, or the source is unsound
   * @throws CancellationException where it was cancelled
   */
  public void run(Path out, boolean force, Progress progress, BooleanSupplier cancelled) {
    Path source = plan.source().folder();
    try (Target target = new Target(source, out, force, plan.bytesAfter())) {
      List<Parts.Part> parts =
          plan.tensors().stream().flatMap(t -> Parts.of(t).parts().stream()).toList();
      try (OutputShards shards = new OutputShards(target.folder(), parts)) {
        encode(shards, progress, cancelled);
        shards.finish(target.folder());
      }
      target.copyFrom(source);
      Files.write(
          target.folder().resolve("config.json"),
          new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(OutputConfig.of(plan, recipe, scale)));
      target.moveIntoPlace();
    } catch (IOException e) {
      throw new QuantizeException(
          "Writing %s failed (%s); nothing was left there.".formatted(out, e), e);
    }
  }

  private void encode(OutputShards shards, Progress progress, BooleanSupplier cancelled)
      throws IOException {
    List<SlabEncoder.Slab> slabs = slabs();
    long total = slabs.stream().mapToLong(SlabEncoder.Slab::sourceBytes).sum();
    AtomicInteger next = new AtomicInteger();
    AtomicLong done = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(
            pool.submit(
                () -> {
                  SlabEncoder encoder = new SlabEncoder(scale, shards);
                  try {
                    for (int s = next.getAndIncrement();
                        s < slabs.size() && !stop.get();
                        s = next.getAndIncrement()) {
                      encoder.encode(slabs.get(s));
                      done.addAndGet(slabs.get(s).sourceBytes());
                    }
                  } catch (IOException | RuntimeException e) {
                    stop.set(true);
                    throw e;
                  }
                  return null;
                }));
      }
      try {
        for (Future<?> worker : workers) {
          Workers.await(worker, () -> progress.update(done.get(), total), cancelled);
        }
      } finally {
        stop.set(true);
      }
    }
  }

  private List<SlabEncoder.Slab> slabs() {
    List<SlabEncoder.Slab> slabs = new ArrayList<>();
    for (Planned tensor : plan.tensors()) {
      Parts parts = Parts.of(tensor);
      NumberReader reader = new NumberReader(tensor);
      int width = tensor.width();
      long rows = width == 0 ? 0 : tensor.size() / width;
      int step = Math.max(1, SlabEncoder.NUMBERS / Math.max(1, width));
      for (long first = 0; first < rows; first += step) {
        slabs.add(
            new SlabEncoder.Slab(tensor, parts, reader, first, (int) Math.min(step, rows - first)));
      }
    }
    return slabs;
  }
}
