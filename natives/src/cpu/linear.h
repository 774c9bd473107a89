// x[M, K] times W[N, K] transposed. Each weight is read once for all rows: a tile of NR weight rows stays in the first
// cache while the rows of x pass over it.
#pragma once

#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

// Rows of x and of w in a tile; their product is the number of accumulators, bounded by the vector registers.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int tile_wide = 6;
constexpr int tile_pair = 8;
#else
constexpr int tile_wide = 3;
constexpr int tile_pair = 4;
#endif
constexpr int tile_rows = 4;
constexpr int tile_single = 8;

MTP_INLINE void put(void* y, Type type, long i, float value) {
  switch (type) {
    case Type::f32:
      static_cast<float*>(y)[i] = value;
      break;
    case Type::bf16:
      static_cast<uint16_t*>(y)[i] = float_to_bf16(value);
      break;
    case Type::f16:
      static_cast<uint16_t*>(y)[i] = float_to_f16(value);
      break;
  }
}

template <class Load, int M, int N>
MTP_INLINE void tile(const float* x, long k, const typename Load::element* w, float (&out)[M][N]) {
  constexpr long line = 64 / sizeof(*w);
  vf acc[M][N] = {};
  long i = 0;
  for (; i + 2 * W <= k; i += 2 * W) {
    vf first[M], second[M];
    for (int m = 0; m < M; m++) {
      first[m] = F32::load(x + m * k + i);
      second[m] = F32::load(x + m * k + i + W);
    }
    for (int n = 0; n < N; n++) {
      const auto* row = w + n * k + i;
      // The same place of the tile that comes next.
      for (long ahead = 0; ahead < 2 * W; ahead += line) {
        __builtin_prefetch(row + N * k + ahead, 0, 2);
      }
      vf a, b;
      Load::load_two(row, a, b);
      for (int m = 0; m < M; m++) {
        acc[m][n] += first[m] * a;
        acc[m][n] += second[m] * b;
      }
    }
  }
  for (int m = 0; m < M; m++) {
    for (int n = 0; n < N; n++) {
      float rest = 0;
      for (long j = i; j < k; j++) {
        rest += x[m * k + j] * Load::one(w + n * k + j);
      }
      out[m][n] = sum(acc[m][n]) + rest;
    }
  }
}

// A function of its own for each size, so that the compiler gives each the registers it needs.
template <class Load, int M, int N>
__attribute__((noinline)) static void tile_to(const Linear& l, long m, long n) {
  float out[M][N];
  tile<Load, M, N>(l.x + m * l.k, l.k, static_cast<const typename Load::element*>(l.w) + (n - l.w_first) * l.k, out);
  for (int i = 0; i < M; i++) {
    for (int j = 0; j < N; j++) {
      put(l.y, l.y_type, (m + i) * l.n + n + j, out[i][j]);
    }
  }
}

template <class Load, int N>
MTP_INLINE void all_rows(const Linear& l, long n) {
  long m = 0;
  for (; m + tile_rows <= l.rows; m += tile_rows) {
    tile_to<Load, tile_rows, N>(l, m, n);
  }
  switch (l.rows - m) {
    case 3:
      tile_to<Load, 3, N>(l, m, n);
      break;
    case 2:
      tile_to<Load, 2, N>(l, m, n);
      break;
    case 1:
      tile_to<Load, 1, N>(l, m, n);
      break;
  }
}

template <class Load, int N>
MTP_INLINE void all_columns(const Linear& l, long begin, long end) {
  long n = begin;
  for (; n + N <= end; n += N) {
    all_rows<Load, N>(l, n);
  }
  for (; n < end; n++) {
    all_rows<Load, 1>(l, n);
  }
}

template <class Load>
MTP_INLINE void linear_of(const Linear& l, long begin, long end) {
  if (l.rows == 1) {
    all_columns<Load, tile_single>(l, begin, end);
  } else if (l.rows == 2) {
    all_columns<Load, tile_pair>(l, begin, end);
  } else {
    all_columns<Load, tile_wide>(l, begin, end);
  }
}

// Whether products with such weights read x in an order of their own.
static bool ordered(Type w_type) {
  return w_type == Type::bf16;
}

// Lays rows of x out in that order: of each 2 W numbers first those at even places, then those at odd ones.
static void order(const float* from, Type w_type, long k, float* to, long begin, long end) {
  const long blocks = ordered(w_type) ? k / (2 * W) : 0;
  const long done = 2 * blocks * W;
  for (long m = begin; m < end; m++) {
    const float* x = from + m * k;
    float* out = to + m * k;
    for (long b = 0; b < blocks; b++) {
      for (long lane = 0; lane < W; lane++) {
        out[2 * b * W + lane] = x[2 * (b * W + lane)];
        out[2 * b * W + W + lane] = x[2 * (b * W + lane) + 1];
      }
    }
    std::memcpy(out + done, x + done, static_cast<size_t>(k - done) * 4);
  }
}

static void linear(const Linear& l, long begin, long end) {
  switch (l.w_type) {
    case Type::f32:
      linear_of<F32>(l, begin, end);
      break;
    case Type::bf16:
      linear_of<BF16>(l, begin, end);
      break;
    case Type::f16:
      linear_of<F16>(l, begin, end);
      break;
  }
}

}  // namespace mtp::cpu::MTP_TARGET
