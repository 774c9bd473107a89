// The CPU kernels behind one table of functions. kernels.cpp is compiled once per instruction set from the same source;
// the best table that the processor runs is chosen at start.
//
// Numbers are float32 inside, whatever the arrays hold. A row's result never depends, to the bit, on how many rows are
// computed with it or on the number of threads: every sum has one order, fixed by the row's own length.
#pragma once

#include <cstdint>

namespace mtp::cpu {

enum class Type : int { f32, bf16, f16 };

inline long size_of(Type type) {
  return type == Type::f32 ? 4 : 2;
}

// y[m, n] = sum_k x[m, k] w[n, k] for n in [n_begin, n_end); x is ordered first, row by row.
struct Linear {
  const float* x;
  long rows;
  const void* w;
  Type w_type;
  long k;
  long n;
  void* y;
  Type y_type;
  long w_first = 0;  // the row that w starts with
};

enum class Codes : int { e2m1, e4m3, u4, u8 };
enum class ScaleType : int { e8m0, e4m3, f32, bf16, f16 };

// The same for weights packed by MLX; x is arranged first, row by row.
struct Packed {
  const float* x;
  long rows;
  const uint32_t* w;
  const void* scales;
  const void* biases;
  Codes code;
  ScaleType scale_type;
  long group;   // weights to a scale
  long groups;  // scales to a row
  long words;   // 32-bit words to a row
  long n;
  void* y;
  Type y_type;
};

// y = x / sqrt(mean(x^2) + eps) * weight, by rows of length d; weight may be null.
struct RmsNorm {
  const void* x;
  void* y;
  Type type;
  const float* weight;
  long d;
  float eps;
};

// y = silu(gate) * up, element-wise.
struct SwiGlu {
  const void* gate;
  const void* up;
  void* y;
  Type type;
};

// Gated DeltaNet from the convolution's inputs to the gated, normalised output, for one sequence of T positions.
struct DeltaNet {
  long rows, key_heads, value_heads, key_dim, value_dim, taps;
  Type type;
  const void* window;        // [taps - 1 + T, C], the remembered inputs first
  const float* conv_weight;  // [taps, C]
  const void* a;             // [T, Hv]
  const void* b;             // [T, Hv]
  const void* z;             // [T, Hv, Dv]
  const float* negative_a;   // [Hv]
  const float* dt_bias;      // [Hv]
  const float* norm_weight;  // [Dv]
  float norm_eps;
  const float* state;        // [Hv, Dv, Dk] before the first row
  float* mixed;              // [T, C], scratch
  float* after;              // [Hv, Dv, Dk] after the last row; may be where state is
  void* y;                   // [T, Hv, Dv], or null where the state alone is wanted

  long channels() const {
    return 2 * key_heads * key_dim + value_heads * value_dim;
  }
};

// Gated attention of T rows over a cache that holds the keys and values up to and including theirs, for one sequence.
struct Attention {
  long rows, heads, key_heads, dim, seen, capacity;
  Type type;        // of the gate, the caches and the output
  const float* q;   // [T, H, D], normalised and rotated
  const void* gate; // [T, H, ...] with gate_stride between heads, or null
  long gate_stride;
  const void* keys;    // [Hkv, capacity, D]
  const void* values;  // [Hkv, capacity, D]
  float scale;
  void* y;          // [T, H, D]
};

// A logit and where it stands.
struct Best {
  float value;
  long at;
};

inline Best better(const Best& a, const Best& b) {
  return b.value > a.value || (b.value == a.value && b.at < a.at) ? b : a;
}

struct Kernels {
  const char* name;
  void (*linear)(const Linear&, long n_begin, long n_end);
  void (*order)(const float* from, Type w_type, long k, float* to, long row_begin, long row_end);
  bool (*ordered)(Type w_type);
  void (*packed)(const Packed&, long n_begin, long n_end);
  void (*arrange)(const Packed&, const float* from, float* to, long row_begin, long row_end);
  long (*arranged_floats)(const Packed&);
  void (*unpack)(const Packed&, long n, float* to);
  void (*rms_norm)(const RmsNorm&, long row_begin, long row_end);
  void (*swiglu)(const SwiGlu&, long begin, long end);
  void (*delta_mix)(const DeltaNet&, long channel_begin, long channel_end);
  void (*delta_heads)(const DeltaNet&, long head_begin, long head_end);
  void (*attention)(const Attention&, long unit_begin, long unit_end, float* scratch);
  bool (*encode)(const void* from, Type type, long groups, int bits, uint8_t* codes, uint8_t* scales);
  Best (*best)(const void* logits, Type type, long begin, long end);
  float (*powers)(const void* logits, Type type, float less, float scale, long begin, long end);
  long (*above)(const void* logits, Type type, float value, long begin, long end);
  uint64_t (*read)(const void* from, long bytes);  // bytes a multiple of 4096; for measuring the memory
  bool (*all_finite)(const void* x, Type type, long begin, long end);
  void (*to_float)(const void* from, Type type, float* to, long n);
  void (*from_float)(const float* from, Type type, void* to, long n);
};

// The largest head that the mixers' kernels hold on the stack.
constexpr long max_head_dim = 512;

// Query rows that share a pass over the keys; units of attention are key head x block of rows.
constexpr long attention_block = 4;

inline long attention_units(const Attention& a) {
  long per_head = a.rows * (a.heads / a.key_heads);
  return a.key_heads * ((per_head + attention_block - 1) / attention_block);
}

// The best table for this processor.
const Kernels& kernels();

}  // namespace mtp::cpu
