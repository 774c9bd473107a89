package dev.mlxmtp.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Ops;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An open checkpoint folder of the Qwen3.5 family. Whatever layout the files have, tensors are seen
 * under one set of names, the published ones without their prefix:
 *
 * <ul>
 *   <li>{@code embed_tokens.weight}, {@code norm.weight}, {@code lm_head.weight} (absent where the
 *       embedding is tied), {@code layers.0.…}
 *   <li>{@code layers.0.linear_attn.conv1d.weight} as {@code [C, K]}
 *   <li>{@code layers.0.mlp.switch_mlp.{gate,up,down}_proj.weight} as {@code [E, out, in]}
 *   <li>{@code mtp.fc.weight}, {@code mtp.norm.weight}, {@code mtp.layers.0.…}
 *   <li>{@code visual.…}, with {@code visual.patch_embed.proj.weight} as {@code [O, C, T, P, P]}
 * </ul>
 *
 * <p>A quantized module appears as its {@code .weight} alone, with the shape of the numbers it
 * stands for. Opening reads headers only; tensors are read when they are asked for, on the engine
 * thread, and belong to the innermost scope. All other methods may be called on any thread.
 */
public final class Checkpoint implements AutoCloseable {
  private final Path folder;
  private final ConfigFiles config;
  private final Shards shards;
  private final CanonicalTensors tensors;
  private final SortedSet<String> names;

  private Checkpoint(Path folder, ConfigFiles config, Shards shards) {
    this.folder = folder;
    this.config = config;
    this.shards = shards;
    this.tensors = CanonicalTensors.of(folder.resolve(ConfigFiles.NAME), config, shards.tensors());
    SortedSet<String> all = new TreeSet<>(tensors.dense().keySet());
    all.addAll(tensors.packed().keySet());
    this.names = Collections.unmodifiableSortedSet(all);
  }

