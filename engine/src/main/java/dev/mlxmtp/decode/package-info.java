/**
 * The decode loop: a drafter proposes tokens, one forward pass of the model verifies them, the
 * longest valid prefix is accepted with one token more, and the caches roll back to it. Plain
 * decoding is the same loop with nothing proposed.
 */
package dev.mlxmtp.decode;
