/** The terminal's loop: a line is a magic or a message to the model. */
package dev.mlxmtp.kernel.repl;