  /**
   * Opens the folder: {@code config.json}, and the shards that {@code model.safetensors.index.json}
   * lists, else {@code model.safetensors}, else {@code model*.safetensors}; with them the {@code
   * mtp.} tensors of any other safetensors file there.
   *
   * @throws CheckpointException where the folder holds no complete, supported checkpoint
   */
  @SuppressWarnings("resource") // the shards pass into the result
  public static Checkpoint open(Path folder) {
    ConfigFiles config = ConfigFiles.read(folder);
    Shards shards = Shards.open(folder);
    try {
      return new Checkpoint(folder, config, shards);
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

  /** Its {@code text_config}, or the whole file where a text-only export has none. */
  public JsonNode textConfig() {
    return config.text();
  }

  /** Its {@code vision_config}. */
  public Optional<JsonNode> visionConfig() {
    return config.vision();
  }

  /** The whole of {@code generation_config.json}. */
  public Optional<JsonNode> generationConfig() {
    return config.generation();
  }

  /** True for {@code model_type} qwen3_5_moe and qwen3_5_moe_text. */
  public boolean isMoe() {
    return config.isMoe();
  }

  /** True where the embedding serves as head ({@code tie_word_embeddings}). */
  public boolean isTied() {
    return config.isTied();
  }

  /** True where the files hold {@code mtp.} tensors, whatever the config says. */
  public boolean hasMtp() {
    return hasPrefix(Names.MTP);
  }

  /** True where the files hold {@code visual.} tensors. */
  public boolean hasVision() {
    return hasPrefix(Names.VISION);
  }

  private boolean hasPrefix(String prefix) {
    return names.tailSet(prefix).stream().findFirst().filter(n -> n.startsWith(prefix)).isPresent();
  }

  /** Bytes of all tensors. */
  public long totalBytes() {
    return tensors.dense().values().stream().mapToLong(TensorSource::bytes).sum()
        + tensors.packed().values().stream().mapToLong(PackedTensor::bytes).sum();
  }

  /**
   * Tells the checkpoint from others, those of the same architecture too, without reading it whole:
   * a hash over name, dtype, shape and a page of every tensor and over the formats of packed ones.
   * How the tensors are spread over files makes no difference. Any thread.
   *
   * @param architecture what the tensors are used for, in any words; part of the hash
   * @return 64 hexadecimal digits
   * @throws CheckpointException where a file cannot be read
   */
  public String fingerprint(String architecture) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(architecture);
    shards.tensors().values().forEach(fingerprint::add);
    tensors.packed().forEach((name, packed) -> fingerprint.add(name + " " + packed.format()));
    return fingerprint.hex();
  }

  /** All canonical names. */
  public SortedSet<String> names() {
    return names;
  }

  public boolean has(String name) {
    return names.contains(name);
  }

  /**
   * The shape, for a quantized weight that of the numbers it stands for.
   *
   * @throws CheckpointException where there is no such tensor, or its parts do not fit together
   */
  public int[] shape(String name) {
    PackedTensor packed = tensors.packed().get(name);
    return packed == null ? dense(name).resultShape() : fitting(name, packed);
  }

  /**
   * The dtype in the file; of a quantized weight uint32.
   *
   * @throws CheckpointException where there is no such tensor
   */
  public DType dtype(String name) {
    PackedTensor packed = tensors.packed().get(name);
    return packed == null ? dense(name).dtype() : packed.weight().dtype();
  }

  /** How the weight is quantized, or empty where it is not. */
  public Optional<QuantFormat> format(String name) {
    return Optional.ofNullable(tensors.packed().get(name)).map(PackedTensor::format);
  }

  /**
   * Reads a weight to multiply with. A dense one is cast to {@code compute}; of a packed one the
   * scales and biases of affine mode are, everything else is as stored. Casts are lazy.
   *
   * @throws CheckpointException where there is no such tensor, it cannot be read, or its parts do
   *     not fit together
   */
  public Weight weight(String name, DType compute) {
    PackedTensor packed = tensors.packed().get(name);
    if (packed == null) {
      return new Weight.Dense(cast(tensor(name), compute));
    }
    fitting(name, packed);
    return packed.read(compute);
  }

  /**
   * Reads an unquantized tensor in its stored dtype and canonical layout.
   *
   * @throws CheckpointException where there is no such tensor, it is quantized or cannot be read
   */
  public Array tensor(String name) {
    return dense(name).read();
  }

  /**
   * Reads the effective gamma of a norm in float32, whichever way it is stored: {@code 1 + w},
   * computed in float32, for those kept zero-centred. The ordinary norms, {@code
   * linear_attn.norm.weight} and the vision tower's, are never shifted. Lazy.
   *
   * @return {@code [D]} float32
   * @throws CheckpointException as {@link #tensor}
   */
  public Array norm(String name) {
    Array stored = cast(tensor(name), DType.FLOAT32);
    return tensors.norms().isRaw(name) ? Ops.add(stored, 1) : stored;
  }

  /** One line on how the norms are stored and what told so. Reads small tensors. */
  public String describeNorms() {
    return tensors.norms().describe();
  }

  /**
   * Compares the tensors with what the model needs. Vision tensors that are not expected are left
   * out, and so are expected {@code mtp.} tensors where the files hold no head at all.
   *
   * @param expected canonical names with their shapes
   * @throws CheckpointException that names what is missing, unexpected or of the wrong shape
   */
  public void require(Map<String, int[]> expected) {
    TensorAccounting.require(this, expected);
  }

  /**
   * Evaluates the arrays and looks for NaN and infinity; of packed weights in scales and biases
   * only. Engine thread only.
   *
   * @param batch by the name to report
   * @throws CheckpointException that names the first bad one
   */
  public void requireFinite(Map<String, Weight> batch) {
    FiniteCheck.require(folder, batch);
  }

  /** How the parts of a packed weight disagree, or empty. */
  Optional<String> disagreement(String name) {
    return Optional.ofNullable(tensors.packed().get(name))
        .filter(packed -> packed.shape().isEmpty())
        .map(PackedTensor::disagreement);
  }

  private int[] fitting(String name, PackedTensor packed) {
    return packed
        .shape()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s in %s has the wrong shape: %s; config and weights do not belong together."
                        .formatted(name, packed.weight().file(), packed.disagreement())));
  }

  private TensorSource dense(String name) {
    TensorSource source = tensors.dense().get(name);
    if (source == null) {
      throw new CheckpointException(
          has(name)
              ? "%s in %s is quantized and has no plain numbers to read.".formatted(name, folder)
              : "%s holds no tensor %s; its config and weights may be of different models."
                  .formatted(folder, name));
    }
    return source;
  }

  private static Array cast(Array x, DType dtype) {
    return x.dtype() == dtype ? x : Ops.astype(x, dtype);
  }

  @Override
  public void close() {
    shards.close();
  }
}
