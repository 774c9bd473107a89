/**
 * Measurements of a session: drafters against each other on prompts by kind, and ratios against a
 * named peer, taken in one run on one machine, medians of several; sweeps of acceptance, which can
 * go on where they were interrupted.
 */
package dev.mlxmtp.bench;
