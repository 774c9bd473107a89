/**
 * Commands on the resident session, one class each; options are declared once for the command line
 * and the prompt.
 */
package dev.mlxmtp.kernel.magic;
