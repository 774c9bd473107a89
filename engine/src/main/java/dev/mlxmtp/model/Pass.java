package dev.mlxmtp.model;

/** What a forward pass is for, which decides what the caches keep of it. */
public enum Pass {
  /** Positions that stay: prompt chunks and single steps. Nothing is kept for a rollback. */
  COMMIT,
  /** Draft rows that may be rejected: each layer keeps what its rollback needs. */
  VERIFY
}
