// Packing into MXFP4 and MXFP8 (OCP MX 1.0): groups of 32 numbers with one power of two as scale. All decisions are made
// in integers or by exact operations, so that every processor and every instruction set writes the same bytes.
#pragma once

#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

constexpr long mx_group = 32;
constexpr long mx_vectors = mx_group / W;

typedef uint8_t vb __attribute__((vector_size(MTP_LANES)));

MTP_INLINE vu select(vi mask, vu yes, vu no) {
  return (yes & (vu)mask) | (no & ~(vu)mask);
}

// Nearest integer, ties to even, of 0 <= x < 2^22.
MTP_INLINE vu nearest_integer(vf x) {
  return (vu)(x + 8388608.0f) - 0x4b000000u;
}

// Codes of the nearest value, ties to the even code, saturating, without the sign.
MTP_INLINE vu e2m1(vf magnitude) {
  vu bits = (vu)magnitude;
  vu large = ((bits + 0x1fffffu + ((bits >> 22) & 1u)) >> 22) - 252u;
  vu code = select(magnitude >= 1.0f, large, nearest_integer(magnitude * 2.0f));
  return select(code > 7u, vu{} + 7u, code);
}

MTP_INLINE vf e2m1_value(vu code) {
  vf large = (vf)((((code >> 1) + 126u) << 23) | ((code & 1u) << 22));
  return select((vi)(code < 2u), __builtin_convertvector(code, vf) * 0.5f, large);
}

MTP_INLINE vu e4m3(vf magnitude) {
  vu bits = (vu)magnitude;
  vu large = ((bits + 0x7ffffu + ((bits >> 20) & 1u)) >> 20) - 960u;
  // Below the smallest normal number; larger ones overflow here and are not taken.
  vu small = nearest_integer(select((vi)(magnitude < 0x1p-6f), magnitude, vf{}) * 512.0f);
  vu code = select(magnitude >= 0x1p-6f, large, small);
  return select(code > 0x7eu, vu{} + 0x7eu, code);
}

// The smallest exponent at which a largest magnitude of these bits is not above `most` = mantissa * 2^exponent.
MTP_INLINE int least_exponent(uint32_t bits, int exponent, uint32_t mantissa) {
  int e = static_cast<int>(bits >> 23) - 127 - exponent + ((bits & 0x7fffffu) > mantissa ? 1 : 0);
  return bits == 0 ? 0 : e < -127 ? -127 : e;
}

MTP_INLINE float power_of_two(int e) {
  uint32_t bits = static_cast<uint32_t>(e + 127) << 23;
  float f;
  std::memcpy(&f, &bits, 4);
  return f;
}

// The squared error of a group, in units of (scale / 1024)^2.
MTP_INLINE int64_t e2m1_error(const vf* magnitude, float inverse) {
  int64_t sum = 0;
  for (long i = 0; i < mx_vectors; i++) {
    vf y = magnitude[i] * inverse;
    vi error = __builtin_convertvector((e2m1_value(e2m1(y)) - y) * 1024.0f, vi);
    vi square = error * error;
    for (long lane = 0; lane < W; lane++) {
      sum += square[lane];
    }
  }
  return sum;
}

template <class Load>
MTP_INLINE bool encode_of(const void* from, long groups, int bits, uint8_t* codes, uint8_t* scales) {
  const auto* x = static_cast<const typename Load::element*>(from);
  for (long g = 0; g < groups; g++, x += mx_group) {
    vf magnitude[mx_vectors];
    vu sign[mx_vectors];
    vu most = {};
    for (long i = 0; i < mx_vectors; i++) {
      vu v = (vu)Load::load(x + i * W);
      sign[i] = v >> 31;
      v &= 0x7fffffffu;
      magnitude[i] = (vf)v;
      most = select(v > most, v, most);
    }
    uint32_t largest = 0;
    for (long lane = 0; lane < W; lane++) {
      largest = most[lane] > largest ? most[lane] : largest;
    }
    if (largest >= 0x7f800000u) {
      return false;
    }
    int e = bits == 8 ? least_exponent(largest, 8, 0x600000u) : least_exponent(largest, 2, 0x400000u);
    if (bits == 4 && largest != 0 && e > -127 &&
        e2m1_error(magnitude, power_of_two(1 - e)) < 4 * e2m1_error(magnitude, power_of_two(-e))) {
      e--;
    }
    scales[g] = static_cast<uint8_t>(e + 127);
    float inverse = power_of_two(-e);
    uint8_t packed[mx_group];
    for (long i = 0; i < mx_vectors; i++) {
      vf y = magnitude[i] * inverse;
      vu code = bits == 8 ? e4m3(y) | (sign[i] << 7) : e2m1(y) | (sign[i] << 3);
      vb narrow = __builtin_convertvector(code, vb);
      std::memcpy(packed + i * W, &narrow, sizeof narrow);
    }
    if (bits == 8) {
      std::memcpy(codes + g * mx_group, packed, mx_group);
    } else {
      for (long i = 0; i < mx_group / 2; i++) {
        codes[g * (mx_group / 2) + i] = static_cast<uint8_t>(packed[2 * i] | (packed[2 * i + 1] << 4));
      }
    }
  }
  return true;
}

// False where a number is not finite; what is written then means nothing.
static bool encode(const void* from, Type type, long groups, int bits, uint8_t* codes, uint8_t* scales) {
  switch (type) {
    case Type::f32:
      return encode_of<F32>(from, groups, bits, codes, scales);
    case Type::bf16:
      return encode_of<BF16>(from, groups, bits, codes, scales);
    default:
      return encode_of<F16>(from, groups, bits, codes, scales);
  }
}

}  // namespace mtp::cpu::MTP_TARGET
