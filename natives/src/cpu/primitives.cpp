#include "primitives.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "kernels.h"
#include "mlx/backend/cpu/encoder.h"
#include "mlx/primitives.h"
#include "pool.h"

namespace mx = mlx::core;

namespace mtp::cpu {

namespace {

// Below so much work, in multiply-adds, waking another thread costs more than it saves.
constexpr long parallel_work = 1 << 16;

Type type_of(mx::Dtype type) {
  return type == mx::float32 ? Type::f32 : type == mx::bfloat16 ? Type::bf16 : Type::f16;
}

void allocate(mx::array& out) {
  out.set_data(mx::allocator::malloc(out.nbytes()));
}

// The elements of an array in row-major order: its own memory, or a copy where it is a strided view.
class Rows {
 public:
  explicit Rows(const mx::array& a) {
    if (a.flags().row_contiguous) {
      data_ = a.data<char>();
      return;
    }
    size_t item = a.itemsize();
    copy_.resize(a.size() * item);
    std::vector<int> index(a.ndim(), 0);
    const char* base = a.data<char>();
    for (size_t i = 0; i < a.size(); i++) {
      int64_t at = 0;
      for (size_t d = 0; d < index.size(); d++) {
        at += index[d] * a.strides()[d];
      }
      std::memcpy(copy_.data() + i * item, base + at * static_cast<int64_t>(item), item);
      for (int d = static_cast<int>(index.size()) - 1; d >= 0 && ++index[d] == a.shape(d); d--) {
        index[d] = 0;
      }
    }
    data_ = copy_.data();
  }

  template <class T = void>
  const T* data() const {
    return reinterpret_cast<const T*>(data_);
  }

 private:
  const char* data_;
  std::vector<char> copy_;
};

// The same as float32.
class FloatRows {
 public:
  explicit FloatRows(const mx::array& a) : rows_(a) {
    if (a.dtype() == mx::float32) {
      data_ = rows_.data<float>();
      return;
    }
    copy_.resize(a.size());
    kernels().to_float(rows_.data(), type_of(a.dtype()), copy_.data(), static_cast<long>(a.size()));
    data_ = copy_.data();
  }

  const float* data() const {
    return data_;
  }

 private:
  Rows rows_;
  const float* data_;
  std::vector<float> copy_;
};

// Runs body over n units, in parallel where the work of all of them is worth it.
void parallel(long n, long work_per_unit, long granule, const Pool::Body& body) {
  long threads = Pool::shared().threads();
  if (n * work_per_unit < parallel_work || threads == 1) {
    body(0, n);
    return;
  }
  // Twice as many ranges as threads, so that one that is held up does not hold up all.
  long grain = (n + 2 * threads - 1) / (2 * threads);
  grain = (grain + granule - 1) / granule * granule;
  Pool::shared().run(n, grain, body);
}

struct Parameters {
  std::vector<long> integers;
  std::vector<float> floats;
};

// A primitive whose evaluation is a function of its inputs, run on the stream's own thread.
class Kernel : public mx::Primitive {
 public:
  using Function = void (*)(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p);

  // From output i on, outputs are the inputs `shared`, shared + 1, … with some elements replaced.
  static constexpr int none_shared = -1;

  Kernel(const char* name, Function function, Parameters parameters, int first_shared_output = none_shared, int first_shared_input = none_shared)
      : Primitive(mx::default_stream(mx::default_device())),
        name_(name),
        function_(function),
        parameters_(std::make_shared<const Parameters>(std::move(parameters))),
        first_shared_output_(first_shared_output),
        first_shared_input_(first_shared_input) {}

