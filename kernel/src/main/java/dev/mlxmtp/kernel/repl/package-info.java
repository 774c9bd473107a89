/** The read-eval-print loop: over a terminal with JLine, or line by line from a pipe. */
package dev.mlxmtp.kernel.repl;
