/**
 * The quantizer: which tensor becomes which format and why, the encoders of the MX formats, and the
 * writing of a checkpoint folder that other MLX programs load.
 */
package dev.mlxmtp.quantize;
