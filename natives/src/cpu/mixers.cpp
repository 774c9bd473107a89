// Whole mixers as one node: Gated DeltaNet and gated attention.
#include <cmath>

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

void delta_net_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows u(in[0]), conv(in[1]), a(in[3]), b(in[4]), z(in[5]), state(in[9]);
  FloatRows conv_weight(in[2]);
  long batch = in[0].shape(0), rows = in[0].shape(1), channels = in[0].shape(2), taps = in[2].shape(0);
  long value_heads = in[9].shape(1), value_dim = in[9].shape(2), key_dim = in[9].shape(3);
  long item = static_cast<long>(in[0].itemsize());
  long state_floats = value_heads * value_dim * key_dim;
  std::vector<float> mixed(static_cast<size_t>(rows * channels));
  for (long i = 0; i < batch; i++) {
    char* window = out[1].data<char>() + i * (taps - 1 + rows) * channels * item;
    std::memcpy(window, conv.data<char>() + i * (taps - 1) * channels * item, static_cast<size_t>((taps - 1) * channels * item));
    std::memcpy(window + (taps - 1) * channels * item, u.data<char>() + i * rows * channels * item, static_cast<size_t>(rows * channels * item));
    DeltaNet d{};
    d.rows = rows;
    d.value_heads = value_heads;
    d.value_dim = value_dim;
    d.key_dim = key_dim;
    d.key_heads = (channels - value_heads * value_dim) / (2 * key_dim);
    d.taps = taps;
    d.type = type_of(in[0].dtype());
    d.window = window;
    d.conv_weight = conv_weight.data();
    d.a = a.data<char>() + i * rows * value_heads * item;
    d.b = b.data<char>() + i * rows * value_heads * item;
    d.z = z.data<char>() + i * rows * value_heads * value_dim * item;
    d.negative_a = in[6].data<float>();
    d.dt_bias = in[7].data<float>();
    d.norm_weight = in[8].data<float>();
    d.norm_eps = p.floats[0];
    d.state = state.data<float>() + i * state_floats;
    d.mixed = mixed.data();
    d.after = out[2].data<float>() + i * state_floats;
    d.y = out[0].data<char>() + i * rows * value_heads * value_dim * item;
    parallel(channels, rows * (taps + 16), 64, [&](long begin, long end) { kernels().delta_mix(d, begin, end); });
    parallel(value_heads, rows * value_dim * key_dim * 4, 1, [&](long begin, long end) { kernels().delta_heads(d, begin, end); });
  }
}

void rotate(float* x, const float* cos, const float* sin, long half, float scale) {
  for (long j = 0; j < half; j++) {
    float first = x[j] * scale, second = x[j + half] * scale;
    x[j] = first * cos[j] - second * sin[j];
    x[j + half] = second * cos[j] + first * sin[j];
  }
}

void gated_attention_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  long offset = p.integers[0], rotary = p.integers[1];
  bool gated = p.integers[2] != 0;
  float eps = p.floats[0], scale = p.floats[1], rotary_scale = p.floats[2];
  const auto& cache = out[1];
  long batch = cache.shape(0), key_heads = cache.shape(1), capacity = cache.shape(2), dim = cache.shape(3);
  long rows = in[0].shape(1), heads = in[0].shape(2), q_stride = in[0].shape(3);
  Type type = type_of(in[0].dtype());
  long item = size_of(type);
  Rows gate(in[0]), v(in[2]);
  FloatRows q_gate(in[0]), k_rows(in[1]);
  const float* q_norm = in[3].data<float>();
  const float* k_norm = in[4].data<float>();
  const float* periods = in[5].data<float>();

  for (int c = 1; c <= 2; c++) {
    if (out[c].data<char>() != in[5 + c].data<char>()) {
      Rows before(in[5 + c]);
      std::memcpy(out[c].data<char>(), before.data(), out[c].nbytes());
    }
  }

  long half = rotary / 2;
  std::vector<float> cos(static_cast<size_t>(rows * half)), sin(cos.size());
  for (long t = 0; t < rows; t++) {
    for (long j = 0; j < half; j++) {
      double angle = static_cast<double>(offset + t) / periods[j];
      cos[t * half + j] = static_cast<float>(std::cos(angle));
      sin[t * half + j] = static_cast<float>(std::sin(angle));
    }
  }

  std::vector<float> q(static_cast<size_t>(rows * heads * dim)), k(static_cast<size_t>(dim));
  for (long i = 0; i < batch; i++) {
    char* keys = out[1].data<char>() + i * key_heads * capacity * dim * item;
    char* values = out[2].data<char>() + i * key_heads * capacity * dim * item;
    parallel(rows, (heads + key_heads) * dim * 4, 1, [&](long begin, long end) {
      std::vector<float> row(static_cast<size_t>(dim));
      for (long t = begin; t < end; t++) {
        for (long h = 0; h < heads; h++) {
          float* to = q.data() + (t * heads + h) * dim;
          RmsNorm norm{q_gate.data() + ((i * rows + t) * heads + h) * q_stride, to, Type::f32, q_norm, dim, eps};
          kernels().rms_norm(norm, 0, 1);
          rotate(to, cos.data() + t * half, sin.data() + t * half, half, rotary_scale);
        }
        for (long h = 0; h < key_heads; h++) {
          long from = ((i * rows + t) * key_heads + h) * dim;
          long to = (h * capacity + offset + t) * dim;
          RmsNorm norm{k_rows.data() + from, row.data(), Type::f32, k_norm, dim, eps};
          kernels().rms_norm(norm, 0, 1);
          rotate(row.data(), cos.data() + t * half, sin.data() + t * half, half, rotary_scale);
          kernels().from_float(row.data(), type, keys + to * item, dim);
          std::memcpy(values + to * item, v.data<char>() + from * item, static_cast<size_t>(dim * item));
        }
      }
    });

    Attention a{};
    a.rows = rows;
    a.heads = heads;
    a.key_heads = key_heads;
    a.dim = dim;
    a.seen = offset + rows;
    a.capacity = capacity;
    a.type = type;
    a.q = q.data();
    a.gate = gated ? gate.data<char>() + (i * rows * heads * q_stride + dim) * item : nullptr;
    a.gate_stride = q_stride;
    a.keys = keys;
    a.values = values;
    a.scale = scale;
    a.y = out[0].data<char>() + i * rows * heads * dim * item;
    parallel(attention_units(a), 2 * attention_block * a.seen * dim, 1, [&](long begin, long end) {
      thread_local std::vector<float> scratch;
      scratch.resize(static_cast<size_t>(attention_block * (a.seen + dim)));
      kernels().attention(a, begin, end, scratch.data());
    });
  }
}

}  // namespace

