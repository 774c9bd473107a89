package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Bytes;
import dev.mlxmtp.kernel.display.TextTable;
import dev.mlxmtp.mlx.EngineThread;
import dev.mlxmtp.mlx.Kernels;
import dev.mlxmtp.mlx.Memory;
import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.model.Qwen35Config;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.Resident;
import dev.mlxmtp.session.Session;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what is loaded and what it holds. */
@Command(name = "info", description = "shows what is loaded and what it holds", sortOptions = false)
public final class InfoMagic implements Magic {
  private final Workbench bench;

  @Mixin ModelOptions model = new ModelOptions();

  public InfoMagic(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public int run() {
    Session session =
        model.isPresent() ? bench.load(model.model, model.session()) : bench.session();
    bench.console().out().print(table(session));
    return DONE;
  }

  private static TextTable table(Session session) {
    ModelInfo info = session.info();
    Qwen35Config c = info.config();
    Resident resident = session.resident();
    TextTable table = new TextTable();
    table.add("model", info.name() + " (" + info.folder() + ")");
    table.add(
        "parameters",
        Bytes.count(info.parameters())
            + ", stored as "
            + info.quantization().orElse(info.storedDtype()));
    table.add(
        "layers",
        c.layers().size()
            + ": "
            + (c.layers().size() - c.fullAttentionLayers())
            + " Gated DeltaNet, "
            + c.fullAttentionLayers()
            + " full attention; hidden size "
            + c.hiddenSize());
    table.add(
        "attention",
        c.attentionHeads()
            + " heads of "
            + c.headDim()
            + " over "
            + c.keyValueHeads()
            + " key heads, "
            + c.rope().dims()
            + " numbers rotated");
    table.add(
        "delta net",
        c.valueHeads()
            + " value heads of "
            + c.valueHeadDim()
            + ", "
            + c.keyHeads()
            + " key heads of "
            + c.keyHeadDim()
            + ", convolution over "
            + c.convKernel());
    table.add(
        "mlp",
        c.moe()
            .map(
                m ->
                    m.experts()
                        + " experts of "
                        + m.intermediateSize()
                        + ", "
                        + m.expertsPerToken()
                        + " a token, one shared")
            .orElse("SwiGLU of " + c.intermediateSize()));
    table.add(
        "vocabulary",
        c.vocabularySize() + (c.tiedEmbeddings() ? ", head tied to the embedding" : ""));
    table.add(
        "MTP head", info.hasMtp() ? "bound; drafts up to 8 tokens a round" : "none in the files");
    table.add("vision tower", info.hasVision() ? "in the files, not loaded" : "none in the files");
    table.add("norms", info.normConvention());
    table.add(
        "device",
        info.device().label() + ", activations " + info.compute().name().toLowerCase(Locale.ROOT));
    EngineThread.get()
        .call(Kernels::instructionSet)
        .ifPresent(set -> table.add("kernels", "our own, " + set));
    table.add("MLX", info.mlxVersion() + " (" + Mlx.library() + ")");
    table.add("weights", Bytes.of(resident.weights()));
    table.add("KV", Bytes.of(resident.kv()));
    table.add("SSM state", Bytes.of(resident.state()));
    table.add("saved points", Bytes.of(resident.points()));
    table.add(
        "MLX memory",
        Bytes.of(Memory.now().active()) + ", at most " + Bytes.of(Memory.now().peak()));
    table.add("context", resident.contextTokens() + " of " + c.maxPositions() + " tokens");
    table.add("stop tokens", session.defaults().stopTokens());
    return table;
  }
}
