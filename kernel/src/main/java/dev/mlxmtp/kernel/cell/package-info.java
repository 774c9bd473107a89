/**
 * Cells: messages, commands and Java, each run against one workspace. What the terminal and the
 * notebook have in common, completion included.
 */
package dev.mlxmtp.kernel.cell;
