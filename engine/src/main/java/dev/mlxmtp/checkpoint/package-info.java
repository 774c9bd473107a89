/**
 * Checkpoints on disk: safetensors files, {@code config.json}, and the naming and norm conventions
 * in which the Qwen3.5 family is published and converted, behind one canonical view.
 */
package dev.mlxmtp.checkpoint;
