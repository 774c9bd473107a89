/**
 * The front ends: the command line, the terminal's read-eval-print loop, and the magics that they
 * share.
 */
package dev.mlxmtp.kernel;
