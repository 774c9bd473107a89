// Element-wise, shape, gather and reduction operations.
#include "convert.h"
#include "guard.h"
#include "mlx/mlx.h"

namespace mx = mlx::core;
using namespace mtp;

namespace {

mx::array unary(int op, const mx::array& x) {
  switch (op) {
    case MTP_NEGATIVE: return mx::negative(x);
    case MTP_EXP: return mx::exp(x);
    case MTP_LOG: return mx::log(x);
    case MTP_LOG1P: return mx::log1p(x);
    case MTP_SIGMOID: return mx::sigmoid(x);
    case MTP_SQUARE: return mx::square(x);
    case MTP_SQRT: return mx::sqrt(x);
    case MTP_RSQRT: return mx::rsqrt(x);
    case MTP_COS: return mx::cos(x);
    case MTP_SIN: return mx::sin(x);
    case MTP_ABS: return mx::abs(x);
    case MTP_CONTIGUOUS: return mx::contiguous(x);
    default: throw std::invalid_argument("unknown unary operation " + std::to_string(op));
  }
}

mx::array binary(int op, const mx::array& a, const mx::array& b) {
  switch (op) {
    case MTP_ADD: return mx::add(a, b);
    case MTP_SUBTRACT: return mx::subtract(a, b);
    case MTP_MULTIPLY: return mx::multiply(a, b);
    case MTP_DIVIDE: return mx::divide(a, b);
    case MTP_MAXIMUM: return mx::maximum(a, b);
    case MTP_MINIMUM: return mx::minimum(a, b);
    case MTP_MATMUL: return mx::matmul(a, b);
    case MTP_EQUAL: return mx::equal(a, b);
    case MTP_LESS: return mx::less(a, b);
    case MTP_LESS_EQUAL: return mx::less_equal(a, b);
    case MTP_GREATER: return mx::greater(a, b);
    case MTP_GREATER_EQUAL: return mx::greater_equal(a, b);
    case MTP_LOGADDEXP: return mx::logaddexp(a, b);
    default: throw std::invalid_argument("unknown binary operation " + std::to_string(op));
  }
}

mx::array along_axis(int op, const mx::array& x, int axis, bool keepdims) {
  switch (op) {
    case MTP_SUM: return mx::sum(x, axis, keepdims);
    case MTP_MEAN: return mx::mean(x, axis, keepdims);
    case MTP_MAX: return mx::max(x, axis, keepdims);
    case MTP_MIN: return mx::min(x, axis, keepdims);
    case MTP_ARGMAX: return mx::argmax(x, axis, keepdims);
    case MTP_LOGSUMEXP: return mx::logsumexp(x, axis, keepdims);
    case MTP_ALL: return mx::all(x, axis, keepdims);
    case MTP_CUMSUM: return mx::cumsum(x, axis);
    case MTP_SORT: return mx::sort(x, axis);
    case MTP_ARGSORT: return mx::argsort(x, axis);
    case MTP_SOFTMAX: return mx::softmax(x, axis, true);
    default: throw std::invalid_argument("unknown operation along an axis " + std::to_string(op));
  }
}

struct Range {
  mx::Shape start, stop, stride;
};

Range range_of(const int* start_stop_stride, int ndim) {
  return {
      shape_of(start_stop_stride, ndim),
      shape_of(start_stop_stride + ndim, ndim),
      shape_of(start_stop_stride + 2 * ndim, ndim)};
}

void add_to(mtp_array* out, mx::array value) {
  *out = handles().add(std::move(value));
}

const mx::array& get(mtp_array x) {
  return handles().get(x);
}

}  // namespace

