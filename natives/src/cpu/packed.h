// x[M, K] times a packed W[N, K] transposed, weights as MLX packs them: 32-bit words of 8 four-bit or 4 eight-bit codes,
// a scale (and in affine mode a bias) for each group of weights.
//
// W words are one vector; code j of every lane is one shift away. The rows of x are laid out to match (`arrange`): vector
// j of a block holds x at the positions of code j in each lane, so that no code ever changes its lane. A lane's codes lie
// in one group, whose scale multiplies the lane's partial sum.
#pragma once

#include "linear.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

// Codes to numbers.
struct E2M1 {
  static constexpr int per_word = 8;
  MTP_INLINE vf value(vu words, int j) {
    vu code = words >> (4 * j);
#if MTP_LANES == 16
    const vf table = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    return __builtin_shuffle(table, (vi)(code & 15));
#elif MTP_LANES == 8
    const vf table = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    return (vf)((vu)__builtin_shuffle(table, (vi)(code & 7)) | ((code & 8) << 28));
#else
    // 2 bits of exponent and 1 of mantissa at float32's place; the difference of the biases as a factor.
    return (vf)((code & 7) << 22 | (code & 8) << 28) * splat(0x1p126f);
#endif
  }
};

struct E4M3 {
  static constexpr int per_word = 4;
  // Exponent and mantissa at float32's place; 2^120 makes up for the biases, subnormals included.
  MTP_INLINE vf value(vu words, int j) {
    vu top = words << (24 - 8 * j);
    return (vf)((top & 0x80000000u) | ((top & 0x7f000000u) >> 4)) * splat(0x1p120f);
  }
};

struct U4 {
  static constexpr int per_word = 8;
  MTP_INLINE vf value(vu words, int j) {
    return __builtin_convertvector((vi)((words >> (4 * j)) & 15), vf);
  }
};

struct U8 {
  static constexpr int per_word = 4;
  MTP_INLINE vf value(vu words, int j) {
    return __builtin_convertvector((vi)((words >> (8 * j)) & 255), vf);
  }
};

MTP_INLINE float e8m0(uint8_t code) {
  // Code 0 is 2^-127, a subnormal; 255 is NaN.
  uint32_t bits = code == 0 ? 0x00400000u : code == 255 ? 0x7fc00000u : static_cast<uint32_t>(code) << 23;
  float f;
  std::memcpy(&f, &bits, 4);
  return f;
}

MTP_INLINE float e4m3(uint8_t code) {
  uint32_t bits = (static_cast<uint32_t>(code & 0x80) << 24) | (static_cast<uint32_t>(code & 0x7f) << 20);
  float f;
  std::memcpy(&f, &bits, 4);
  return f * 0x1p120f;
}

MTP_INLINE float scale_of(const Packed& p, long i) {
  switch (p.scale_type) {
    case ScaleType::e8m0:
      return e8m0(static_cast<const uint8_t*>(p.scales)[i]);
    case ScaleType::e4m3:
      return e4m3(static_cast<const uint8_t*>(p.scales)[i]);
    case ScaleType::f32:
      return static_cast<const float*>(p.scales)[i];
    case ScaleType::bf16:
      return bf16_to_float(static_cast<const uint16_t*>(p.scales)[i]);
    default:
      return F16::one(static_cast<const uint16_t*>(p.scales) + i);
  }
}

MTP_INLINE float bias_of(const Packed& p, long i) {
  switch (p.scale_type) {
    case ScaleType::f32:
      return static_cast<const float*>(p.biases)[i];
    case ScaleType::bf16:
      return bf16_to_float(static_cast<const uint16_t*>(p.biases)[i]);
    default:
      return F16::one(static_cast<const uint16_t*>(p.biases) + i);
  }
}

// The scale of each lane's group in one block of a row of weights; 0 for lanes past the row's end.
MTP_INLINE vf lane_scales(const Packed& p, long n, long block, long lanes_per_group, long valid) {
  float lanes[W];
  const long first = n * p.groups + block * W / lanes_per_group;
  long lane = 0;
  for (long g = 0; lane < W; g++) {
    float s = lane < valid ? scale_of(p, first + g) : 0;
    for (long i = 0; i < lanes_per_group && lane < W; i++) {
      lanes[lane++] = s;
    }
  }
  vf v;
  std::memcpy(&v, lanes, sizeof v);
  return v;
}

