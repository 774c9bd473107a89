package dev.mlxmtp.model;

import dev.mlxmtp.mlx.Array;
import dev.mlxmtp.mlx.Ops;
import dev.mlxmtp.mlx.Scope;
import java.util.List;

/**
 * The multi-token-prediction head ({@code mtp.*}; DeepSeek-V3, section 2.2): one full-attention
 * layer between two projections. For the hidden state h_i of position i and the token t_{i+1} after
 * it,
 *
 * <pre>
 *   m_i = norm(layer(fc [norm_e(embed(t_{i+1})); norm_h(h_i)])),     p(t_{i+2}) = softmax(lm_head(m_i))
 * </pre>
 *
 * at rotary position i. Fed its own m in place of h, it drafts one token further. Embedding and
 * output head are the trunk's.
 *
 * @param embeddingNorm {@code mtp.pre_fc_norm_embedding}
 * @param hiddenNorm {@code mtp.pre_fc_norm_hidden}
 * @param fc {@code mtp.fc [H, 2H]}, the embedding first
 */
public record MtpHead(
    RmsNorm embeddingNorm,
    RmsNorm hiddenNorm,
    Linear fc,
    DecoderLayer layer,
    RmsNorm norm,
    Embedding embedding) {

  /**
   * @param tokens int32 {@code [B, T]}: t_{i+1}
   * @param hidden {@code [B, T, H]}: h_i
   * @param cache holds the pairs before; T are appended
   * @return {@code [B, T, H]} each: the layer's output, and m, which is that after {@code mtp.norm}
   */
  public Hidden forward(Array tokens, Array hidden, Positions positions, KvCache cache) {
    Array e = embeddingNorm.apply(embedding.rows(tokens));
    Array r = hiddenNorm.apply(hidden);
    Array f = fc.apply(Ops.concatenate(List.of(e, r), -1));
    Array out = layer.apply(f, Segments.of(f.dim(1), positions, cache, Pass.COMMIT));
    return new Hidden(out, norm.apply(out));
  }

  /** An empty cache of the head's own. */
  public KvCache newCache(Scope owner) {
    return new KvCache(owner);
  }
}
