// Quantized products and fused operations: what a layer is made of.
#include "convert.h"
#include "guard.h"
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
    add_to(
        out,
        mx::quantized_matmul(
            get(x), get(w), get(scales), handles().get_optional(biases), true, group, bits, mode_of(mode)));
  });
}

int mtp_gather_matmul(mtp_array x, mtp_array w, mtp_array rhs_indices, int sorted, mtp_array* out) {
  return guarded([&] {
    add_to(out, mx::gather_mm(get(x), mx::swapaxes(get(w), -1, -2), std::nullopt, get(rhs_indices), sorted != 0));
  });
}

int mtp_gather_quantized_matmul(mtp_array x, mtp_array w, mtp_array scales, mtp_array biases, mtp_array rhs_indices, int group, int bits, int mode, int sorted, mtp_array* out) {
  return guarded([&] {
    add_to(
        out,
        mx::gather_qmm(
            get(x), get(w), get(scales), handles().get_optional(biases), std::nullopt, get(rhs_indices), true, group, bits,
            mode_of(mode), std::nullopt, sorted != 0));
  });
}

int mtp_rms_norm(mtp_array x, mtp_array weight, float eps, mtp_array* out) {
  return guarded([&] { add_to(out, mx::fast::rms_norm(get(x), handles().get_optional(weight), eps)); });
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