MTP_INLINE vf lane_biases(const Packed& p, long n, long block, long lanes_per_group, long valid) {
  float lanes[W];
  const long first = n * p.groups + block * W / lanes_per_group;
  long lane = 0;
  for (long g = 0; lane < W; g++) {
    float b = lane < valid ? bias_of(p, first + g) : 0;
    for (long i = 0; i < lanes_per_group && lane < W; i++) {
      lanes[lane++] = b;
    }
  }
  vf v;
  std::memcpy(&v, lanes, sizeof v);
  return v;
}

#if MTP_LANES == 16
// The common case without a loop: four E8M0 codes, four lanes each.
MTP_INLINE vf lane_scales_mx4(const uint8_t* codes) {
  uint32_t four;
  std::memcpy(&four, codes, 4);
  const vu shift = {0, 0, 0, 0, 8, 8, 8, 8, 16, 16, 16, 16, 24, 24, 24, 24};
  vu code = ((vu{} + four) >> shift) & 255;
  vu bits = code << 23;
  bits = (vu)select((vi)(code == 0), (vf)(vu{} + 0x00400000u), (vf)bits);
  bits = (vu)select((vi)(code == 255), (vf)(vu{} + 0x7fc00000u), (vf)bits);
  return (vf)bits;
}
#endif

MTP_INLINE long packed_blocks(const Packed& p) {
  return (p.words + W - 1) / W;
}

template <class Code, bool Affine, int M, int N>
MTP_INLINE void packed_tile(const Packed& p, long m, long n) {
  constexpr int J = Code::per_word;
  long blocks = packed_blocks(p);
  long lanes_per_group = p.group / J;
  long row = blocks * (J + (Affine ? 1 : 0)) * W;
  const float* x = p.x + m * row;
  vf acc[M][N] = {};
  for (long b = 0; b < blocks; b++) {
    long valid = p.words - b * W;
    const float* at = x + b * (J + (Affine ? 1 : 0)) * W;
    for (int c = 0; c < N; c++) {
      const uint32_t* source = p.w + (n + c) * p.words + b * W;
      vu words;
      if (valid >= W) {
        std::memcpy(&words, source, sizeof words);
      } else {
        uint32_t tail[W] = {};
        std::memcpy(tail, source, static_cast<size_t>(valid) * 4);
        std::memcpy(&words, tail, sizeof words);
      }
      vf scale;
#if MTP_LANES == 16
      if (!Affine && J == 8 && p.scale_type == ScaleType::e8m0 && valid >= W) {
        scale = lane_scales_mx4(static_cast<const uint8_t*>(p.scales) + (n + c) * p.groups + b * 4);
      } else
#endif
      {
        scale = lane_scales(p, n + c, b, lanes_per_group, valid);
      }
      vf part[M] = {};
      for (int j = 0; j < J; j++) {
        vf value = Code::value(words, j);
        for (int r = 0; r < M; r++) {
          part[r] += value * F32::load(at + r * row + j * W);
        }
      }
      for (int r = 0; r < M; r++) {
        acc[r][c] += part[r] * scale;
      }
      if (Affine) {
        vf bias = lane_biases(p, n + c, b, lanes_per_group, valid);
        for (int r = 0; r < M; r++) {
          acc[r][c] += bias * F32::load(at + r * row + J * W);
        }
      }
    }
  }
  for (int r = 0; r < M; r++) {
    for (int c = 0; c < N; c++) {
      put(p.y, p.y_type, (m + r) * p.n + n + c, sum(acc[r][c]));
    }
  }
}

