/** The front ends: the command line and the terminal's read-eval-print loop. */
package dev.mlxmtp.kernel;
