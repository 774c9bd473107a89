// Gated DeltaNet on a Metal GPU.
#pragma once

#include <vector>

#include "cpu/primitives.h"

namespace mtp::metal {

// Rows of one call that the recurrent kernel serves at most; prompts are better off in chunks of matrix products.
constexpr int max_rows = 64;

// True where MLX's default device is a Metal GPU and MLXMTP_KERNELS is not "off".
bool enabled();

// As cpu::delta_net. The size of a key head is a multiple of 32.
std::vector<mlx::core::array> delta_net(const cpu::DeltaNetInputs& in, float norm_eps);

}  // namespace mtp::metal