  void eval_cpu(const std::vector<mx::array>& inputs, std::vector<mx::array>& outputs) override {
    std::vector<mx::array> in, out;
    for (const auto& a : inputs) {
      in.push_back(mx::array::unsafe_weak_copy(a));
    }
    for (size_t i = 0; i < outputs.size(); i++) {
      const mx::array* source = shared_input(inputs, static_cast<int>(i));
      if (source && source->is_donatable() && source->flags().row_contiguous) {
        outputs[i].copy_shared_buffer(*source);
      } else {
        allocate(outputs[i]);
      }
      out.push_back(mx::array::unsafe_weak_copy(outputs[i]));
    }
    // The graph may be gone before the stream's thread comes to it, so the task holds all it needs.
    mx::cpu::get_command_encoder(stream()).dispatch(
        [in = std::move(in), out = std::move(out), function = function_, parameters = parameters_]() mutable {
          function(in, out, *parameters);
        });
  }

  void eval_gpu(const std::vector<mx::array>&, std::vector<mx::array>&) override {
    throw std::runtime_error(std::string(name_) + " is a CPU kernel and cannot run on a GPU");
  }

  const char* name() const override {
    return name_;
  }

 private:
  const mx::array* shared_input(const std::vector<mx::array>& inputs, int output) const {
    return first_shared_output_ == none_shared || output < first_shared_output_
        ? nullptr
        : &inputs[static_cast<size_t>(first_shared_input_ + output - first_shared_output_)];
  }

  const char* name_;
  Function function_;
  std::shared_ptr<const Parameters> parameters_;
  int first_shared_output_;
  int first_shared_input_;
};

void linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  const auto& w = in[1];
  FloatRows x(in[0]);
  long k = w.shape(1);
  long n = w.shape(0);
  Linear l{x.data(), static_cast<long>(in[0].size()) / k, w.data<char>(), type_of(w.dtype()), k, n, out[0].data<char>(), type_of(out[0].dtype())};
  parallel(n, l.rows * k, 24, [&](long begin, long end) { kernels().linear(l, begin, end); });
}

// Up to so many rows are computed from the codes themselves, each in one order whatever their number. More rows share
// weights that were unpacked once, a few rows of them at a time.
constexpr long rows_from_codes = 64;
constexpr long unpacked_at_once = 24;

// The weights of one matrix, or of the first of a stack; x, y and rows are still to be set.
Packed packed_weights(const std::vector<mx::array>& in, const mx::array& out, const Parameters& p) {
  const auto& w = in[1];
  const auto& scales = in[2];
  Mode mode = static_cast<Mode>(p.integers[0]);
  long bits = p.integers[1];
  Packed k{};
  k.group = p.integers[2];
  k.w = w.data<uint32_t>();
  k.scales = scales.data<char>();
  k.biases = mode == Mode::affine ? in[3].data<char>() : nullptr;
  k.code = mode == Mode::affine ? (bits == 4 ? Codes::u4 : Codes::u8) : mode == Mode::mxfp8 ? Codes::e4m3 : Codes::e2m1;
  k.scale_type = mode == Mode::nvfp4            ? ScaleType::e4m3
      : mode != Mode::affine                    ? ScaleType::e8m0
      : scales.dtype() == mx::float32           ? ScaleType::f32
      : scales.dtype() == mx::bfloat16          ? ScaleType::bf16
                                                : ScaleType::f16;
  k.words = w.shape(-1);
  k.groups = scales.shape(-1);
  k.n = w.shape(-2);
  k.y_type = type_of(out.dtype());
  return k;
}

void packed_linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Packed k = packed_weights(in, out[0], p);
  k.y = out[0].data<char>();
  long columns = k.words * 32 / p.integers[1];
  k.rows = static_cast<long>(in[0].size()) / columns;
  FloatRows x(in[0]);
  if (k.rows <= rows_from_codes) {
    std::vector<float> arranged(static_cast<size_t>(k.rows * kernels().arranged_floats(k)));
    kernels().arrange(k, x.data(), arranged.data(), 0, k.rows);
    k.x = arranged.data();
    parallel(k.n, k.rows * columns, 4, [&](long begin, long end) { kernels().packed(k, begin, end); });
    return;
  }
  Linear l{x.data(), k.rows, nullptr, Type::f32, columns, k.n, k.y, k.y_type};
  parallel(k.n, k.rows * columns, unpacked_at_once, [&](long begin, long end) {
    thread_local std::vector<float> unpacked;
    unpacked.resize(static_cast<size_t>(unpacked_at_once * columns));
    Linear part = l;
    part.w = unpacked.data();
    for (long n = begin; n < end; n += unpacked_at_once) {
      long stop = std::min(end, n + unpacked_at_once);
      for (long i = n; i < stop; i++) {
        kernels().unpack(k, i, unpacked.data() + (i - n) * columns);
      }
      part.w_first = n;
      kernels().linear(part, n, stop);
    }
  });
}

