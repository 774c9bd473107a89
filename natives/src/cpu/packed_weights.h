#pragma once

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

// The weights of one matrix, or of the first of a stack; x, y and rows are still to be set.
inline Packed packed_weights(const std::vector<mx::array>& in, const mx::array& out, const Parameters& p) {
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

}  // namespace mtp::cpu
