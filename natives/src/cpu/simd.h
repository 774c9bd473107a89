// Vectors of W floats by the compiler's own vector types, so that one source serves every instruction set.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define MTP_LANES 16
#elif defined(__AVX2__)
#define MTP_LANES 8
#else
#define MTP_LANES 4
#endif

#define MTP_INLINE static inline __attribute__((always_inline))

namespace mtp::cpu::MTP_TARGET {

constexpr long W = MTP_LANES;

typedef float vf __attribute__((vector_size(4 * MTP_LANES)));
typedef int32_t vi __attribute__((vector_size(4 * MTP_LANES)));
typedef uint32_t vu __attribute__((vector_size(4 * MTP_LANES)));
typedef uint16_t vh __attribute__((vector_size(2 * MTP_LANES)));

MTP_INLINE vf splat(float x) {
  return vf{} + x;
}

MTP_INLINE float bf16_to_float(uint16_t h) {
  uint32_t bits = static_cast<uint32_t>(h) << 16;
  float f;
  std::memcpy(&f, &bits, 4);
  return f;
}

MTP_INLINE uint16_t float_to_bf16(float f) {
  uint32_t bits;
  std::memcpy(&bits, &f, 4);
  if (f != f) {
    return static_cast<uint16_t>((bits >> 16) | 0x40);
  }
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// Loaders: one element, or W of them, as float32.
struct F32 {
  typedef float element;
  MTP_INLINE vf load(const float* p) {
    vf v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  MTP_INLINE void load_two(const float* p, vf& a, vf& b) {
    a = load(p);
    b = load(p + W);
  }
  MTP_INLINE float one(const float* p) {
    return *p;
  }
};

struct BF16 {
  typedef uint16_t element;
  MTP_INLINE vf load(const uint16_t* p) {
    vh h;
    std::memcpy(&h, p, sizeof h);
    return (vf)(__builtin_convertvector(h, vu) << 16);
  }
  // Two neighbours to a lane, which takes an operation each: a holds those at even places, b those at odd ones.
  MTP_INLINE void load_two(const uint16_t* p, vf& a, vf& b) {
    vu pairs;
    std::memcpy(&pairs, p, sizeof pairs);
    a = (vf)(pairs << 16);
    b = (vf)(pairs & 0xffff0000u);
  }
  MTP_INLINE float one(const uint16_t* p) {
    return bf16_to_float(*p);
  }
};

struct F16 {
  typedef uint16_t element;
  // The half's exponent and mantissa at float32's place, scaled by the difference of the biases; subnormals come out
  // right by themselves, infinity and NaN need the whole exponent set.
  MTP_INLINE vf load(const uint16_t* p) {
#if MTP_LANES == 16
    return (vf)_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
#else
    vh h;
    std::memcpy(&h, p, sizeof h);
    vu bits = __builtin_convertvector(h, vu);
    vu sign = (bits & 0x8000) << 16;
    vu magnitude = (bits & 0x7fff) << 13;
    vu special = (vu)((bits & 0x7c00) == 0x7c00) & 0x7f800000;
    vf scaled = (vf)magnitude * splat(0x1p112f);
    return (vf)((vu)scaled | special | sign);
#endif
  }
  MTP_INLINE void load_two(const uint16_t* p, vf& a, vf& b) {
    a = load(p);
    b = load(p + W);
  }
  MTP_INLINE float one(const uint16_t* p) {
    uint16_t lanes[W] = {*p};
    return load(lanes)[0];
  }
};

MTP_INLINE uint16_t float_to_f16(float f) {
  uint32_t bits;
  std::memcpy(&bits, &f, 4);
  uint32_t sign = (bits >> 16) & 0x8000;
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x7f800000) {
    return static_cast<uint16_t>(sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0));
  }
  if (magnitude >= 0x477ff000) {
    return static_cast<uint16_t>(sign | 0x7c00);
  }
  if (magnitude < 0x38800000) {
    // Below the smallest normal half: adding 0.5 leaves the rounded subnormal in the low bits.
    float shifted;
    std::memcpy(&shifted, &magnitude, 4);
    shifted += 0.5f;
    uint32_t rounded;
    std::memcpy(&rounded, &shifted, 4);
    return static_cast<uint16_t>(sign | (rounded - 0x3f000000));
  }
  uint32_t even = (magnitude >> 13) & 1;
  return static_cast<uint16_t>(sign | ((magnitude - 0x38000000 + 0xfff + even) >> 13));
}

// Lane i of the result is lane `from[i]` of v, each below W.
MTP_INLINE vf shuffle(vf v, vi from) {
#if defined(__clang__)
  vf to;
  for (long i = 0; i < W; i++) {
    to[i] = v[from[i]];
  }
  return to;
#else
  return __builtin_shuffle(v, from);
#endif
}

MTP_INLINE vi lane_numbers() {
#if MTP_LANES == 16
  return vi{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif MTP_LANES == 8
  return vi{0, 1, 2, 3, 4, 5, 6, 7};
#else
  return vi{0, 1, 2, 3};
#endif
}

// The lanes' sum, always as the same tree.
MTP_INLINE float sum(vf v) {
#if MTP_LANES >= 16
  v += shuffle(v, lane_numbers() ^ 8);
#endif
#if MTP_LANES >= 8
  v += shuffle(v, lane_numbers() ^ 4);
#endif
  v += shuffle(v, lane_numbers() ^ 2);
  v += shuffle(v, lane_numbers() ^ 1);
  return v[0];
}

// Lane i of the result is lane `from[i]` of a, or lane `from[i] - W` of b.
MTP_INLINE vf shuffle(vf a, vf b, vi from) {
#if defined(__clang__)
  vf to;
  for (long i = 0; i < W; i++) {
    to[i] = from[i] < W ? a[from[i]] : b[from[i] - W];
  }
  return to;
#else
  return __builtin_shuffle(a, b, from);
#endif
}

// The sums of W vectors, one to a lane; v is overwritten.
MTP_INLINE vf sums(vf* v) {
  vi lane = lane_numbers();
#pragma GCC unroll 4
  for (int32_t half = W / 2; half >= 1; half /= 2) {
    // Of each pair, lanes with this bit unset hold the first one's, the others the second one's.
    vi second = (vi)((lane & half) != 0);
    vi first_half = (lane & ~half) + (second & static_cast<int32_t>(W));
    vi second_half = (lane | half) + (second & static_cast<int32_t>(W));
#pragma GCC unroll 8
    for (long i = 0; i < half; i++) {
      v[i] = shuffle(v[i], v[i + half], first_half) + shuffle(v[i], v[i + half], second_half);
    }
  }
  return v[0];
}

MTP_INLINE void store(float* p, vf v) {
  std::memcpy(p, &v, sizeof v);
}

MTP_INLINE vf select(vi mask, vf yes, vf no) {
  return (vf)(((vi)yes & mask) | ((vi)no & ~mask));
}

// e^x to about one unit in the last place (Cephes' polynomial); 0 below -87.3, infinity above 88.7, NaN stays.
MTP_INLINE vf exp(vf x) {
  vf lower = splat(-87.33654f);
  vf upper = splat(88.72283f);
  vf y = select(x < lower, lower, x);
  y = select(y > upper, upper, y);
  vf magic = splat(12582912.0f);
  vf n = (y * 1.44269504f + magic) - magic;
  vf r = y - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  vf p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // In two halves, since 2^128 has no float but the result may.
  vi whole = __builtin_convertvector(n, vi);
  vi half = whole >> 1;
  vf result = p * (vf)((half + 127) << 23) * (vf)((whole - half + 127) << 23);
  result = select(x < lower, vf{}, result);
  result = select(x > upper, splat(__builtin_inff()), result);
  return select(x != x, x, result);
}

MTP_INLINE vf sigmoid(vf x) {
  return 1.0f / (1.0f + exp(-x));
}

MTP_INLINE float sigmoid(float x) {
  return sigmoid(splat(x))[0];
}

}  // namespace mtp::cpu::MTP_TARGET
