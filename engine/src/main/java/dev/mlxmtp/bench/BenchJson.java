package dev.mlxmtp.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlxmtp.decode.AcceptanceStats;
import dev.mlxmtp.decode.SamplingOptions;
import dev.mlxmtp.session.ModelInfo;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * A benchmark as the JSON object that scripts and later benchmarks read. What is not known is
 * absent.
 */
public final class BenchJson {
  private BenchJson() {}

  /** The object. */
  public static ObjectNode of(Machine machine, ModelInfo model, BenchResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    machine(json.putObject("machine"), machine);
    model(json.putObject("model"), model);
    plan(json.putObject("plan"), result.plan());
    json.put("exact_is_fast", result.rowInvariant());
    ArrayNode kinds = json.putArray("kinds");
    for (KindResult kind : result.kinds()) {
      ObjectNode node = kinds.addObject().put("kind", kind.kind()).put("prompts", kind.prompts());
      kind.auto()
          .ifPresent(
              auto ->
                  node.putObject("auto")
                      .put("best_fixed", auto.best())
                      .put("ratio_to_best", auto.ratio()));
      ArrayNode prices = node.putArray("exact_to_fast");
      kind.prices()
          .forEach(
              p ->
                  prices
                      .addObject()
                      .put("exact", p.exact())
                      .put("fast", p.fast())
                      .put("ratio", p.ratio()));
      ArrayNode drafters = node.putArray("drafters");
      kind.drafters().forEach(drafter -> drafter(drafters.addObject(), drafter));
    }
    ArrayNode answers = json.putArray("answers");
    result.answers().forEach(each -> answer(answers.addObject(), each));
    return json;
  }

  static void machine(ObjectNode json, Machine machine) {
    json.put("cores", machine.cores());
    machine.cpu().ifPresent(cpu -> json.put("cpu", cpu));
    json.put("os", machine.system())
        .put("java", machine.java())
        .put("mlx_version", machine.mlx())
        .put("mlx_library", machine.library().toString());
  }

  static void model(ObjectNode json, ModelInfo model) {
    json.put("name", model.name())
        .put("parameters", model.parameters())
        .put("stored_as", model.quantization().orElse(model.storedDtype()))
        .put("dtype", model.compute().name().toLowerCase(Locale.ROOT))
        .put("device", model.device().label());
    model.product().ifPresent(product -> json.put("device_name", product));
    model.kernels().ifPresent(set -> json.put("kernels", set));
  }

  private static void plan(ObjectNode json, BenchPlan plan) {
    json.put("prompts", plan.prompts().name())
        .put("prompts_sha256", plan.prompts().sha256())
        .put("runs", plan.runs())
        .put("max_tokens", plan.maxTokens())
        .put("verification", plan.verification().toString())
        .put("dear_rows", plan.dearRows());
    ObjectNode counts = json.putObject("prompts_by_kind");
    for (String kind : plan.prompts().kinds()) {
      counts.put(kind, plan.prompts().only(List.of(kind)).entries().size());
    }
    SamplingOptions s = plan.sampling();
    ObjectNode sampling = json.putObject("sampling").put("temperature", s.temperature());
    sampling
        .put("top_k", s.topK())
        .put("top_p", s.topP())
        .put("min_p", s.minP())
        .put("repetition_penalty", s.repetitionPenalty())
        .put("presence_penalty", s.presencePenalty())
        .put("frequency_penalty", s.frequencyPenalty())
        .put("seed", s.seed())
        .put("coupling", plan.coupling().toString());
    ObjectNode bias = sampling.putObject("bias");
    new TreeMap<>(s.bias()).forEach((token, value) -> bias.put(String.valueOf(token), value));
  }

  // What the figures derive from, a number a turn.
  private static void answer(ObjectNode json, Answers answers) {
    json.put("number", answers.number())
        .put("kind", answers.prompt().kind())
        .put("drafter", answers.contender().name())
        .put("prompt_tokens", answers.warmUp().promptTokens());
    ArrayNode emitted = json.putArray("emitted");
    ArrayNode passes = json.putArray("passes");
    ArrayNode decode = json.putArray("decode_ms");
    ArrayNode first = json.putArray("ttft_ms");
    for (Answers.Run run : answers.timed()) {
      emitted.add(run.acceptance().emitted());
      passes.add(run.acceptance().rounds());
      decode.add(run.decodeTime() / 1e6);
      first.add(run.timeToFirstToken() / 1e6);
    }
  }

  private static void drafter(ObjectNode json, DrafterResult d) {
    json.put("drafter", d.drafter())
        .put("tokens", d.tokens())
        .put("ttft_ms", d.timeToFirstToken() / 1e6);
    d.prefill().ifPresent(p -> spread(json, "prefill_tok_s", p));
    d.decode().ifPresent(s -> spread(json, "decode_tok_s", s));
    d.ratio().ifPresent(r -> json.put("ratio_to_plain", r));
    acceptance(json, d.acceptance());
    d.phases()
        .ifPresent(
            p ->
                json.putObject("ms_a_round")
                    .put("draft", p.draft())
                    .put("verify", p.verify())
                    .put("host", p.host()));
    json.put("peak_memory_bytes", d.peakMemory());
    d.texts().ifPresent(texts -> texts(json, texts));
  }

  private static void spread(ObjectNode json, String name, Spread spread) {
    json.put(name, spread.median())
        .put(name + "_min", spread.min())
        .put(name + "_max", spread.max());
  }

  private static void acceptance(ObjectNode json, AcceptanceStats stats) {
    json.put("rounds", stats.rounds()).put("emitted", stats.emitted());
    stats.drafted().forEach(json.putArray("drafted")::add);
    stats.accepted().forEach(json.putArray("accepted")::add);
    stats.rate().ifPresent(r -> json.put("acceptance", r));
    ArrayNode byPosition = json.putArray("acceptance_by_position");
    for (int i = 0; i < stats.drafted().size(); i++) {
      stats.rate(i).ifPresent(byPosition::add);
    }
    stats.tokensPerPass().ifPresent(n -> json.put("tokens_per_pass", n));
  }

  private static void texts(ObjectNode json, TextComparison texts) {
    json.put("text_equals_plain", texts.same());
    ArrayNode differences = json.putArray("differences");
    for (TextComparison.Difference each : texts.differences()) {
      ObjectNode node =
          differences.addObject().put("number", each.number()).put("prompt", each.prompt());
      flip(node, each.flip());
    }
  }

  /** Adds where a text leaves the plain one. */
  public static void flip(ObjectNode json, Flip flip) {
    json.put("token", flip.token());
    flip.expected().ifPresent(c -> choice(json.putObject("expected"), c));
    flip.found().ifPresent(c -> choice(json.putObject("found"), c));
    flip.gap()
        .ifPresent(
            gap -> {
              json.put("logit_gap", gap.gap()).put("rounding", gap.rounding());
              // No JSON number says infinite.
              if (Double.isFinite(gap.lead())) {
                json.put("lead", gap.lead());
              }
              json.put("explained_by_rounding", gap.isRounding());
            });
  }

  private static void choice(ObjectNode json, Flip.Choice choice) {
    json.put("id", choice.token()).put("text", choice.text());
  }
}
