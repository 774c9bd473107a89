/**
 * The binding to MLX: arrays by handle, scopes that own them, and the operations the model is
 * written in.
 *
 * <p>This is the only package that uses {@code java.lang.foreign}. All work happens on the one
 * {@link dev.mlxmtp.mlx.EngineThread}; results belong to the innermost open {@link
 * dev.mlxmtp.mlx.Scope}.
 */
package dev.mlxmtp.mlx;
