package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A checkpoint folder as bytes: its tensors under the files' own names, nothing renamed, shifted or
 * transposed; what a program that writes another folder starts from. Headers are read when it is
 * opened. Any thread.
 */
public final class RawCheckpoint implements AutoCloseable {
  private static final String SCALES = ".scales";
  private static final String BLOCK_SCALE = "_scale_inv";

  private final Path folder;
  private final ConfigFiles config;
  private final Shards shards;
  private final SortedMap<String, TensorSource> sources;

  private RawCheckpoint(
      Path folder, ConfigFiles config, Shards shards, SortedMap<String, TensorSource> sources) {
    this.folder = folder;
    this.config = config;
    this.shards = shards;
    this.sources = sources;
  }

  /**
   * Opens the folder.
   *
   * @param stacked experts that are stored one by one, or gate and up in one tensor, appear as
   *     {@code mlp.switch_mlp.*}, which is how packed experts are stored
   * @throws CheckpointException where the folder holds no complete, supported checkpoint
   */
  @SuppressWarnings("resource") // the shards pass into the result
  public static RawCheckpoint open(Path folder, boolean stacked) {
    ConfigFiles config = ConfigFiles.read(folder);
    Shards shards = Shards.open(folder);
    try {
      SortedMap<String, TensorSource> raw = shards.tensors();
      return new RawCheckpoint(folder, config, shards, stacked ? ExpertLayout.unify(raw) : raw);
    } catch (RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  public Path folder() {
    return folder;
  }

  /** The whole of {@code config.json}. */
  public JsonNode config() {
    return config.config();
  }

  /** True where the embedding serves as head ({@code tie_word_embeddings}). */
  public boolean isTied() {
    return config.isTied();
  }

  /** A module that has packed weights already, where there is one. */
  public Optional<String> packedModule() {
    return sources.keySet().stream()
        .filter(name -> name.endsWith(SCALES))
        .map(name -> name.substring(0, name.length() - SCALES.length()))
        .findFirst();
  }

  /** True where the files hold {@code mtp.} tensors. */
  public boolean hasMtp() {
    return sources.keySet().stream().anyMatch(name -> Names.canonical(name).startsWith(Names.MTP));
  }

  /** All tensors by name, without the block scales of FP8 weights. */
  public SortedMap<String, RawTensor> tensors() {
    SortedMap<String, RawTensor> tensors = new TreeMap<>();
    sources.forEach(
        (name, source) -> {
          if (!name.endsWith(BLOCK_SCALE)) {
            tensors.put(name, new RawTensor(name, source));
          }
        });
    return Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * The factors of an FP8 weight, one for each block of 128 × 128 numbers ({@code
   * weight_scale_inv}).
   */
  public Optional<RawTensor> blockScales(RawTensor weight) {
    String name = weight.name() + BLOCK_SCALE;
    return Optional.ofNullable(sources.get(name)).map(source -> new RawTensor(name, source));
  }

  @Override
  public void close() {
    shards.close();
  }
}
