/** Libraries from Maven repositories, for cells to use. Knows nothing of cells. */
package dev.mlxmtp.kernel.maven;
