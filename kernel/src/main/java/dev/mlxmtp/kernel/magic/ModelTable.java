package dev.mlxmtp.kernel.magic;

import dev.mlxmtp.kernel.display.Figures;
import dev.mlxmtp.kernel.display.SamplingText;
import dev.mlxmtp.kernel.display.Table;
import dev.mlxmtp.mlx.Mlx;
import dev.mlxmtp.model.Qwen35Config;
import dev.mlxmtp.session.ModelInfo;
import dev.mlxmtp.session.Resident;
import dev.mlxmtp.session.Session;
import java.util.Locale;
import java.util.stream.Collectors;

/** The model of a session and what it holds, in rows. */
final class ModelTable {
  private ModelTable() {}

  static Table of(Session session) {
    ModelInfo info = session.info();
    Table table = new Table();
    table.row("model", info.name()).row("folder", info.folder().toAbsolutePath().toString());
    architecture(table, info);
    table
        .gap()
        .row("parameters", Figures.count(info.parameters()) + " (" + info.parameters() + ")")
        .row("stored as", info.quantization().orElse(info.storedDtype()))
        .row("norms", info.normConvention())
        .row("compute", dtype(info) + " on " + info.place())
        .row("MLX", info.mlxVersion() + ", " + Mlx.library())
        .row("kernels", info.kernels().map(set -> "ours, " + set).orElse("MLX's own"))
        .row(
            "a token",
            "%d graph nodes, %d native calls".formatted(info.step().nodes(), info.step().calls()));
    info.warnings().forEach(warning -> table.row("warning", warning));
    resident(table.gap(), session.resident(), info);
    defaults(table.gap(), session);
    return table;
  }

  private static void architecture(Table table, ModelInfo info) {
    Qwen35Config c = info.config();
    int full = c.fullAttentionLayers();
    table
        .gap()
        .row(
            "layers",
            "%d: %d linear attention (Gated DeltaNet), %d full attention"
                .formatted(c.layers().size(), c.layers().size() - full, full))
        .row("hidden size", String.valueOf(c.hiddenSize()))
        .row(
            "full attention",
            "%d heads, %d key-value heads, head size %d, of which %d rotary%s"
                .formatted(
                    c.attentionHeads(),
                    c.keyValueHeads(),
                    c.headDim(),
                    c.rope().dims(),
                    c.outputGate() ? ", output gate" : ""))
        .row(
            "DeltaNet",
            "%d key heads of %d, %d value heads of %d, convolution over %d"
                .formatted(
                    c.keyHeads(), c.keyHeadDim(), c.valueHeads(), c.valueHeadDim(), c.convKernel()))
        .row(
            "feed-forward",
            c.moe().map(ModelTable::experts).orElse("SwiGLU of " + c.intermediateSize()))
        .row(
            "vocabulary",
            c.vocabularySize() + (c.tiedEmbeddings() ? ", head tied to the embedding" : ""))
        .row("context", Figures.tokens(c.maxPositions()))
        .row("MTP head", info.hasMtp() ? "bound" : "none");
    if (info.hasVision()) {
      table.row("vision tower", "present, not used");
    }
  }

  private static String experts(Qwen35Config.Moe moe) {
    return "%d experts of %d, %d a token, and a shared one of %d"
        .formatted(
            moe.experts(),
            moe.intermediateSize(),
            moe.expertsPerToken(),
            moe.sharedIntermediateSize());
  }

  private static void resident(Table table, Resident held, ModelInfo info) {
    table
        .row("weights", Figures.bytes(held.weights()))
        .row("keys and values", Figures.bytes(held.kv()))
        .row("DeltaNet states", Figures.bytes(held.state()))
        .row("saved points", Figures.bytes(held.points()))
        .row(
            "context used",
            held.contextTokens() + " of " + Figures.tokens(info.config().maxPositions()));
  }

  private static void defaults(Table table, Session session) {
    table
        .row(
            "drafting",
            session.info().hasMtp() ? "auto (--mtp=K, --draft)" : "none (--draft ngram)")
        .row(
            "verification",
            session.isRowInvariant()
                ? "exact by construction"
                : "exact costs a pass a row; fast may flip near-ties (--verify)")
        .row("sampling", SamplingText.of(session.defaults().sampling()))
        .row(
            "stop tokens",
            session.defaults().stopTokens().stream()
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", ")));
  }

  private static String dtype(ModelInfo info) {
    return info.compute().name().toLowerCase(Locale.ROOT);
  }
}
