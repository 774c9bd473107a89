// Whole mixers as one node: Gated DeltaNet and gated attention.
#include <cmath>

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

// The convolution's inputs of T rows with the remembered ones before them: [taps - 1 + T, C].
void join_window(const Rows& remembered, const Rows& u, long sequence, long taps, long rows_of_u, long rows, long row_bytes, char* window) {
  long before = (taps - 1) * row_bytes;
  std::memcpy(window, remembered.data<char>() + sequence * before, static_cast<size_t>(before));
  std::memcpy(window + before, u.data<char>() + sequence * rows_of_u * row_bytes, static_cast<size_t>(rows * row_bytes));
}

void run_delta_net(const DeltaNet& d) {
  parallel(d.channels(), d.rows * (d.taps + 16), 64, [&](long begin, long end) { kernels().delta_mix(d, begin, end); });
  parallel(d.value_heads, d.rows * d.value_dim * d.key_dim * 4, 1, [&](long begin, long end) { kernels().delta_heads(d, begin, end); });
}

// Outputs y, window and last state; with earlier rows (inputs 10 to 13: u, conv_state, a, b) also the state after those.
void delta_net_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  long earlier_rows = p.integers[0];
  Rows u(in[0]), conv(in[1]), a(in[3]), b(in[4]), z(in[5]), state(in[9]);
  FloatRows conv_weight(in[2]);
  long batch = in[0].shape(0), rows = in[0].shape(1), channels = in[0].shape(2), taps = in[2].shape(0);
  long item = static_cast<long>(in[0].itemsize());

  DeltaNet d{};
  d.value_heads = in[9].shape(1);
  d.value_dim = in[9].shape(2);
  d.key_dim = in[9].shape(3);
  d.key_heads = (channels - d.value_heads * d.value_dim) / (2 * d.key_dim);
  d.taps = taps;
  d.type = type_of(in[0].dtype());
  d.conv_weight = conv_weight.data();
  d.negative_a = in[6].data<float>();
  d.dt_bias = in[7].data<float>();
  d.norm_weight = in[8].data<float>();
  d.norm_eps = p.floats[0];
  Scratch mixed(std::max(rows, earlier_rows) * channels);
  d.mixed = mixed.data();
  long gates = d.value_heads * item, values = d.value_heads * d.value_dim;
  long state_floats = values * d.key_dim, window_bytes = (taps - 1 + rows) * channels * item;

  for (long i = 0; i < batch; i++) {
    d.state = state.data<float>() + i * state_floats;
    if (earlier_rows > 0) {
      Rows u0(in[10]), conv0(in[11]), a0(in[12]), b0(in[13]);
      long pass = in[10].shape(1);
      std::vector<char> window(static_cast<size_t>((taps - 1 + earlier_rows) * channels * item));
      join_window(conv0, u0, i, taps, pass, earlier_rows, channels * item, window.data());
      d.rows = earlier_rows;
      d.window = window.data();
      d.a = a0.data<char>() + i * pass * gates;
      d.b = b0.data<char>() + i * pass * gates;
      d.y = nullptr;
      d.after = out[3].data<float>() + i * state_floats;
      run_delta_net(d);
      d.state = d.after;
    }
    char* window = out[1].data<char>() + i * window_bytes;
    join_window(conv, u, i, taps, rows, rows, channels * item, window);
    d.rows = rows;
    d.window = window;
    d.a = a.data<char>() + i * rows * gates;
    d.b = b.data<char>() + i * rows * gates;
    d.z = z.data<char>() + i * rows * values * item;
    d.y = out[0].data<char>() + i * rows * values * item;
    d.after = out[2].data<float>() + i * state_floats;
    run_delta_net(d);
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
    if (in.earlier) {
      const auto& e = *in.earlier;
      int t0 = e.u.ndim() == 3 ? e.u.shape(1) : 0;
      require(
          e.rows > 0 && e.rows <= t0 && e.u.shape() == mx::Shape{b, t0, c} && e.conv_state.shape() == in.conv_state.shape() &&
              e.a.shape() == mx::Shape{b, t0, hv} && e.b.shape() == e.a.shape() && e.u.dtype() == in.u.dtype() &&
              e.conv_state.dtype() == in.u.dtype() && e.a.dtype() == in.u.dtype() && e.b.dtype() == in.u.dtype(),
          "delta_net");
    }
  }
  int batch = in.u.shape(0), rows = in.u.shape(1), taps = in.conv_weight.shape(0);
  std::vector<mx::Shape> shapes{
      {batch, rows, in.state.shape(1) * in.state.shape(2)}, {batch, taps - 1 + rows, in.u.shape(2)}, in.state.shape()};
  std::vector<mx::Dtype> types{in.u.dtype(), in.u.dtype(), mx::float32};
  std::vector<mx::array> inputs{
      in.u, in.conv_state, in.conv_weight, in.a, in.b, in.z, in.negative_a, in.dt_bias, in.norm_weight, in.state};
  if (in.earlier) {
    shapes.push_back(in.state.shape());
    types.push_back(mx::float32);
    inputs.insert(inputs.end(), {in.earlier->u, in.earlier->conv_state, in.earlier->a, in.earlier->b});
  }
  // Where nobody else holds the state, it moves on in place.
  auto kernel = std::make_shared<Kernel>(
      "CpuDeltaNet", delta_net_eval, Parameters{{in.earlier ? in.earlier->rows : 0}, {norm_eps}}, in.earlier ? 3 : 2, 9);
  return mx::array::make_arrays(shapes, types, kernel, inputs);
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
