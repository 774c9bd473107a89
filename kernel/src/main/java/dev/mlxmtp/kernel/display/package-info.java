/**
 * What a user sees: the view model of a generation, the footer, tables, and the screens that show
 * them with or without colour. Knows nothing of commands.
 */
package dev.mlxmtp.kernel.display;
