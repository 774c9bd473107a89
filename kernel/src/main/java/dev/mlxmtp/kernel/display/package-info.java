/**
 * What a user sees: the view model of a generation, the footer, tables, charts with their three
 * renderings, and the screens that show them with or without colour. Knows nothing of commands.
 */
package dev.mlxmtp.kernel.display;
