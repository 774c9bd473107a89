// x[M, K] times a packed W[N, K] transposed, weights as MLX packs them: 32-bit words of 8 four-bit or 4 eight-bit codes,
// a scale (and in affine mode a bias) for each group of weights.
//
// W words are one vector; code j of every lane is one shift away. The rows of x are laid out to match (`arrange`): vector
// j of a block holds x at the positions of code j in each lane, so that no code ever changes its lane. A lane's codes lie
// in one group, whose scale multiplies the lane's partial sum.
#pragma once

#include "codes.h"
#include "linear.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

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

// Scales (or biases) of W groups of a row from `first` on as float32; 0 past the `count` there are.
MTP_INLINE vf widen(const void* from, ScaleType type, long first, long count) {
  typedef uint8_t vb __attribute__((vector_size(MTP_LANES)));
  const long size = type == ScaleType::f32 ? 4 : type == ScaleType::e8m0 || type == ScaleType::e4m3 ? 1 : 2;
  const char* at = static_cast<const char*>(from) + first * size;
  char tail[4 * W];
  if (count < W) {
    std::memset(tail, 0, sizeof tail);
    std::memcpy(tail, at, static_cast<size_t>(count * size));
    at = tail;
  }
  switch (type) {
    case ScaleType::e8m0: {
      vb bytes;
      std::memcpy(&bytes, at, sizeof bytes);
      vu code = __builtin_convertvector(__builtin_convertvector(bytes, vh), vu);
      // Code 0 is 2^-127, a subnormal; 255 is NaN.
      vu power = code << 23;
      power = power > 0x00400000u ? power : vu{} + 0x00400000u;
      return (vf)(power + ((vu)(code == 255) & 0x00400000u));
    }
    case ScaleType::e4m3: {
      vb bytes;
      std::memcpy(&bytes, at, sizeof bytes);
      vu code = __builtin_convertvector(__builtin_convertvector(bytes, vh), vu);
      return (vf)((code & 0x80) << 24 | (code & 0x7f) << 20) * splat(0x1p120f);
    }
    case ScaleType::f32:
      return F32::load(reinterpret_cast<const float*>(at));
    case ScaleType::bf16:
      return BF16::load(reinterpret_cast<const uint16_t*>(at));
    default:
      return F16::load(reinterpret_cast<const uint16_t*>(at));
  }
}

MTP_INLINE long packed_blocks(const Packed& p) {
  return (p.words + W - 1) / W;
}

MTP_INLINE vu words_of(const uint32_t* from, long valid) {
  vu words;
  if (valid >= W) {
    std::memcpy(&words, from, sizeof words);
  } else {
    uint32_t tail[W] = {};
    std::memcpy(tail, from, static_cast<size_t>(valid) * 4);
    std::memcpy(&words, tail, sizeof words);
  }
  return words;
}

// Codes j and j + J / 2 of one block of N rows of weights, times M rows of x.
template <class Code, int M, int N>
MTP_INLINE void packed_step(const vu (&words)[N], const float* at, long row, int j, vf (&part)[M][N]) {
  vf first[M], second[M];
  for (int r = 0; r < M; r++) {
    first[r] = F32::load(at + r * row + j * W);
    second[r] = F32::load(at + r * row + (j + Code::per_word / 2) * W);
  }
  for (int c = 0; c < N; c++) {
    vf low, high;
    Code::pair(words[c], j, low, high);
    for (int r = 0; r < M; r++) {
      part[r][c] += low * first[r];
      part[r][c] += high * second[r];
    }
  }
}

// A function of its own for each size, so that the compiler gives each the registers it needs.
template <class Code, bool Affine, int M, int N>
__attribute__((noinline)) static void packed_tile(const Packed& p, long m, long n) {
  constexpr int J = Code::per_word;
  constexpr long width = (J + (Affine ? 1 : 0)) * W;
  const long blocks = packed_blocks(p);
  const long row = blocks * width;
  const float* x = p.x + m * row;
  // W scales serve `span` blocks, each block W >> shift of them.
  const int shift = __builtin_ctzl(static_cast<unsigned long>(p.group / J));
  const long span = 1L << shift;
  const vi group_of_lane = lane_numbers() >> shift;
  vf acc[M][N] = {};
  for (long start = 0; start < blocks; start += span) {
    const long group = start / span * W;
    vf scales[N], biases[N];
    for (int c = 0; c < N; c++) {
      scales[c] = widen(p.scales, p.scale_type, (n + c) * p.groups + group, p.groups - group);
      if (Affine) {
        biases[c] = widen(p.biases, p.scale_type, (n + c) * p.groups + group, p.groups - group);
      }
    }
    const long stop = start + span < blocks ? start + span : blocks;
    for (long b = start; b < stop; b++) {
      const float* at = x + b * width;
      vu words[N];
      for (int c = 0; c < N; c++) {
        const uint32_t* from = p.w + (n + c) * p.words + b * W;
        __builtin_prefetch(from + N * p.words, 0, 2);
        words[c] = words_of(from, p.words - b * W);
      }
      vf part[M][N] = {};
      // Unrolled for several rows, the loop would need more registers than there are.
      if constexpr (M <= 2) {
#pragma GCC unroll 8
        for (int j = 0; j < J / 2; j++) {
          packed_step<Code, M, N>(words, at, row, j, part);
        }
      } else {
#pragma GCC unroll 1
        for (int j = 0; j < J / 2; j++) {
          packed_step<Code, M, N>(words, at, row, j, part);
        }
      }
      const vi group_in_span = group_of_lane + static_cast<int32_t>((b - start) * W >> shift);
      for (int c = 0; c < N; c++) {
        vf scale = shuffle(scales[c], group_in_span);
        for (int r = 0; r < M; r++) {
          acc[r][c] += part[r][c] * scale;
        }
        if (Affine) {
          vf bias = shuffle(biases[c], group_in_span);
          for (int r = 0; r < M; r++) {
            acc[r][c] += bias * F32::load(at + r * row + J * W);
          }
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

template <class Code, bool Affine, int N>
MTP_INLINE void packed_columns(const Packed& p, long begin, long end) {
  long n = begin;
  for (; n + N <= end; n += N) {
    packed_rows<Code, Affine, N>(p, n);
  }
  for (; n < end; n++) {
    packed_rows<Code, Affine, 1>(p, n);
  }
}

template <class Code, bool Affine>
MTP_INLINE void packed_of(const Packed& p, long begin, long end) {
  if (p.rows <= 2) {
    packed_columns<Code, Affine, 4>(p, begin, end);
  } else {
    packed_columns<Code, Affine, 2>(p, begin, end);
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
