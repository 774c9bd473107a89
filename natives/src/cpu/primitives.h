// The CPU kernels as MLX primitives. Each function adds one node to the graph.
#pragma once

#include <optional>
#include <vector>

#include "mlx/mlx.h"

namespace mtp::cpu {

// False where MLXMTP_KERNELS is "off" or set_wanted said so.
bool wanted();
void set_wanted(bool wanted);

// True where the kernels serve: they are wanted and MLX's default device is the CPU.
bool enabled();

bool supports(mlx::core::Dtype type);

// x [..., K] times w [N, K] transposed.
mlx::core::array linear(const mlx::core::array& x, const mlx::core::array& w);

enum class Mode : int { affine, mxfp4, mxfp8, nvfp4 };

// True where the packed products serve: weights [N, words] or [E, N, words] in one of the modes, 4 or 8 bits.
bool supports_packed(const mlx::core::array& w, const mlx::core::array& scales, Mode mode, int bits, int group);

// x [..., K] times a packed w [N, K] transposed.
mlx::core::array packed_linear(
    const mlx::core::array& x, const mlx::core::array& w, const mlx::core::array& scales, const std::optional<mlx::core::array>& biases, Mode mode,
    int bits, int group);

// x [P, 1, K] times the matrix w[indices[p]] of w [E, N, K] transposed, for each p.
mlx::core::array gather_linear(const mlx::core::array& x, const mlx::core::array& w, const mlx::core::array& indices);

mlx::core::array gather_packed_linear(
    const mlx::core::array& x, const mlx::core::array& w, const mlx::core::array& scales, const std::optional<mlx::core::array>& biases,
    const mlx::core::array& indices, Mode mode, int bits, int group);

// Threads that the kernels use from now on, at most those of the machine.
void set_threads(int n);

mlx::core::array rms_norm(const mlx::core::array& x, const mlx::core::array& weight, float eps);

mlx::core::array swiglu(const mlx::core::array& gate, const mlx::core::array& up);

// Of each row of logits [..., V] its first `vocabulary`: the greatest (int32 and float32 [...]) and the logarithm of the
// sum of their exponentials (float32 [...]).
std::vector<mlx::core::array> greedy(const mlx::core::array& logits, int vocabulary);

// Of the tokens [1, k] in the first k rows of logits [1, T, V], of which the first `vocabulary` count: the probability of
// each under the softmax of scale times the row (float32 [1, k]), and how many logits are above its own (int32 [1, k]).
std::vector<mlx::core::array> standing(const mlx::core::array& logits, const mlx::core::array& tokens, int vocabulary, float scale);

// Bytes a second that the kernels' threads read from a block of memory of that size, the median of several passes.
double read_bandwidth(long bytes);

// A bool: no element is NaN or infinite.
mlx::core::array all_finite(const mlx::core::array& x);

// Rows of an earlier pass, of which the first `rows` are gone over before the present ones.
struct EarlierRows {
  mlx::core::array u, conv_state, a, b;
  int rows;
};

struct DeltaNetInputs {
  mlx::core::array u, conv_state, conv_weight, a, b, z, negative_a, dt_bias, norm_weight, state;
  std::optional<EarlierRows> earlier;
};

// Output [B, T, Hv * Dv]; window [B, taps - 1 + T, C]; state [B, Hv, Dv, Dk] after the last row; and, where there are
// earlier rows, the state between those and the present ones.
std::vector<mlx::core::array> delta_net(const DeltaNetInputs& in, float norm_eps);

struct AttentionInputs {
  mlx::core::array q_gate, k, v, q_norm, k_norm, periods, keys, values;
};

// Normalises and rotates q and k, appends k and v at `offset` to the caches [B, Hkv, capacity, D], and attends.
// Output [B, T, H * D], and the caches with the new rows, in place where nobody else holds them.
std::vector<mlx::core::array> gated_attention(const AttentionInputs& in, int offset, int rotary_dims, float rotary_scale, float norm_eps, float scale, bool gated);

}  // namespace mtp::cpu