// Rows brought together by the matrix that each is multiplied with.
struct Gathered {
  struct Group {
    long matrix, begin, rows;
  };

  Gathered(const float* x, const mx::array& indices, long k) {
    Rows index_rows(indices);
    const auto* index = index_rows.data<int32_t>();
    long n = static_cast<long>(indices.size());
    order.resize(static_cast<size_t>(n));
    for (long i = 0; i < n; i++) {
      order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](long a, long b) { return index[a] < index[b]; });
    rows.resize(static_cast<size_t>(n * k));
    for (long i = 0; i < n; i++) {
      std::memcpy(rows.data() + i * k, x + order[i] * k, static_cast<size_t>(k) * 4);
      long matrix = index[order[i]];
      if (groups.empty() || groups.back().matrix != matrix) {
        groups.push_back({matrix, i, 0});
      }
      groups.back().rows++;
    }
  }

  // Puts results, row by row in this order, where their rows came from.
  void scatter(const std::vector<char>& from, char* to, long row_bytes) const {
    for (size_t i = 0; i < order.size(); i++) {
      std::memcpy(to + order[i] * row_bytes, from.data() + i * row_bytes, static_cast<size_t>(row_bytes));
    }
  }

  std::vector<long> order;
  std::vector<float> rows;
  std::vector<Group> groups;
};

// All matrices' columns as one loop: unit u is a range of columns of one of them.
template <class Body>
void parallel_groups(const Gathered& g, long n, long k, const Body& body) {
  constexpr long columns = 96;
  long ranges = (n + columns - 1) / columns;
  long pairs = static_cast<long>(g.order.size());
  long units = static_cast<long>(g.groups.size()) * ranges;
  parallel(units, std::max(1L, pairs * n * k / units), 1, [&](long begin, long end) {
    for (long u = begin; u < end; u++) {
      long from = u % ranges * columns;
      body(g.groups[static_cast<size_t>(u / ranges)], from, std::min(n, from + columns));
    }
  });
}

void gather_linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  const auto& w = in[1];
  long n = w.shape(1), k = w.shape(2);
  FloatRows x(in[0]);
  Gathered g(x.data(), in[2], k);
  Type y_type = type_of(out[0].dtype());
  std::vector<char> y(out[0].nbytes());
  parallel_groups(g, n, k, [&](const Gathered::Group& group, long begin, long end) {
    Linear l{
        g.rows.data() + group.begin * k, group.rows, w.data<char>() + group.matrix * n * k * static_cast<long>(w.itemsize()), type_of(w.dtype()),
        k, n, y.data() + group.begin * n * size_of(y_type), y_type};
    kernels().linear(l, begin, end);
  });
  g.scatter(y, out[0].data<char>(), n * size_of(y_type));
}

