// Gated DeltaNet in two kernels, written for MLX's metal_kernel: the causal convolution, and the recurrence. Linux has no
// Metal: neither has been run where this was written. Loading a model therefore compares them with the same layer in plain
// operations and leaves them out, with a warning, where they disagree.
#include "metal/delta_net.h"

#include <stdexcept>

#include "mlx/backend/metal/metal.h"
#include "mlx/fast.h"
#include "mlx/mlx.h"

namespace mtp::metal {

namespace mx = mlx::core;

namespace {

// A thread for each channel of each row: mixed = silu(sum over the taps).
constexpr const char* convolution_source = R"(
  uint channel = thread_position_in_grid.x;
  uint row = thread_position_in_grid.y;
  uint sequence = thread_position_in_grid.z;
  uint rows = window_shape[1] - (TAPS - 1);
  const device T* at = window + (sequence * window_shape[1] + row) * CHANNELS + channel;
  float sum = 0;
  for (int i = 0; i < TAPS; i++) {
    sum += float(at[i * CHANNELS]) * float(weight[i * CHANNELS + channel]);
  }
  mixed[(sequence * rows + row) * CHANNELS + channel] = sum / (1 + exp(-sum));
)";

// A simdgroup for each row of the state of each head; its lanes share the row's DK numbers.
//   S <- alpha S; d = beta (v - S k); S <- S + d k^T; y = S q
constexpr const char* recurrence_source = R"(
  constexpr int PER_LANE = DK / 32;
  uint lane = thread_position_in_threadgroup.x;
  uint value = thread_position_in_grid.y;
  uint head = thread_position_in_grid.z % HV;
  uint sequence = thread_position_in_grid.z / HV;
  uint rows = mixed_shape[1];
  uint key_head = head / (HV / HK);
  uint channels = 2 * HK * DK + HV * DV;
  uint at_state = ((sequence * HV + head) * DV + value) * DK + lane * PER_LANE;

  float s[PER_LANE];
  for (int i = 0; i < PER_LANE; i++) {
    s[i] = state[at_state + i];
  }
  for (uint t = 0; t < rows; t++) {
    const device float* row = mixed + (sequence * rows + t) * channels;
    float q[PER_LANE], k[PER_LANE];
    float q_square = 0, k_square = 0;
    for (int i = 0; i < PER_LANE; i++) {
      q[i] = row[key_head * DK + lane * PER_LANE + i];
      k[i] = row[(HK + key_head) * DK + lane * PER_LANE + i];
      q_square += q[i] * q[i];
      k_square += k[i] * k[i];
    }
    float q_factor = rsqrt(simd_sum(q_square) + 1e-6f) * rsqrt(float(DK));
    float k_factor = rsqrt(simd_sum(k_square) + 1e-6f);

    uint gate = (sequence * rows + t) * HV + head;
    float x = float(a[gate]) + dt_bias[head];
    float softplus = x > 20 ? x : log(1 + exp(x));
    float alpha = exp(negative_a[head] * softplus);
    float beta = 1 / (1 + exp(-float(b[gate])));

    float read = 0;
    for (int i = 0; i < PER_LANE; i++) {
      k[i] *= k_factor;
      s[i] *= alpha;
      read += s[i] * k[i];
    }
    float d = beta * (row[2 * HK * DK + head * DV + value] - simd_sum(read));
    float out = 0;
    for (int i = 0; i < PER_LANE; i++) {
      s[i] += d * k[i];
      out += s[i] * q[i] * q_factor;
    }
    out = simd_sum(out);
    if (lane == 0) {
      y[gate * DV + value] = out;
    }
  }
  for (int i = 0; i < PER_LANE; i++) {
    after[at_state + i] = s[i];
  }
)";

}  // namespace

bool enabled() {
  return cpu::wanted() && mx::default_device() == mx::Device::gpu && mx::metal::is_available();
}

std::vector<mx::array> delta_net(const cpu::DeltaNetInputs& in, float norm_eps) {
  if (in.earlier) {
    const auto& e = *in.earlier;
    auto first = [&](const mx::array& a) { return mx::slice(a, {0, 0, 0}, {a.shape(0), e.rows, a.shape(2)}); };
    auto before = in;
    before.u = first(e.u);
    before.conv_state = e.conv_state;
    before.a = first(e.a);
    before.b = first(e.b);
    // What comes out for these rows is not looked at.
    before.z = mx::zeros({e.u.shape(0), e.rows, in.z.shape(2)}, in.z.dtype());
    before.earlier.reset();
    auto now = in;
    now.state = metal::delta_net(before, norm_eps)[2];
    now.earlier.reset();
    auto out = metal::delta_net(now, norm_eps);
    out.push_back(now.state);
    return out;
  }
  int batch = in.u.shape(0), rows = in.u.shape(1), channels = in.u.shape(2), taps = in.conv_weight.shape(0);
  int value_heads = in.state.shape(1), value_dim = in.state.shape(2), key_dim = in.state.shape(3);
  int key_heads = (channels - value_heads * value_dim) / (2 * key_dim);
  if (key_dim % 32 != 0 || rows > max_rows) {
    throw std::invalid_argument("[delta_net] the Metal kernel serves key heads of a multiple of 32 and up to 64 rows");
  }
  auto window = mx::concatenate({in.conv_state, in.u}, 1);

  static const auto convolution = mx::fast::metal_kernel("mtp_causal_convolution", {"window", "weight"}, {"mixed"}, convolution_source);
  auto mixed = convolution(
      {window, in.conv_weight}, {{batch, rows, channels}}, {mx::float32}, {channels, rows, batch}, {std::min(channels, 256), 1, 1},
      {{"T", in.u.dtype()}, {"TAPS", taps}, {"CHANNELS", channels}}, std::nullopt, false, {})[0];

  static const auto recurrence = mx::fast::metal_kernel(
      "mtp_gated_delta_rule", {"mixed", "a", "b", "negative_a", "dt_bias", "state"}, {"y", "after"}, recurrence_source);
  auto out = recurrence(
      {mixed, in.a, in.b, in.negative_a, in.dt_bias, in.state}, {{batch, rows, value_heads, value_dim}, in.state.shape()}, {mx::float32, mx::float32},
      {32, value_dim, batch * value_heads}, {32, std::min(value_dim, 4), 1},
      {{"HK", key_heads}, {"HV", value_heads}, {"DK", key_dim}, {"DV", value_dim}}, std::nullopt, false, {});

  auto y = mx::fast::rms_norm(out[0], in.norm_weight, norm_eps);
  auto z = mx::astype(mx::reshape(in.z, y.shape()), mx::float32);
  auto gated = mx::astype(y * z * mx::sigmoid(z), in.u.dtype());
  return {mx::reshape(gated, {batch, rows, value_heads * value_dim}), window, out[1]};
}

}  // namespace mtp::metal
