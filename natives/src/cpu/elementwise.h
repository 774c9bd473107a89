// Norms, activations and conversions, by rows or by elements.
#pragma once

#include <cmath>

#include "linear.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

template <class Load>
MTP_INLINE float sum_of_squares(const typename Load::element* x, long n) {
  vf acc = {};
  long i = 0;
  for (; i + W <= n; i += W) {
    vf v = Load::load(x + i);
    acc += v * v;
  }
  float rest = 0;
  for (; i < n; i++) {
    float v = Load::one(x + i);
    rest += v * v;
  }
  return sum(acc) + rest;
}

template <class Load>
MTP_INLINE void rms_norm_of(const RmsNorm& r, long begin, long end) {
  for (long row = begin; row < end; row++) {
    const auto* x = static_cast<const typename Load::element*>(r.x) + row * r.d;
    float scale = 1.0f / std::sqrt(sum_of_squares<Load>(x, r.d) / static_cast<float>(r.d) + r.eps);
    for (long i = 0; i < r.d; i++) {
      float v = Load::one(x + i) * scale;
      put(r.y, r.type, row * r.d + i, r.weight ? v * r.weight[i] : v);
    }
  }
}

static void rms_norm(const RmsNorm& r, long begin, long end) {
  switch (r.type) {
    case Type::f32:
      rms_norm_of<F32>(r, begin, end);
      break;
    case Type::bf16:
      rms_norm_of<BF16>(r, begin, end);
      break;
    case Type::f16:
      rms_norm_of<F16>(r, begin, end);
      break;
  }
}

template <class Load>
MTP_INLINE void to_float_of(const void* from, float* to, long n) {
  const auto* x = static_cast<const typename Load::element*>(from);
  long i = 0;
  for (; i + W <= n; i += W) {
    store(to + i, Load::load(x + i));
  }
  for (; i < n; i++) {
    to[i] = Load::one(x + i);
  }
}

static void to_float(const void* from, Type type, float* to, long n) {
  switch (type) {
    case Type::f32:
      std::memcpy(to, from, static_cast<size_t>(n) * 4);
      break;
    case Type::bf16:
      to_float_of<BF16>(from, to, n);
      break;
    case Type::f16:
      to_float_of<F16>(from, to, n);
      break;
  }
}

static void from_float(const float* from, Type type, void* to, long n) {
  for (long i = 0; i < n; i++) {
    put(to, type, i, from[i]);
  }
}

// True where no exponent is all ones.
static bool all_finite(const void* x, Type type, long begin, long end) {
  vu found = {};
  bool rest = false;
  long i = begin;
  if (type == Type::f32) {
    const auto* bits = static_cast<const uint32_t*>(x);
    for (; i + W <= end; i += W) {
      vu v;
      std::memcpy(&v, bits + i, sizeof v);
      found |= (vu)((v & 0x7f800000u) == 0x7f800000u);
    }
    for (; i < end; i++) {
      rest |= (bits[i] & 0x7f800000u) == 0x7f800000u;
    }
  } else {
    const auto* bits = static_cast<const uint16_t*>(x);
    const uint16_t exponent = type == Type::bf16 ? 0x7f80 : 0x7c00;
    for (; i + W <= end; i += W) {
      vh h;
      std::memcpy(&h, bits + i, sizeof h);
      vu v = __builtin_convertvector(h, vu) & exponent;
      found |= (vu)(v == exponent);
    }
    for (; i < end; i++) {
      rest |= (bits[i] & exponent) == exponent;
    }
  }
  for (long lane = 0; lane < W; lane++) {
    rest |= found[lane] != 0;
  }
  return !rest;
}

template <class Load>
MTP_INLINE void swiglu_of(const SwiGlu& s, long begin, long end) {
  const auto* gate = static_cast<const typename Load::element*>(s.gate);
  const auto* up = static_cast<const typename Load::element*>(s.up);
  float out[W];
  long i = begin;
  for (; i + W <= end; i += W) {
    vf g = Load::load(gate + i);
    store(out, g * sigmoid(g) * Load::load(up + i));
    from_float(out, s.type, static_cast<char*>(s.y) + i * size_of(s.type), W);
  }
  for (; i < end; i++) {
    float g = Load::one(gate + i);
    put(s.y, s.type, i, g * sigmoid(g) * Load::one(up + i));
  }
}

static void swiglu(const SwiGlu& s, long begin, long end) {
  switch (s.type) {
    case Type::f32:
      swiglu_of<F32>(s, begin, end);
      break;
    case Type::bf16:
      swiglu_of<BF16>(s, begin, end);
      break;
    case Type::f16:
      swiglu_of<F16>(s, begin, end);
      break;
  }
}

// Touches every vector and does nothing with it.
static uint64_t read(const void* from, long bytes) {
  const auto* p = static_cast<const char*>(from);
  vu any[4] = {};
  for (long i = 0; i < bytes; i += static_cast<long>(sizeof any)) {
    vu next[4];
    std::memcpy(next, p + i, sizeof next);
    for (int j = 0; j < 4; j++) {
      any[j] |= next[j];
    }
  }
  vu all = any[0] | any[1] | any[2] | any[3];
  return all[0];
}

}  // namespace mtp::cpu::MTP_TARGET
