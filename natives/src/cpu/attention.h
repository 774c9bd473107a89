// Attention over a cache, a block of query rows at a time: scores, softmax and weighted sum of one block never leave the
// caches near the core, and no score matrix exists. The rows of a block may be different positions or different heads
// that share keys.
#pragma once

#include <cmath>

#include "delta_net.h"
#include "linear.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

template <class Load, int M>
MTP_INLINE void scores(const float* q, long dim, const typename Load::element* keys, long visible, float scale, float* out, long stride) {
  long s = 0;
  constexpr int N = 4;
  for (; s + N <= visible; s += N) {
    float part[M][N];
    tile<Load, M, N>(q, dim, keys + s * dim, part);
    for (int m = 0; m < M; m++) {
      for (int n = 0; n < N; n++) {
        out[m * stride + s + n] = part[m][n] * scale;
      }
    }
  }
  for (; s < visible; s++) {
    float part[M][1];
    tile<Load, M, 1>(q, dim, keys + s * dim, part);
    for (int m = 0; m < M; m++) {
      out[m * stride + s] = part[m][0] * scale;
    }
  }
}

// Exponentials in place; returns one over their sum.
MTP_INLINE float softmax(float* x, long n) {
  float largest = x[0];
  for (long i = 1; i < n; i++) {
    largest = x[i] > largest ? x[i] : largest;
  }
  vf acc = {};
  long i = 0;
  for (; i + W <= n; i += W) {
    vf e = exp(F32::load(x + i) - largest);
    store(x + i, e);
    acc += e;
  }
  float rest = 0;
  for (; i < n; i++) {
    x[i] = exp(splat(x[i] - largest))[0];
    rest += x[i];
  }
  return 1.0f / (sum(acc) + rest);
}

// out[m] += sum_s p[m, s] v[s], vectors along the head.
template <class Load, int M>
MTP_INLINE void weighted_sum(const float* p, long stride, const long* visible, const typename Load::element* values, long dim, float* out) {
  constexpr int N = 4;
  long longest = 0;
  for (int m = 0; m < M; m++) {
    longest = visible[m] > longest ? visible[m] : longest;
  }
  long c = 0;
  for (; c + N * W <= dim; c += N * W) {
    vf acc[M][N] = {};
    for (long s = 0; s < longest; s++) {
      for (int n = 0; n < N; n++) {
        vf v = Load::load(values + s * dim + c + n * W);
        for (int m = 0; m < M; m++) {
          acc[m][n] += p[m * stride + s] * v;
        }
      }
    }
    for (int m = 0; m < M; m++) {
      for (int n = 0; n < N; n++) {
        store(out + m * dim + c + n * W, acc[m][n]);
      }
    }
  }
  for (; c < dim; c++) {
    for (int m = 0; m < M; m++) {
      float acc = 0;
      for (long s = 0; s < longest; s++) {
        acc += p[m * stride + s] * Load::one(values + s * dim + c);
      }
      out[m * dim + c] = acc;
    }
  }
}

// Rows r0 … r0 + M - 1 of a key head; row r is position r / group, head key_head * group + r % group.
template <class Load, int M>
MTP_INLINE void block(const Attention& a, long key_head, long r0, float* scratch) {
  long group = a.heads / a.key_heads;
  long visible[M];
  float q[M * max_head_dim];
  float* out = scratch + M * a.seen;
  for (int m = 0; m < M; m++) {
    long t = (r0 + m) / group;
    long head = key_head * group + (r0 + m) % group;
    visible[m] = a.seen - a.rows + t + 1;
    order(a.q + (t * a.heads + head) * a.dim, a.type, a.dim, q + m * a.dim, 0, 1);
  }
  const auto* keys = static_cast<const typename Load::element*>(a.keys) + key_head * a.capacity * a.dim;
  const auto* values = static_cast<const typename Load::element*>(a.values) + key_head * a.capacity * a.dim;
  long longest = visible[M - 1];
  scores<Load, M>(q, a.dim, keys, longest, a.scale, scratch, a.seen);
  float inverse[M];
  for (int m = 0; m < M; m++) {
    float* row = scratch + m * a.seen;
    inverse[m] = softmax(row, visible[m]);
    // A masked position adds exactly nothing, so a row does not notice the longer ones beside it.
    for (long s = visible[m]; s < longest; s++) {
      row[s] = 0;
    }
  }
  weighted_sum<Load, M>(scratch, a.seen, visible, values, a.dim, out);
  for (int m = 0; m < M; m++) {
    long t = (r0 + m) / group;
    long head = key_head * group + (r0 + m) % group;
    for (long i = 0; i < a.dim; i++) {
      float y = out[m * a.dim + i] * inverse[m];
      if (a.gate) {
        float g = get(a.gate, a.type, (t * a.heads + head) * a.gate_stride + i);
        y *= 1.0f / (1.0f + std::exp(-g));
      }
      put(a.y, a.type, (t * a.heads + head) * a.dim + i, y);
    }
  }
}

template <class Load>
MTP_INLINE void attention_of(const Attention& a, long begin, long end, float* scratch) {
  long per_head = a.rows * (a.heads / a.key_heads);
  long blocks = (per_head + attention_block - 1) / attention_block;
  for (long unit = begin; unit < end; unit++) {
    long key_head = unit / blocks;
    long r0 = unit % blocks * attention_block;
    switch (per_head - r0) {
      case 1:
        block<Load, 1>(a, key_head, r0, scratch);
        break;
      case 2:
        block<Load, 2>(a, key_head, r0, scratch);
        break;
      case 3:
        block<Load, 3>(a, key_head, r0, scratch);
        break;
      default:
        block<Load, 4>(a, key_head, r0, scratch);
    }
  }
}

static void attention(const Attention& a, long begin, long end, float* scratch) {
  switch (a.type) {
    case Type::f32:
      attention_of<F32>(a, begin, end, scratch);
      break;
    case Type::bf16:
      attention_of<BF16>(a, begin, end, scratch);
      break;
    case Type::f16:
      attention_of<F16>(a, begin, end, scratch);
      break;
  }
}

}  // namespace mtp::cpu::MTP_TARGET
