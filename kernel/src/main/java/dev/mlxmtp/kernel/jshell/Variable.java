package dev.mlxmtp.kernel.jshell;

/**
 * A variable that cells share.
 *
 * @param type as declared, in short names
 * @param value as in Java source where it can be, with long arrays cut
 */
public record Variable(String name, String type, String value) {}
