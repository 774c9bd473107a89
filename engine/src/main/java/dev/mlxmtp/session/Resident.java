package dev.mlxmtp.session;

/**
 * Bytes that a session holds at this moment.
 *
 * @param kv keys and values of the full-attention layers and of the MTP head
 * @param state recurrent and convolution states
 * @param points states kept for later requests
 * @param contextTokens tokens the caches cover
 */
public record Resident(long weights, long kv, long state, long points, int contextTokens) {}
