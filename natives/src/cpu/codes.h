// The codes of packed weights as numbers, W words at a time.
#pragma once

#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

// Codes to numbers. `pair` gives those of codes j and j + per_word / 2 of every lane.
template <class Code>
MTP_INLINE void pair_of(vu words, int j, vf& low, vf& high) {
  low = Code::value(words, j);
  high = Code::value(words, j + Code::per_word / 2);
}

#if MTP_LANES == 16
// Both halves of every word at once: 4 bits choose among 16 bfloat16 numbers, which are float32's upper halves. The table
// stands there twice, since the choice looks at a fifth bit.
typedef uint16_t vw __attribute__((vector_size(64)));

MTP_INLINE void choose(const uint16_t (&numbers)[16], vu words, int j, vf& low, vf& high) {
  vw table;
  std::memcpy(&table, numbers, 32);
  std::memcpy(reinterpret_cast<char*>(&table) + 32, numbers, 32);
  vu chosen = (vu)_mm512_permutexvar_epi16((__m512i)((vw)words >> (4 * j)), (__m512i)table);
  low = (vf)(chosen << 16);
  high = (vf)(chosen & 0xffff0000u);
}
#endif

struct E2M1 {
  static constexpr int per_word = 8;
  MTP_INLINE vf value(vu words, int j) {
    vu code = words >> (4 * j);
#if MTP_LANES == 8
    const vf table = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    return (vf)((vu)__builtin_shuffle(table, (vi)code) | ((code & 8) << 28));
#else
    // 2 bits of exponent and 1 of mantissa at float32's place; the difference of the biases as a factor.
    return (vf)((code & 7) << 22 | (code & 8) << 28) * splat(0x1p126f);
#endif
  }
  MTP_INLINE void pair(vu words, int j, vf& low, vf& high) {
#if MTP_LANES == 16
    constexpr uint16_t numbers[16] = {0,      0x3f00, 0x3f80, 0x3fc0, 0x4000, 0x4040, 0x4080, 0x40c0,
                                      0x8000, 0xbf00, 0xbf80, 0xbfc0, 0xc000, 0xc040, 0xc080, 0xc0c0};
    choose(numbers, words, j, low, high);
#else
    pair_of<E2M1>(words, j, low, high);
#endif
  }
};

struct E4M3 {
  static constexpr int per_word = 4;
  // Sign, exponent and mantissa at float32's place; 2^120 makes up for the biases, subnormals included.
  MTP_INLINE vf value(vu words, int j) {
    vi top = (vi)(words << (24 - 8 * j));
    return (vf)((vu)(top >> 4) & 0x87f00000u) * splat(0x1p120f);
  }
  MTP_INLINE void pair(vu words, int j, vf& low, vf& high) {
    pair_of<E4M3>(words, j, low, high);
  }
};

struct U4 {
  static constexpr int per_word = 8;
  MTP_INLINE vf value(vu words, int j) {
    return __builtin_convertvector((vi)((words >> (4 * j)) & 15), vf);
  }
  MTP_INLINE void pair(vu words, int j, vf& low, vf& high) {
#if MTP_LANES == 16
    constexpr uint16_t numbers[16] = {0,      0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0, 0x40c0, 0x40e0,
                                      0x4100, 0x4110, 0x4120, 0x4130, 0x4140, 0x4150, 0x4160, 0x4170};
    choose(numbers, words, j, low, high);
#else
    pair_of<U4>(words, j, low, high);
#endif
  }
};

struct U8 {
  static constexpr int per_word = 4;
  MTP_INLINE vf value(vu words, int j) {
    return __builtin_convertvector((vi)((words >> (8 * j)) & 255), vf);
  }
  MTP_INLINE void pair(vu words, int j, vf& low, vf& high) {
    pair_of<U8>(words, j, low, high);
  }
};

}  // namespace mtp::cpu::MTP_TARGET
