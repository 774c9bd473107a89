/**
 * What stays resident between requests: a loaded model, the caches of its newest sequence, and the
 * points of it that a later request can take up again. Front ends submit {@link
 * dev.mlxmtp.session.GenerateRequest}s and receive {@link dev.mlxmtp.session.Event}s; they see no
 * tensor.
 */
package dev.mlxmtp.session;
