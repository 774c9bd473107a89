package dev.mlxmtp.quantize;

import dev.mlxmtp.checkpoint.QuantFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which tensors are packed: rules of which the first that matches decides. Canonical names ({@code
 * layers.0.mlp.up_proj.weight}, {@code embed_tokens.weight}, {@code mtp.fc.weight}), so that one
 * recipe fits every layout.
 *
 * @param stacksExperts experts in one tensor become {@code switch_mlp} stacks, which can be packed
 */
public record Recipe(String name, List<Rule> rules, boolean stacksExperts) {
  private static final String MATRICES = "*.weight";

  /** What is small or easily harmed keeps its type, embedding and output head take 8 bits. */
  public static Recipe balanced(QuantFormat format, Optional<QuantFormat> mtpHead) {
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.keep("visual.*", "vision tower"));
    mtpHead.ifPresent(f -> rules.add(Rule.use("mtp.*proj.weight|mtp.fc.weight", f, "--mtp-head")));
    rules.add(Rule.keep("mtp.*", "the head that drafts"));
    rules.add(
        Rule.keep(
            "*.linear_attn.in_proj_a.weight|*.linear_attn.in_proj_b.weight",
            "decay and write strength, tiny"));
    rules.add(
        Rule.keep(
            "*.linear_attn.conv1d.weight|*.linear_attn.A_log|*.linear_attn.dt_bias", "SSM state"));
    rules.add(Rule.keep("*.mlp.gate.weight|*.mlp.shared_expert_gate.weight", "router, tiny"));
    rules.add(Rule.keep("*norm.weight", "norm"));
    rules.add(
        Rule.use(
            "embed_tokens.weight|lm_head.weight", format.eightBits(), "embedding and output head"));
    rules.add(Rule.use(MATRICES, format, "matrix"));
    return new Recipe("balanced", rules, true);
  }

  /** What mlx-mtp does: every matrix outside vision, head and SSM names, embedding included. */
  public static Recipe seed(QuantFormat format, Optional<QuantFormat> mtpHead) {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        Rule.keep(
            "visual.*|*vision_model*|*vision_tower*|*merger*|*img_projector*|*multi_modal_projector*",
            "vision"));
    mtpHead.ifPresent(f -> rules.add(Rule.use("mtp.*proj.weight|mtp.fc.weight", f, "--mtp-head")));
    rules.add(Rule.keep("*mtp*", "MTP"));
    rules.add(
        Rule.keep(
            "*a_log*|*A_log*|*dt_bias*|*conv1d*|*ssm_alpha*|*ssm_beta*|*time_decay*|*time_faaaa*",
            "SSM"));
    rules.add(Rule.use(MATRICES, format, "matrix"));
    return new Recipe("seed", rules, false);
  }

  /** The same with rules of one's own before it. */
  public Recipe with(List<Rule> first) {
    List<Rule> all = new ArrayList<>(first);
    all.addAll(rules);
    return new Recipe(name, all, stacksExperts);
  }

  /** The first rule that matches. */
  Optional<Rule> ruleFor(String canonicalName) {
    return rules.stream().filter(rule -> rule.matches(canonicalName)).findFirst();
  }
}
