package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.ModelInfo;
import java.util.Locale;

/** A generation as the JSON object that scripts read. What was not measured is absent. */
final class GenerationJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationJson() {}

  static ObjectNode of(ModelInfo info, Generation g) {
    AcceptanceStats stats = g.acceptance();
    ObjectNode node = JSON.createObjectNode();
    node.put("model", info.folder().toString());
    node.put("device", info.device().label());
    node.put("dtype", info.compute().name().toLowerCase(Locale.ROOT));
    node.put("mlx_version", info.mlxVersion());
    node.put("decoder", g.decoder());
    node.set("prompt_tokens", JSON.valueToTree(g.promptTokens()));
    node.put("reused_tokens", g.reusedTokens());
    node.set("tokens", JSON.valueToTree(g.tokens()));
    g.stopToken().ifPresent(token -> node.put("stop_token", token));
    node.put("text", g.text());
    node.put("finish_reason", g.finishReason().name().toLowerCase(Locale.ROOT));
    node.put("ttft_ms", g.timeToFirstToken() / 1e6);
    g.tokensPerSecond().ifPresent(speed -> node.put("decode_tok_s", speed));
    node.put("rounds", stats.rounds());
    node.set("drafted", JSON.valueToTree(stats.drafted()));
    node.set("accepted", JSON.valueToTree(stats.accepted()));
    stats.tokensPerPass().ifPresent(n -> node.put("tokens_per_pass", n));
    node.put("peak_memory_bytes", g.peakMemory());
    return node;
  }
}
