/**
 * Measurements of a session: ratios against a named peer, taken in one run on one machine, medians
 * of several.
 */
package dev.mlxmtp.bench;
