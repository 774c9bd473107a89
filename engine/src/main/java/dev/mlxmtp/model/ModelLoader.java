package dev.mlxmtp.model;

import dev.mlxmtp.checkpoint.Checkpoint;
import dev.mlxmtp.checkpoint.Weight;
import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.DType;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds a {@link Qwen35} from an opened checkpoint, strictly: every tensor has its place and its
 * shape, or nothing.
 */
public final class ModelLoader {
  private final Checkpoint checkpoint;
  private final Qwen35Config config;
  private final DType compute;
  private final Scope weights;
  private final RotaryEmbedding rope;
  private final DeltaRule rule;
  private final KernelCheck kernels;

  private ModelLoader(Checkpoint checkpoint, Qwen35Config config, DType compute, Scope weights) {
    this.checkpoint = checkpoint;
    this.config = config;
    this.compute = compute;
    this.weights = weights;
    this.rope = new RotaryEmbedding(config.rope(), weights);
    this.rule = new DeltaRule(config.keyHeadDim() >= 64 ? 64 : 32, weights);
    this.kernels = KernelCheck.of(config, compute, rope, rule);
  }

  /** Told how many of the layers are loaded. */
  @FunctionalInterface
  public interface Progress {
    void loaded(int done, int total);
  }

  /**
   * Loads the weights and evaluates them, so that a damaged file shows here and not in the middle
   * of a generation.
   *
   * @param compute dtype of activations and of weights that are not quantized
   * @throws dev.mlxmtp.checkpoint.CheckpointException where tensors are missing, unexpected,
   *     misshapen or not finite; nothing stays loaded
   */
  public static Qwen35 load(Checkpoint checkpoint, DType compute, Progress progress) {
    Qwen35Config config = Qwen35Config.of(checkpoint.config(), checkpoint.textConfig());
    checkpoint.require(TensorTable.of(config, checkpoint.hasMtp()));
    Scope weights = Scope.detached();
    try (var _ = Scope.open()) {
      return new ModelLoader(checkpoint, config, compute, weights).model(progress);
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private Qwen35 model(Progress progress) {
    Embedding embedding = new Embedding(matrix("embed_tokens.weight"), compute);
    Linear head =
        config.tiedEmbeddings()
            ? new Linear(embedding.weight(), Optional.empty())
            : linear("lm_head");
    List<DecoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers().size(); i++) {
      try (var _ = Scope.open()) {
        layers.add(layer("layers." + i + ".", config.layers().get(i)));
      }
      progress.loaded(i + 1, config.layers().size());
    }
    Optional<MtpHead> mtp = checkpoint.hasMtp() ? Optional.of(mtp(embedding)) : Optional.empty();
    return new Qwen35(
        weights, config, compute, kernels, embedding, layers, norm("norm.weight"), head, mtp);
  }

  private DecoderLayer layer(String p, Qwen35Config.Mixer mixer) {
    RmsNorm inputNorm = norm(p + "input_layernorm.weight");
    RmsNorm postNorm = norm(p + "post_attention_layernorm.weight");
    Mlp mlp = config.moe().isPresent() ? sparse(p + "mlp.") : swiGlu(p + "mlp.");
    return switch (mixer) {
      case FULL_ATTENTION ->
          new DecoderLayer.FullAttention(inputNorm, attention(p + "self_attn."), postNorm, mlp);
      case LINEAR_ATTENTION ->
          new DecoderLayer.LinearAttention(inputNorm, deltaNet(p + "linear_attn."), postNorm, mlp);
    };
  }

  private GatedAttention attention(String p) {
    return new GatedAttention(
        linear(p + "q_proj"),
        linear(p + "k_proj"),
        linear(p + "v_proj"),
        linear(p + "o_proj"),
        norm(p + "q_norm.weight"),
        norm(p + "k_norm.weight"),
        rope,
        kernels.attention(),
        config);
  }

  private GatedDeltaNet deltaNet(String p) {
    return new GatedDeltaNet(
        linear(p + "in_proj_qkv"),
        linear(p + "in_proj_z"),
        linear(p + "in_proj_b"),
        linear(p + "in_proj_a"),
        keep(
            p + "conv1d.weight",
            Ops.contiguous(Ops.swapLast(Ops.astype(tensor(p + "conv1d.weight"), compute)))),
        keep(p + "A_log", Ops.negative(Ops.exp(Ops.astype(tensor(p + "A_log"), DType.FLOAT32)))),
        keep(p + "dt_bias", Ops.astype(tensor(p + "dt_bias"), DType.FLOAT32)),
        new RmsNorm(
            keep(p + "norm.weight", Ops.astype(tensor(p + "norm.weight"), DType.FLOAT32)),
            config.normEps()),
        linear(p + "out_proj"),
        rule,
        kernels.deltaNetRows(),
        config);
  }

  private SwiGlu swiGlu(String p) {
    return new SwiGlu(linear(p + "gate_proj"), linear(p + "up_proj"), linear(p + "down_proj"));
  }

  private SparseMoe sparse(String p) {
    return new SparseMoe(
        linear(p + "gate"),
        matrix(p + "switch_mlp.gate_proj.weight"),
        matrix(p + "switch_mlp.up_proj.weight"),
        matrix(p + "switch_mlp.down_proj.weight"),
        linear(p + "shared_expert_gate"),
        swiGlu(p + "shared_expert."),
        config.moe().orElseThrow().expertsPerToken());
  }

  private MtpHead mtp(Embedding embedding) {
    return new MtpHead(
        norm("mtp.pre_fc_norm_embedding.weight"),
        norm("mtp.pre_fc_norm_hidden.weight"),
        linear("mtp.fc"),
        layer("mtp.layers.0.", Qwen35Config.Mixer.FULL_ATTENTION),
        norm("mtp.norm.weight"),
        embedding);
  }

  private Linear linear(String name) {
    Optional<Array> bias =
        checkpoint.has(name + ".bias")
            ? Optional.of(keep(name + ".bias", Ops.astype(tensor(name + ".bias"), compute)))
            : Optional.empty();
    return new Linear(matrix(name + ".weight"), bias);
  }

  // The kernels widen half-precision weights as they read them, which gives the same numbers as
  // weights cast to float32
  // and reads half the bytes.
  private Weight matrix(String name) {
    DType stored = checkpoint.dtype(name);
    boolean widened =
        Kernels.instructionSet().isPresent()
            && compute == DType.FLOAT32
            && (stored == DType.BFLOAT16 || stored == DType.FLOAT16);
    return check(name, checkpoint.weight(name, widened ? stored : compute));
  }

  private RmsNorm norm(String name) {
    return new RmsNorm(keep(name, checkpoint.norm(name)), config.normEps());
  }

  private Array tensor(String name) {
    return checkpoint.tensor(name);
  }

  private Array keep(String name, Array array) {
    check(name, new Weight.Dense(array));
    return array;
  }

  private Weight check(String name, Weight weight) {
    for (Array array : weight.arrays()) {
      weights.adopt(array);
    }
    Ops.eval(weight.arrays());
    try (var _ = Scope.open()) {
      checkpoint.requireFinite(Map.of(name, weight));
    }
    return weight;
  }
}
