// Creating, reading and evaluating arrays.
#include <cstring>
#include <unordered_set>

#include "convert.h"
#include "guard.h"
#include "mlx/mlx.h"

namespace mx = mlx::core;
using namespace mtp;

extern "C" {

int mtp_from_data(const void* data, int64_t bytes, const int* shape, int ndim, int dtype, mtp_array* out) {
  return guarded([&] {
    auto type = dtype_of(dtype);
    auto dims = shape_of(shape, ndim);
    int64_t expected = type.size();
    for (auto d : dims) {
      expected *= d;
    }
    if (expected != bytes) {
      throw std::invalid_argument(
          "the data holds " + std::to_string(bytes) + " bytes where shape and dtype ask for " +
          std::to_string(expected));
    }
    auto memory = mx::allocator::malloc(static_cast<size_t>(bytes));
    void* target = memory.buffer().raw_ptr();
    if (bytes > 0 && target == nullptr) {
      throw std::runtime_error("no memory for an array of " + std::to_string(bytes) + " bytes");
    }
    std::memcpy(target, data, static_cast<size_t>(bytes));
    *out = handles().add(mx::array(std::move(memory), std::move(dims), type));
  });
}

int mtp_empty(const int* shape, int ndim, int dtype, void** data, mtp_array* out) {
  return guarded([&] {
    auto type = dtype_of(dtype);
    auto dims = shape_of(shape, ndim);
    size_t bytes = type.size();
    for (auto d : dims) {
      bytes *= static_cast<size_t>(d);
    }
    auto memory = mx::allocator::malloc(bytes);
    *data = memory.buffer().raw_ptr();
    if (bytes > 0 && *data == nullptr) {
      throw std::runtime_error("no memory for an array of " + std::to_string(bytes) + " bytes");
    }
    *out = handles().add(mx::array(std::move(memory), std::move(dims), type));
  });
}

int mtp_full(const int* shape, int ndim, double value, int dtype, mtp_array* out) {
  return guarded([&] {
    auto type = dtype_of(dtype);
    *out = handles().add(mx::full(shape_of(shape, ndim), scalar_of(value, type), type));
  });
}

int mtp_arange(double start, double stop, double step, int dtype, mtp_array* out) {
  return guarded([&] { *out = handles().add(mx::arange(start, stop, step, dtype_of(dtype))); });
}

int mtp_info(mtp_array x, int* dtype_ndim_shape) {
  return guarded([&] {
    const auto& a = handles().get(x);
    if (a.ndim() > MTP_MAX_DIMS) {
      throw std::invalid_argument("arrays of more than 8 dimensions are not supported");
    }
    *dtype_ndim_shape++ = dtype_code(a.dtype());
    *dtype_ndim_shape++ = static_cast<int>(a.ndim());
    for (auto d : a.shape()) {
      *dtype_ndim_shape++ = d;
    }
  });
}

int mtp_read(mtp_array x, void* data, int64_t bytes) {
  return guarded(MTP_BACKEND, [&] {
    auto a = mx::contiguous(handles().get(x));
    if (static_cast<int64_t>(a.nbytes()) != bytes) {
      throw std::invalid_argument(
          "the array has " + std::to_string(a.nbytes()) + " bytes, the buffer " + std::to_string(bytes));
    }
    a.eval();
    std::memcpy(data, a.data<char>(), static_cast<size_t>(bytes));
  });
}

int mtp_eval(const mtp_array* arrays, int n) {
  return guarded(MTP_BACKEND, [&] { mx::eval(handles().get_all(arrays, n)); });
}

int mtp_async_eval(const mtp_array* arrays, int n) {
  return guarded(MTP_BACKEND, [&] { mx::async_eval(handles().get_all(arrays, n)); });
}

int mtp_synchronize(void) {
  return guarded(MTP_BACKEND, [&] { mx::synchronize(); });
}

int mtp_graph_nodes(mtp_array x, int64_t* count) {
  return guarded([&] {
    std::vector<mx::array> pending{handles().get(x)};
    std::unordered_set<std::uintptr_t> seen;
    while (!pending.empty()) {
      auto a = std::move(pending.back());
      pending.pop_back();
      if (!a.has_primitive() || a.is_available() || !seen.insert(a.primitive_id()).second) {
        continue;
      }
      for (const auto& input : a.inputs()) {
        pending.push_back(input);
      }
    }
    *count = static_cast<int64_t>(seen.size());
  });
}

}  // extern "C"
