package dev.mlxmtp.kernel.magic;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.kernel.display.Footer;
import dev.mlxmtp.session.Generation;
import dev.mlxmtp.session.ModelInfo;
import java.util.Locale;

/** A generation as the JSON object that scripts read. What is not known is absent. */
final class GenerationJson {
  private GenerationJson() {}

  static String write(ModelInfo info, Generation generation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", info.name());
    json.put("device", info.device().label());
    json.put("dtype", info.compute().name().toLowerCase(Locale.ROOT));
    json.put("mlx_version", info.mlxVersion());
    json.put("decoder", generation.decoder());
    add(json.putArray("prompt_tokens"), generation.promptTokens());
    json.put("reused_tokens", generation.reusedTokens());
    add(json.putArray("tokens"), generation.tokens());
    generation.stopToken().ifPresent(id -> json.put("stop_token", id));
    json.put("text", generation.text());
    json.put("finish_reason", generation.finishReason().name().toLowerCase(Locale.ROOT));
    if (Footer.hasFirstToken(generation)) {
      json.put("ttft_ms", generation.timeToFirstToken() / 1e6);
    }
    generation.tokensPerSecond().ifPresent(speed -> json.put("decode_tok_s", speed));
    AcceptanceStats stats = generation.acceptance();
    json.put("rounds", stats.rounds());
    stats.drafted().forEach(json.putArray("drafted")::add);
    stats.accepted().forEach(json.putArray("accepted")::add);
    stats.tokensPerPass().ifPresent(n -> json.put("tokens_per_pass", n));
    json.put("peak_memory_bytes", generation.peakMemory());
    return json.toString();
  }

  private static void add(ArrayNode array, int[] ids) {
    for (int id : ids) {
      array.add(id);
    }
  }
}
