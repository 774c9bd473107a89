/** How generations and tables look in a terminal. */
package dev.mlxmtp.kernel.display;