void gather_packed_linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Packed base = packed_weights(in, out[0], p);
  long columns = base.words * 32 / p.integers[1];
  FloatRows x(in[0]);
  Gathered g(x.data(), in.back(), columns);
  base.rows = static_cast<long>(g.order.size());
  long width = kernels().arranged_floats(base);
  std::vector<float> arranged(static_cast<size_t>(base.rows * width));
  kernels().arrange(base, g.rows.data(), arranged.data(), 0, base.rows);
  std::vector<char> y(out[0].nbytes());
  long scale_bytes = static_cast<long>(in[2].itemsize());
  parallel_groups(g, base.n, columns, [&](const Gathered::Group& group, long begin, long end) {
    Packed k = base;
    k.rows = group.rows;
    k.x = arranged.data() + group.begin * width;
    k.w = base.w + group.matrix * base.n * base.words;
    k.scales = static_cast<const char*>(base.scales) + group.matrix * base.n * base.groups * scale_bytes;
    k.biases = base.biases ? static_cast<const char*>(base.biases) + group.matrix * base.n * base.groups * scale_bytes : nullptr;
    k.y = y.data() + group.begin * base.n * size_of(base.y_type);
    kernels().packed(k, begin, end);
  });
  g.scatter(y, out[0].data<char>(), base.n * size_of(base.y_type));
}

void rms_norm_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows x(in[0]);
  long d = in[0].shape(-1);
  RmsNorm r{x.data(), out[0].data<char>(), type_of(in[0].dtype()), in[1].data<float>(), d, p.floats[0]};
  parallel(static_cast<long>(in[0].size()) / d, 4 * d, 1, [&](long begin, long end) { kernels().rms_norm(r, begin, end); });
}

void swiglu_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  Rows gate(in[0]), up(in[1]);
  SwiGlu s{gate.data(), up.data(), out[0].data<char>(), type_of(in[0].dtype())};
  parallel(static_cast<long>(in[0].size()), 8, 64, [&](long begin, long end) { kernels().swiglu(s, begin, end); });
}

void all_finite_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  Rows x(in[0]);
  std::atomic<bool> finite{true};
  parallel(static_cast<long>(in[0].size()), 1, 64, [&](long begin, long end) {
    if (!kernels().all_finite(x.data(), type_of(in[0].dtype()), begin, end)) {
      finite = false;
    }
  });
  *out[0].data<bool>() = finite;
}

void delta_net_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows u(in[0]), conv(in[1]), a(in[3]), b(in[4]), z(in[5]), state(in[9]);
  FloatRows conv_weight(in[2]);
  long batch = in[0].shape(0), rows = in[0].shape(1), channels = in[0].shape(2), taps = in[2].shape(0);
  long value_heads = in[9].shape(1), value_dim = in[9].shape(2), key_dim = in[9].shape(3);
  long item = static_cast<long>(in[0].itemsize());
  bool keep_all = p.integers[0] != 0;
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
    d.states = out[2].data<float>() + i * state_floats;
    d.state_stride = keep_all ? batch * state_floats : 0;
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

mx::array one(const mx::Shape& shape, mx::Dtype type, std::shared_ptr<Kernel> kernel, std::vector<mx::array> inputs) {
  return mx::array(shape, type, std::move(kernel), std::move(inputs));
}

}  // namespace

bool enabled() {
  static const bool off = [] {
    const char* text = std::getenv("MLXMTP_KERNELS");
    return text && std::strcmp(text, "off") == 0;
  }();
  return !off && mx::default_device() == mx::Device(mx::Device::cpu);
}

bool supports(mx::Dtype type) {
  return type == mx::float32 || type == mx::bfloat16 || type == mx::float16;
}

namespace {
// A kernel reads by these shapes, so that a wrong one would reach foreign memory.
void require(bool fits, const char* name) {
  if (!fits) {
    throw std::invalid_argument(std::string("[") + name + "] the shapes of the inputs do not fit together");
  }
}
}  // namespace

mx::array linear(const mx::array& x, const mx::array& w) {
  if (x.ndim() < 1 || w.ndim() != 2 || x.shape(-1) != w.shape(1)) {
    throw std::invalid_argument("[linear] the last dimension of x does not match the weight's");
  }
  auto shape = x.shape();
  shape.back() = w.shape(0);
  return one(shape, x.dtype(), std::make_shared<Kernel>("CpuLinear", linear_eval, Parameters{}), {x, mx::contiguous(w)});
}

