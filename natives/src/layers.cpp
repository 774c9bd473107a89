// Quantized products and fused operations: what a layer is made of.
#include <limits>

#include "convert.h"
#include "cpu/kernels.h"
#include "cpu/primitives.h"
#include "guard.h"
#include "metal/delta_net.h"
#include "mlx/mlx.h"

namespace mx = mlx::core;
using namespace mtp;

namespace {
void add_to(mtp_array* out, mx::array value) {
  *out = handles().add(std::move(value));
}
const mx::array& get(mtp_array x) {
  return handles().get(x);
}

// The gathered products serve one row with one matrix each.
bool serves_gathered(const mx::array& x, const mx::array& w, const mx::array& indices) {
  return cpu::enabled() && cpu::supports(x.dtype()) && x.ndim() == 3 && x.shape(1) == 1 && w.ndim() == 3 && indices.ndim() == 1 &&
      indices.shape(0) == x.shape(0);
}

bool serves(const mx::array& x) {
  return cpu::enabled() && cpu::supports(x.dtype());
}
}  // namespace

extern "C" {

int mtp_quantize(mtp_array w, int group, int bits, int mode, mtp_array* weight_scales_biases) {
  return guarded([&] {
    auto parts = mx::quantize(get(w), group, bits, mode_of(mode));
    for (size_t i = 0; i < 3; i++) {
      weight_scales_biases[i] = i < parts.size() ? handles().add(parts[i]) : 0;
    }
  });
}

int mtp_dequantize(mtp_array w, mtp_array scales, mtp_array biases, int group, int bits, int mode, int dtype, mtp_array* out) {
  return guarded([&] {
    add_to(
        out,
        mx::dequantize(
            get(w), get(scales), handles().get_optional(biases), group, bits, mode_of(mode), std::nullopt, dtype_of(dtype)));
  });
}

int mtp_quantized_matmul(mtp_array x, mtp_array w, mtp_array scales, mtp_array biases, int group, int bits, int mode, mtp_array* out) {
  return guarded([&] {
    const auto& a = get(x);
    auto m = static_cast<cpu::Mode>(mode);
    if (serves(a) && cpu::supports_packed(get(w), get(scales), m, bits, group)) {
      add_to(out, cpu::packed_linear(a, get(w), get(scales), handles().get_optional(biases), m, bits, group));
      return;
    }
    add_to(
        out,
        mx::quantized_matmul(
            get(x), get(w), get(scales), handles().get_optional(biases), true, group, bits, mode_of(mode)));
  });
}

int mtp_gather_matmul(mtp_array x, mtp_array w, mtp_array rhs_indices, int sorted, mtp_array* out) {
  return guarded([&] {
    if (serves_gathered(get(x), get(w), get(rhs_indices)) && cpu::supports(get(w).dtype()) && get(x).shape(2) == get(w).shape(2)) {
      add_to(out, cpu::gather_linear(get(x), get(w), get(rhs_indices)));
      return;
    }
    add_to(out, mx::gather_mm(get(x), mx::swapaxes(get(w), -1, -2), std::nullopt, get(rhs_indices), sorted != 0));
  });
}

int mtp_gather_quantized_matmul(mtp_array x, mtp_array w, mtp_array scales, mtp_array biases, mtp_array rhs_indices, int group, int bits, int mode, int sorted, mtp_array* out) {
  return guarded([&] {
    auto m = static_cast<cpu::Mode>(mode);
    if (serves_gathered(get(x), get(w), get(rhs_indices)) && cpu::supports_packed(get(w), get(scales), m, bits, group) &&
        get(x).shape(2) * bits == get(w).shape(2) * 32) {
      add_to(
          out,
          cpu::gather_packed_linear(
              get(x), get(w), get(scales), handles().get_optional(biases), get(rhs_indices), m, bits, group));
      return;
    }
    add_to(
        out,
        mx::gather_qmm(
            get(x), get(w), get(scales), handles().get_optional(biases), std::nullopt, get(rhs_indices), true, group, bits,
            mode_of(mode), std::nullopt, sorted != 0));
  });
}

int mtp_rms_norm(mtp_array x, mtp_array weight, float eps, mtp_array* out) {
  return guarded([&] {
    const auto& a = get(x);
    if (serves(a) && weight != 0) {
      add_to(out, cpu::rms_norm(a, get(weight), eps));
    } else {
      add_to(out, mx::astype(mx::fast::rms_norm(a, handles().get_optional(weight), eps), a.dtype()));
    }
  });
}

int mtp_kernels(char* name, int size) {
  return guarded([&] { copy_text(cpu::enabled() ? cpu::kernels().name : "", name, size); });
}

int mtp_kernels_wanted(int wanted) {
  return guarded([&] { cpu::set_wanted(wanted != 0); });
}

int mtp_delta_net_rows(int* rows) {
  return guarded([&] { *rows = cpu::enabled() ? std::numeric_limits<int>::max() : metal::enabled() ? metal::max_rows : 0; });
}

int mtp_read_bandwidth(int64_t bytes, double* bytes_per_second) {
  return guarded([&] { *bytes_per_second = cpu::read_bandwidth(static_cast<long>(bytes)); });
}

int mtp_encode_mx(const void* from, int type, int64_t groups, int bits, void* codes, void* scales, int* finite) {
  return guarded_any_thread(MTP_USAGE, [&] {
    if (type < 0 || type > 2 || groups < 0 || (bits != 4 && bits != 8)) {
      throw std::invalid_argument("[encode_mx] float32, bfloat16 or float16 into 4 or 8 bits");
    }
    *finite = cpu::kernels().encode(
        from, static_cast<cpu::Type>(type), static_cast<long>(groups), bits, static_cast<uint8_t*>(codes), static_cast<uint8_t*>(scales));
  });
}

int mtp_set_threads(int n) {
  return guarded([&] { cpu::set_threads(n); });
}

int mtp_linear(mtp_array x, mtp_array w, mtp_array* out) {
  return guarded([&] {
    const auto& a = get(x);
    const auto& b = get(w);
    add_to(out, serves(a) && cpu::supports(b.dtype()) ? cpu::linear(a, b) : mx::matmul(a, mx::swapaxes(b, -1, -2)));
  });
}

int mtp_swiglu(mtp_array gate, mtp_array up, mtp_array* out) {
  return guarded([&] {
    const auto& g = get(gate);
    const auto& u = get(up);
    add_to(out, serves(g) && g.dtype() == u.dtype() ? cpu::swiglu(g, u) : g * mx::sigmoid(g) * u);
  });
}

int mtp_greedy(mtp_array logits, int vocabulary, mtp_array* outs) {
  return guarded([&] {
    const auto& a = get(logits);
    if (serves(a)) {
      for (auto& part : cpu::greedy(a, vocabulary)) {
        add_to(outs++, std::move(part));
      }
      return;
    }
    auto stop = a.shape();
    stop.back() = vocabulary;
    auto rows = mx::astype(mx::slice(a, mx::Shape(a.ndim(), 0), stop), mx::float32);
    add_to(outs, mx::astype(mx::argmax(rows, -1), mx::int32));
    add_to(outs + 1, mx::max(rows, -1));
    add_to(outs + 2, mx::logsumexp(rows, -1));
  });
}

int mtp_standing(mtp_array logits, mtp_array tokens, int vocabulary, float scale, mtp_array* outs) {
  return guarded([&] {
    const auto& a = get(logits);
    const auto& t = get(tokens);
    if (serves(a)) {
      for (auto& part : cpu::standing(a, t, vocabulary, scale)) {
        add_to(outs++, std::move(part));
      }
      return;
    }
    auto rows = mx::astype(mx::slice(a, {0, 0, 0}, {1, t.shape(1), vocabulary}), mx::float32);
    auto known = mx::expand_dims(t >= mx::array(0) && t < mx::array(vocabulary), -1);
    auto index = mx::where(known, mx::expand_dims(t, -1), mx::array(0));
    auto logit = mx::where(known, mx::take_along_axis(rows, index, -1), mx::array(-std::numeric_limits<float>::infinity()));
    auto sum = mx::logsumexp(scale * rows, -1);
    add_to(outs, mx::exp(scale * mx::squeeze(logit, -1) - sum));
    add_to(outs + 1, mx::astype(mx::sum(mx::greater(rows, logit), -1), mx::int32));
  });
}

int mtp_all_finite(mtp_array x, mtp_array* out) {
  return guarded([&] {
    const auto& a = get(x);
    add_to(out, serves(a) ? cpu::all_finite(a) : mx::all(mx::isfinite(a)));
  });
}

int mtp_delta_net(const mtp_array* inputs, int earlier_rows, float norm_eps, mtp_array* outs) {
  return guarded([&] {
    auto in = handles().get_all(inputs, earlier_rows > 0 ? 14 : 10);
    cpu::DeltaNetInputs of{in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8], in[9], std::nullopt};
    if (earlier_rows > 0) {
      of.earlier = cpu::EarlierRows{in[10], in[11], in[12], in[13], earlier_rows};
    }
    // A CUDA kernel finds its place here.
    auto parts = metal::enabled() ? metal::delta_net(of, norm_eps) : cpu::delta_net(of, norm_eps);
    for (auto& part : parts) {
      add_to(outs++, std::move(part));
    }
  });
}

int mtp_gated_attention(const mtp_array* inputs, int offset, int rotary_dims, float rotary_scale, float norm_eps, float scale, int gated, mtp_array* outs) {
  return guarded([&] {
    auto in = handles().get_all(inputs, 8);
    auto parts = cpu::gated_attention(
        {in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7]}, offset, rotary_dims, rotary_scale, norm_eps, scale,
        gated != 0);
    for (auto& part : parts) {
      add_to(outs++, std::move(part));
    }
  });
}

int mtp_rope(mtp_array x, int dims, int offset, mtp_array frequencies, mtp_array* out) {
  return guarded([&] {
    add_to(out, mx::fast::rope(get(x), dims, false, std::nullopt, 1.0f, offset, handles().get_optional(frequencies)));
  });
}

int mtp_attention(mtp_array q, mtp_array k, mtp_array v, float scale, int causal, mtp_array mask, mtp_array* out) {
  return guarded([&] {
    auto m = handles().get_optional(mask);
    add_to(
        out,
        mx::fast::scaled_dot_product_attention(get(q), get(k), get(v), scale, m ? "array" : causal ? "causal" : "", m));
  });
}

}  // extern "C"
