// Between the ABI's integers and MLX's types.
#pragma once

#include <stdexcept>
#include <string>

#include "mlx/mlx.h"
#include "mtp.h"

namespace mtp {

inline mlx::core::Dtype dtype_of(int code) {
  switch (code) {
    case MTP_BOOL: return mlx::core::bool_;
    case MTP_UINT8: return mlx::core::uint8;
    case MTP_UINT16: return mlx::core::uint16;
    case MTP_UINT32: return mlx::core::uint32;
    case MTP_UINT64: return mlx::core::uint64;
    case MTP_INT8: return mlx::core::int8;
    case MTP_INT16: return mlx::core::int16;
    case MTP_INT32: return mlx::core::int32;
    case MTP_INT64: return mlx::core::int64;
    case MTP_FLOAT16: return mlx::core::float16;
    case MTP_BFLOAT16: return mlx::core::bfloat16;
    case MTP_FLOAT32: return mlx::core::float32;
    case MTP_FLOAT64: return mlx::core::float64;
    default: throw std::invalid_argument("unknown dtype code " + std::to_string(code));
  }
}

inline int dtype_code(mlx::core::Dtype type) {
  for (int code = MTP_BOOL; code <= MTP_FLOAT64; code++) {
    if (dtype_of(code) == type) {
      return code;
    }
  }
  throw std::invalid_argument("an array has a dtype that has no code here");
}

inline mlx::core::array scalar_of(double value, mlx::core::Dtype type) {
  return type == mlx::core::float64 ? mlx::core::array(value, type)
                                    : mlx::core::astype(mlx::core::array(static_cast<float>(value)), type);
}

inline mlx::core::Shape shape_of(const int* shape, int ndim) {
  if (ndim < 0 || ndim > MTP_MAX_DIMS) {
    throw std::invalid_argument("arrays have 0 to 8 dimensions, not " + std::to_string(ndim));
  }
  return mlx::core::Shape(shape, shape + ndim);
}

inline std::string mode_of(int mode) {
  switch (mode) {
    case MTP_AFFINE: return "affine";
    case MTP_MXFP4: return "mxfp4";
    case MTP_MXFP8: return "mxfp8";
    case MTP_NVFP4: return "nvfp4";
    default: throw std::invalid_argument("unknown quantization mode " + std::to_string(mode));
  }
}

}  // namespace mtp
