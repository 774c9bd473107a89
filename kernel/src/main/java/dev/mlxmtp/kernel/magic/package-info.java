/**
 * One class a command, with its options declared once: {@code %generate} in the REPL and {@code mtp
 * generate} in a shell are the same object. Front ends find them in the {@link
 * dev.mlxmtp.kernel.magic.MagicRegistry} and run them on a {@link
 * dev.mlxmtp.kernel.magic.Workspace}.
 */
package dev.mlxmtp.kernel.magic;