std::vector<mx::array> delta_net(const DeltaNetInputs& in, float norm_eps) {
  require(in.u.ndim() == 3 && in.conv_weight.ndim() == 2 && in.state.ndim() == 4, "delta_net");
  {
    int b = in.u.shape(0), t = in.u.shape(1), c = in.u.shape(2), k = in.conv_weight.shape(0);
    int hv = in.state.shape(1), dv = in.state.shape(2), dk = in.state.shape(3);
    int keys = c - hv * dv, hk = dk > 0 ? keys / (2 * dk) : 0;
    require(
        hk > 0 && dk <= max_head_dim && dv <= max_head_dim && keys == 2 * hk * dk && hv % hk == 0 && in.state.shape(0) == b && in.conv_weight.shape(1) == c &&
            in.conv_state.shape() == mx::Shape{b, k - 1, c} && in.a.shape() == mx::Shape{b, t, hv} &&
            in.b.shape() == in.a.shape() && in.z.shape() == mx::Shape{b, t, hv * dv} &&
            in.negative_a.shape() == mx::Shape{hv} && in.dt_bias.shape() == mx::Shape{hv} &&
            in.norm_weight.shape() == mx::Shape{dv},
        "delta_net");
  }
  int batch = in.u.shape(0), rows = in.u.shape(1), taps = in.conv_weight.shape(0);
  // Where nobody else holds the state, it moves on in place.
  auto kernel = std::make_shared<Kernel>(
      "CpuDeltaNet", delta_net_eval, Parameters{{}, {norm_eps}}, 2, 9);
  return mx::array::make_arrays(
      {{batch, rows, in.state.shape(1) * in.state.shape(2)}, {batch, taps - 1 + rows, in.u.shape(2)}, in.state.shape()},
      {in.u.dtype(), in.u.dtype(), mx::float32},
      kernel,
      {in.u, in.conv_state, in.conv_weight, in.a, in.b, in.z, in.negative_a, in.dt_bias, in.norm_weight, in.state});
}

std::vector<mx::array> gated_attention(const AttentionInputs& in, int offset, int rotary_dims, float rotary_scale, float norm_eps, float scale, bool gated) {
  require(in.q_gate.ndim() == 4 && in.k.ndim() == 4 && in.keys.ndim() == 4, "gated_attention");
  {
    int b = in.q_gate.shape(0), t = in.q_gate.shape(1), h = in.q_gate.shape(2);
    int kv = in.keys.shape(1), capacity = in.keys.shape(2), d = in.keys.shape(3);
    require(
        in.q_gate.shape(3) == (gated ? 2 * d : d) && in.k.shape() == mx::Shape{b, t, kv, d} && in.v.shape() == in.k.shape() &&
            kv > 0 && h % kv == 0 && d <= max_head_dim && in.keys.shape(0) == b && in.values.shape() == in.keys.shape() &&
            in.q_norm.shape() == mx::Shape{d} && in.k_norm.shape() == mx::Shape{d} &&
            rotary_dims >= 0 && rotary_dims <= d && in.periods.shape() == mx::Shape{rotary_dims / 2} &&
            offset >= 0 && offset + t <= capacity,
        "gated_attention");
  }
  int batch = in.q_gate.shape(0), rows = in.q_gate.shape(1), heads = in.q_gate.shape(2), dim = in.keys.shape(3);
  auto kernel = std::make_shared<Kernel>(
      "CpuGatedAttention", gated_attention_eval,
      Parameters{{offset, rotary_dims, gated ? 1 : 0}, {norm_eps, scale, rotary_scale}}, 1, 6);
  return mx::array::make_arrays(
      {{batch, rows, heads * dim}, in.keys.shape(), in.values.shape()},
      {in.q_gate.dtype(), in.keys.dtype(), in.values.dtype()},
      kernel,
      {in.q_gate, in.k, in.v, in.q_norm, in.k_norm, in.periods, in.keys, in.values});
}

}  // namespace mtp::cpu