// Lays the rows of x out as the blocks want them; in affine mode with each lane's sum behind.
template <class Code, bool Affine>
MTP_INLINE void arrange_of(const Packed& p, const float* from, float* to, long begin, long end) {
  constexpr int J = Code::per_word;
  long blocks = packed_blocks(p);
  long k = p.words * J;
  for (long m = begin; m < end; m++) {
    float* out = to + m * blocks * (J + (Affine ? 1 : 0)) * W;
    const float* x = from + m * k;
    for (long b = 0; b < blocks; b++) {
      for (int j = 0; j < J; j++) {
        for (long lane = 0; lane < W; lane++) {
          long at = (b * W + lane) * J + j;
          out[j * W + lane] = at < k ? x[at] : 0;
        }
      }
      if (Affine) {
        for (long lane = 0; lane < W; lane++) {
          float s = 0;
          for (int j = 0; j < J; j++) {
            s += out[j * W + lane];
          }
          out[J * W + lane] = s;
        }
        out += W;
      }
      out += J * W;
    }
  }
}

template <class Code, bool Affine, int N>
MTP_INLINE void packed_rows(const Packed& p, long n) {
  long m = 0;
  for (; m + tile_rows <= p.rows; m += tile_rows) {
    packed_tile<Code, Affine, tile_rows, N>(p, m, n);
  }
  switch (p.rows - m) {
    case 3:
      packed_tile<Code, Affine, 3, N>(p, m, n);
      break;
    case 2:
      packed_tile<Code, Affine, 2, N>(p, m, n);
      break;
    case 1:
      packed_tile<Code, Affine, 1, N>(p, m, n);
      break;
  }
}

template <class Code, bool Affine>
MTP_INLINE void packed_of(const Packed& p, long begin, long end) {
  constexpr int N = 4;
  long n = begin;
  for (; n + N <= end; n += N) {
    packed_rows<Code, Affine, N>(p, n);
  }
  for (; n < end; n++) {
    packed_rows<Code, Affine, 1>(p, n);
  }
}

static void packed(const Packed& p, long begin, long end) {
  switch (p.code) {
    case Codes::e2m1:
      packed_of<E2M1, false>(p, begin, end);
      break;
    case Codes::e4m3:
      packed_of<E4M3, false>(p, begin, end);
      break;
    case Codes::u4:
      packed_of<U4, true>(p, begin, end);
      break;
    case Codes::u8:
      packed_of<U8, true>(p, begin, end);
      break;
  }
}

static void arrange(const Packed& p, const float* from, float* to, long begin, long end) {
  switch (p.code) {
    case Codes::e2m1:
      arrange_of<E2M1, false>(p, from, to, begin, end);
      break;
    case Codes::e4m3:
      arrange_of<E4M3, false>(p, from, to, begin, end);
      break;
    case Codes::u4:
      arrange_of<U4, true>(p, from, to, begin, end);
      break;
    case Codes::u8:
      arrange_of<U8, true>(p, from, to, begin, end);
      break;
  }
}

static long arranged_floats(const Packed& p) {
  long per_word = p.code == Codes::e2m1 || p.code == Codes::u4 ? 8 : 4;
  long extra = p.code == Codes::u4 || p.code == Codes::u8 ? 1 : 0;
  return packed_blocks(p) * (per_word + extra) * W;
}

template <class Code, bool Affine>
MTP_INLINE void unpack_of(const Packed& p, long n, float* to) {
  constexpr int J = Code::per_word;
  long lanes_per_group = p.group / J;
  for (long i = 0; i < p.words; i++) {
    uint32_t lanes[W] = {p.w[n * p.words + i]};
    vu words;
    std::memcpy(&words, lanes, sizeof words);
    long g = n * p.groups + i / lanes_per_group;
    float s = scale_of(p, g);
    float b = Affine ? bias_of(p, g) : 0;
    for (int j = 0; j < J; j++) {
      to[i * J + j] = Code::value(words, j)[0] * s + b;
    }
  }
}

// One row of weights as float32.
static void unpack(const Packed& p, long n, float* to) {
  switch (p.code) {
    case Codes::e2m1:
      unpack_of<E2M1, false>(p, n, to);
      break;
    case Codes::e4m3:
      unpack_of<E4M3, false>(p, n, to);
      break;
    case Codes::u4:
      unpack_of<U4, true>(p, n, to);
      break;
    case Codes::u8:
      unpack_of<U8, true>(p, n, to);
      break;
  }
}

}  // namespace mtp::cpu::MTP_TARGET
