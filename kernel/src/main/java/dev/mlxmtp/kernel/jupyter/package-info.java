/**
 * The notebook kernel: cells come over Jupyter's protocol, and what they show goes back as HTML,
 * plots and text. The wire itself is JJava's library, which no other package knows.
 */
package dev.mlxmtp.kernel.jupyter;