extern "C" {

int mtp_unary(int op, mtp_array x, mtp_array* out) {
  return guarded([&] { add_to(out, unary(op, get(x))); });
}

int mtp_binary(int op, mtp_array a, mtp_array b, mtp_array* out) {
  return guarded([&] { add_to(out, binary(op, get(a), get(b))); });
}

int mtp_binary_scalar(int op, mtp_array a, double b, mtp_array* out) {
  return guarded([&] { add_to(out, binary(op, get(a), scalar_of(b, get(a).dtype()))); });
}

int mtp_along_axis(int op, mtp_array x, int axis, int keepdims, mtp_array* out) {
  return guarded([&] { add_to(out, along_axis(op, get(x), axis, keepdims != 0)); });
}

int mtp_astype(mtp_array x, int dtype, mtp_array* out) {
  return guarded([&] { add_to(out, mx::astype(get(x), dtype_of(dtype))); });
}

int mtp_view(mtp_array x, int dtype, mtp_array* out) {
  return guarded([&] { add_to(out, mx::view(get(x), dtype_of(dtype))); });
}

int mtp_reshape(mtp_array x, const int* shape, int ndim, mtp_array* out) {
  return guarded([&] { add_to(out, mx::reshape(get(x), shape_of(shape, ndim))); });
}

int mtp_broadcast_to(mtp_array x, const int* shape, int ndim, mtp_array* out) {
  return guarded([&] { add_to(out, mx::broadcast_to(get(x), shape_of(shape, ndim))); });
}

int mtp_transpose(mtp_array x, const int* axes, int n, mtp_array* out) {
  return guarded([&] { add_to(out, mx::transpose(get(x), std::vector<int>(axes, axes + n))); });
}

int mtp_slice(mtp_array x, const int* start_stop_stride, int ndim, mtp_array* out) {
  return guarded([&] {
    auto r = range_of(start_stop_stride, ndim);
    add_to(out, mx::slice(get(x), std::move(r.start), std::move(r.stop), std::move(r.stride)));
  });
}

int mtp_slice_update(mtp_array x, mtp_array update, const int* start_stop_stride, int ndim, mtp_array* out) {
  return guarded([&] {
    auto r = range_of(start_stop_stride, ndim);
    add_to(out, mx::slice_update(get(x), get(update), std::move(r.start), std::move(r.stop), std::move(r.stride)));
  });
}

int mtp_concatenate(const mtp_array* arrays, int n, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::concatenate(handles().get_all(arrays, n), axis)); });
}

int mtp_stack(const mtp_array* arrays, int n, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::stack(handles().get_all(arrays, n), axis)); });
}

int mtp_split(mtp_array x, const int* indices, int n, int axis, mtp_array* outs) {
  return guarded([&] {
    for (auto& part : mx::split(get(x), shape_of(indices, n), axis)) {
      add_to(outs++, std::move(part));
    }
  });
}

int mtp_take(mtp_array x, mtp_array indices, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::take(get(x), get(indices), axis)); });
}

int mtp_take_along_axis(mtp_array x, mtp_array indices, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::take_along_axis(get(x), get(indices), axis)); });
}

int mtp_argpartition(mtp_array x, int kth, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::argpartition(get(x), kth, axis)); });
}

int mtp_repeat(mtp_array x, int repeats, int axis, mtp_array* out) {
  return guarded([&] { add_to(out, mx::repeat(get(x), repeats, axis)); });
}

int mtp_where(mtp_array condition, mtp_array x, mtp_array y, mtp_array* out) {
  return guarded([&] { add_to(out, mx::where(get(condition), get(x), get(y))); });
}

int mtp_tri(int rows, int columns, int diagonal, int dtype, mtp_array* out) {
  return guarded([&] { add_to(out, mx::tri(rows, columns, diagonal, dtype_of(dtype))); });
}

int mtp_pad(mtp_array x, int axis, int before, int after, mtp_array* out) {
  return guarded([&] {
    const auto& a = get(x);
    add_to(out, mx::pad(a, {axis}, mx::Shape{before}, mx::Shape{after}, mx::array(0, a.dtype())));
  });
}

int mtp_conv1d(mtp_array x, mtp_array weight, int groups, mtp_array* out) {
  return guarded([&] { add_to(out, mx::conv1d(get(x), get(weight), 1, 0, 1, groups)); });
}

}  // extern "C"
