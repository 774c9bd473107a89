// Gated DeltaNet step by step (Yang et al. 2024): convolution and silu, normalised q and k, the gated delta rule on a
// float32 state, and the gated norm of what it reads out.
#pragma once

#include <cmath>

#include "elementwise.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

constexpr float l2_eps = 1e-6f;

template <class Load>
MTP_INLINE void delta_mix_of(const DeltaNet& d, long begin, long end) {
  const auto* window = static_cast<const typename Load::element*>(d.window);
  long channels = d.channels();
  for (long t = 0; t < d.rows; t++) {
    float* out = d.mixed + t * channels;
    long c = begin;
    for (; c + W <= end; c += W) {
      vf acc = {};
      for (long i = 0; i < d.taps; i++) {
        acc += Load::load(window + (t + i) * channels + c) * F32::load(d.conv_weight + i * channels + c);
      }
      store(out + c, acc * sigmoid(acc));
    }
    for (; c < end; c++) {
      float acc = 0;
      for (long i = 0; i < d.taps; i++) {
        acc += Load::one(window + (t + i) * channels + c) * d.conv_weight[i * channels + c];
      }
      out[c] = acc * sigmoid(acc);
    }
  }
}

static void delta_mix(const DeltaNet& d, long begin, long end) {
  switch (d.type) {
    case Type::f32:
      delta_mix_of<F32>(d, begin, end);
      break;
    case Type::bf16:
      delta_mix_of<BF16>(d, begin, end);
      break;
    case Type::f16:
      delta_mix_of<F16>(d, begin, end);
      break;
  }
}

MTP_INLINE float get(const void* x, Type type, long i) {
  switch (type) {
    case Type::f32:
      return static_cast<const float*>(x)[i];
    case Type::bf16:
      return bf16_to_float(static_cast<const uint16_t*>(x)[i]);
    default:
      return F16::one(static_cast<const uint16_t*>(x) + i);
  }
}

MTP_INLINE float softplus(float x) {
  return x > 20 ? x : std::log1p(std::exp(x));
}

// S <- alpha S; d = beta (v - S k); S <- S + d k^T; y = S q, for one head.
MTP_INLINE void delta_step(float* s, const float* q, const float* k, const float* v, float alpha, float beta, long dk, long dv, float* y) {
  long r = 0;
  if (dk % W == 0) {
    // W rows of the state at a time, whose sums take a third of the shuffles.
    for (; r + W <= dv; r += W) {
      vf partial[W];
      float delta[W];
      for (long i = 0; i < W; i++) {
        const float* row = s + (r + i) * dk;
        vf read = {};
        for (long j = 0; j < dk; j += W) {
          read += F32::load(row + j) * alpha * F32::load(k + j);
        }
        partial[i] = read;
      }
      store(delta, beta * (F32::load(v + r) - sums(partial)));
      for (long i = 0; i < W; i++) {
        float* row = s + (r + i) * dk;
        vf out = {};
        for (long j = 0; j < dk; j += W) {
          vf next = F32::load(row + j) * alpha + delta[i] * F32::load(k + j);
          store(row + j, next);
          out += next * F32::load(q + j);
        }
        partial[i] = out;
      }
      store(y + r, sums(partial));
    }
  }
  for (; r < dv; r++) {
    float* row = s + r * dk;
    vf read = {};
    float read_rest = 0;
    long j = 0;
    for (; j + W <= dk; j += W) {
      vf decayed = F32::load(row + j) * alpha;
      store(row + j, decayed);
      read += decayed * F32::load(k + j);
    }
    for (; j < dk; j++) {
      row[j] *= alpha;
      read_rest += row[j] * k[j];
    }
    float delta = beta * (v[r] - (sum(read) + read_rest));
    vf out = {};
    float out_rest = 0;
    for (j = 0; j + W <= dk; j += W) {
      vf next = F32::load(row + j) + delta * F32::load(k + j);
      store(row + j, next);
      out += next * F32::load(q + j);
    }
    for (; j < dk; j++) {
      row[j] += delta * k[j];
      out_rest += row[j] * q[j];
    }
    y[r] = sum(out) + out_rest;
  }
}

// The output of one head for one row: the norm of what was read out, gated by silu(z).
template <class Load>
MTP_INLINE void gated_norm(const DeltaNet& d, const float* y, long at) {
  const auto* z = static_cast<const typename Load::element*>(d.z) + at;
  float scale = 1.0f / std::sqrt(sum_of_squares<F32>(y, d.value_dim) / static_cast<float>(d.value_dim) + d.norm_eps);
  float gated[W];
  long i = 0;
  for (; i + W <= d.value_dim; i += W) {
    vf gate = Load::load(z + i);
    store(gated, F32::load(y + i) * scale * F32::load(d.norm_weight + i) * (gate * sigmoid(gate)));
    from_float(gated, d.type, static_cast<char*>(d.y) + (at + i) * size_of(d.type), W);
  }
  for (; i < d.value_dim; i++) {
    float gate = Load::one(z + i);
    put(d.y, d.type, at + i, y[i] * scale * d.norm_weight[i] * (gate * sigmoid(gate)));
  }
}

MTP_INLINE void gated_norm(const DeltaNet& d, const float* y, long at) {
  switch (d.type) {
    case Type::f32:
      gated_norm<F32>(d, y, at);
      break;
    case Type::bf16:
      gated_norm<BF16>(d, y, at);
      break;
    case Type::f16:
      gated_norm<F16>(d, y, at);
      break;
  }
}

MTP_INLINE void normalise(const float* x, float* to, long n, float scale) {
  float factor = scale / std::sqrt(sum_of_squares<F32>(x, n) + l2_eps);
  for (long i = 0; i < n; i++) {
    to[i] = x[i] * factor;
  }
}

static void delta_heads(const DeltaNet& d, long begin, long end) {
  long channels = d.channels();
  long head_floats = d.value_dim * d.key_dim;
  float q[max_head_dim], k[max_head_dim], y[max_head_dim];
  for (long h = begin; h < end; h++) {
    long key_head = h / (d.value_heads / d.key_heads);
    float* s = d.after + h * head_floats;
    const float* before = d.state + h * head_floats;
    if (s != before) {
      std::memcpy(s, before, static_cast<size_t>(head_floats) * 4);
    }
    for (long t = 0; t < d.rows; t++) {
      const float* row = d.mixed + t * channels;
      normalise(row + key_head * d.key_dim, q, d.key_dim, 1.0f / std::sqrt(static_cast<float>(d.key_dim)));
      normalise(row + (d.key_heads + key_head) * d.key_dim, k, d.key_dim, 1.0f);
      const float* v = row + 2 * d.key_heads * d.key_dim + h * d.value_dim;
      long gate = t * d.value_heads + h;
      float alpha = std::exp(d.negative_a[h] * softplus(get(d.a, d.type, gate) + d.dt_bias[h]));
      float beta = 1.0f / (1.0f + std::exp(-get(d.b, d.type, gate)));
      delta_step(s, q, k, v, alpha, beta, d.key_dim, d.value_dim, y);
      if (d.y != nullptr) {
        gated_norm(d, y, gate * d.value_dim);
      }
    }
  }
}

}  // namespace mtp::cpu::MTP_TARGET
