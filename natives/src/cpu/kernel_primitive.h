// What all primitives of the CPU kernels share: reading arrays as rows, sharing work among threads, and the primitive
// itself, whose evaluation is a plain function.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels.h"
#include "mlx/backend/cpu/encoder.h"
#include "mlx/mlx.h"
#include "mlx/primitives.h"
#include "pool.h"

namespace mtp::cpu {

namespace mx = mlx::core;

// Below so much work, in multiply-adds, waking another thread costs more than it saves.
constexpr long parallel_work = 1 << 16;

inline Type type_of(mx::Dtype type) {
  return type == mx::float32 ? Type::f32 : type == mx::bfloat16 ? Type::bf16 : Type::f16;
}

inline void allocate(mx::array& out) {
  out.set_data(mx::allocator::malloc(out.nbytes()));
}

// Scratch at the address of a cache line, so that no vector lies in two.
class Scratch {
 public:
  explicit Scratch(long n) : data_(static_cast<float*>(::operator new(static_cast<size_t>(n) * 4, std::align_val_t(64)))) {}
  ~Scratch() {
    ::operator delete(data_, std::align_val_t(64));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  float* data() const {
    return data_;
  }

 private:
  float* data_;
};

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

// Rows of x in the order in which products with weights of that type read them.
class OrderedRows {
 public:
  OrderedRows(const float* x, long rows, long k, Type w_type) : data_(x) {
    if (kernels().ordered(w_type)) {
      scratch_.emplace(rows * k);
      kernels().order(x, w_type, k, scratch_->data(), 0, rows);
      data_ = scratch_->data();
    }
  }

  const float* data() const {
    return data_;
  }

 private:
  std::optional<Scratch> scratch_;
  const float* data_;
};

// Runs body over n units, in parallel where the work of all of them is worth it.
inline void parallel(long n, long work_per_unit, long granule, const Pool::Body& body) {
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

inline mx::array one(const mx::Shape& shape, mx::Dtype type, std::shared_ptr<Kernel> kernel, std::vector<mx::array> inputs) {
  return mx::array(shape, type, std::move(kernel), std::move(inputs));
}

// A kernel reads by these shapes, so that a wrong one would reach foreign memory.
inline void require(bool fits, const char* name) {
  if (!fits) {
    throw std::invalid_argument(std::string("[") + name + "] the shapes of the inputs do not fit together");
  }
}

}  // namespace mtp::cpu
