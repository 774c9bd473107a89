package dev.mlxmtp.kernel.display;

/**
 * A drafted token.
 *
 * @param position in its draft, from 1
 * @param token what was proposed
 * @param head probability that the drafter gave it
 * @param target probability that the model gave it, after the drafts before it
 */
public record Proposal(int position, int token, double head, double target) {}