bool supports_packed(const mx::array& w, const mx::array& scales, Mode mode, int bits, int group) {
  bool known = mode == Mode::affine ? (bits == 4 || bits == 8) && supports(scales.dtype()) : true;
  return known && (w.ndim() == 2 || w.ndim() == 3) && w.dtype() == mx::uint32 && group % 8 == 0;
}

mx::array packed_linear(
    const mx::array& x, const mx::array& w, const mx::array& scales, const std::optional<mx::array>& biases, Mode mode, int bits, int group) {
  int columns = w.shape(1) * 32 / bits;
  if (x.ndim() < 1 || x.shape(-1) != columns || scales.ndim() != 2 || scales.shape(0) != w.shape(0) || scales.shape(1) * group != columns) {
    throw std::invalid_argument("[packed_linear] x, weight and scales do not fit together");
  }
  auto shape = x.shape();
  shape.back() = w.shape(0);
  std::vector<mx::array> inputs{x, mx::contiguous(w), mx::contiguous(scales)};
  if (biases) {
    inputs.push_back(mx::contiguous(*biases));
  }
  return one(
      shape, x.dtype(), std::make_shared<Kernel>("CpuPackedLinear", packed_linear_eval, Parameters{{static_cast<long>(mode), bits, group}, {}}),
      std::move(inputs));
}

mx::array gather_linear(const mx::array& x, const mx::array& w, const mx::array& indices) {
  return one(
      {x.shape(0), 1, w.shape(1)}, x.dtype(), std::make_shared<Kernel>("CpuGatherLinear", gather_linear_eval, Parameters{}),
      {x, mx::contiguous(w), mx::astype(indices, mx::int32)});
}

mx::array gather_packed_linear(
    const mx::array& x, const mx::array& w, const mx::array& scales, const std::optional<mx::array>& biases, const mx::array& indices, Mode mode,
    int bits, int group) {
  std::vector<mx::array> inputs{x, mx::contiguous(w), mx::contiguous(scales)};
  if (biases) {
    inputs.push_back(mx::contiguous(*biases));
  }
  inputs.push_back(mx::astype(indices, mx::int32));
  return one(
      {x.shape(0), 1, w.shape(1)}, x.dtype(),
      std::make_shared<Kernel>("CpuGatherPackedLinear", gather_packed_linear_eval, Parameters{{static_cast<long>(mode), bits, group}, {}}),
      std::move(inputs));
}

void set_threads(int n) {
  Pool::shared().limit(n);
}

mx::array rms_norm(const mx::array& x, const mx::array& weight, float eps) {
  require(x.ndim() > 0 && weight.shape() == mx::Shape{x.shape(-1)}, "rms_norm");
  return one(
      x.shape(), x.dtype(), std::make_shared<Kernel>("CpuRmsNorm", rms_norm_eval, Parameters{{}, {eps}}),
      {x, mx::astype(weight, mx::float32)});
}

mx::array swiglu(const mx::array& gate, const mx::array& up) {
  require(gate.shape() == up.shape(), "swiglu");
  return one(gate.shape(), gate.dtype(), std::make_shared<Kernel>("CpuSwiGlu", swiglu_eval, Parameters{}), {gate, up});
}

mx::array all_finite(const mx::array& x) {
  return one({}, mx::bool_, std::make_shared<Kernel>("CpuAllFinite", all_finite_eval, Parameters{}), {x});
}

std::vector<mx::array> delta_net(const DeltaNetInputs& in, float norm_eps, bool keep_all) {
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
  auto states = in.state.shape();
  if (keep_all) {
    states.insert(states.begin(), rows);
  }
  auto kernel = std::make_shared<Kernel>("CpuDeltaNet", delta_net_eval, Parameters{{keep_all ? 1 : 0}, {norm_eps}});
  return mx::array::make_arrays(
      {{batch, rows, in.state.shape(1) * in.state.shape(2)}, {batch, taps - 1 + rows, in.u.shape(2)}, states},
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
