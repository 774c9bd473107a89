/**
 * The Qwen3.5 family: gated attention and Gated DeltaNet layers, dense or mixture-of-experts, the
 * multi-token-prediction head, and the caches that a decoding step extends and a rejected draft
 * rolls back.
 *
 * <p>Shapes are written {@code [B, T, H, D]}: batch, positions, heads, head size. Published names
 * of tensors are given beside the fields they fill.
 */
package dev.mlxmtp.model;
