// Products with one matrix, plain or packed.
#include "kernel_primitive.h"
#include "packed_weights.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

void linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  const auto& w = in[1];
  FloatRows floats(in[0]);
  long k = w.shape(1);
  long n = w.shape(0);
  long rows = static_cast<long>(in[0].size()) / k;
  OrderedRows x(floats.data(), rows, k, type_of(w.dtype()));
  Linear l{x.data(), rows, w.data<char>(), type_of(w.dtype()), k, n, out[0].data<char>(), type_of(out[0].dtype())};
  parallel(n, l.rows * k, 24, [&](long begin, long end) { kernels().linear(l, begin, end); });
}

// Up to so many rows are computed from the codes themselves, each in one order whatever their number. More rows share
// weights that were unpacked once, a few rows of them at a time.
constexpr long rows_from_codes = 64;
constexpr long unpacked_at_once = 24;

void packed_linear_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Packed k = packed_weights(in, out[0], p);
  k.y = out[0].data<char>();
  long columns = k.words * 32 / p.integers[1];
  k.rows = static_cast<long>(in[0].size()) / columns;
  FloatRows x(in[0]);
  if (k.rows <= rows_from_codes) {
    Scratch arranged(k.rows * kernels().arranged_floats(k));
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

// MLX copies a contiguous view of a larger buffer, to let go of that; rows of a weight that stays are read in place.
mx::array row_contiguous(const mx::array& w) {
  return w.is_available() && w.flags().row_contiguous ? w : mx::contiguous(w);
}

}  // namespace

mx::array linear(const mx::array& x, const mx::array& w) {
  if (x.ndim() < 1 || w.ndim() != 2 || x.shape(-1) != w.shape(1)) {
    throw std::invalid_argument("[linear] the last dimension of x does not match the weight's");
  }
  auto shape = x.shape();
  shape.back() = w.shape(0);
  return one(shape, x.dtype(), std::make_shared<Kernel>("CpuLinear", linear_eval, Parameters{}), {x, row_contiguous(w)});
}

bool supports_packed(const mx::array& w, const mx::array& scales, Mode mode, int bits, int group) {
  bool known = mode == Mode::affine ? (bits == 4 || bits == 8) && supports(scales.dtype()) : true;
  return known && (w.ndim() == 2 || w.ndim() == 3) && w.dtype() == mx::uint32 && group % 8 == 0 && (group & (group - 1)) == 0;
}

mx::array packed_linear(
    const mx::array& x, const mx::array& w, const mx::array& scales, const std::optional<mx::array>& biases, Mode mode, int bits, int group) {
  int columns = w.shape(1) * 32 / bits;
  if (x.ndim() < 1 || x.shape(-1) != columns || scales.ndim() != 2 || scales.shape(0) != w.shape(0) || scales.shape(1) * group != columns) {
    throw std::invalid_argument("[packed_linear] x, weight and scales do not fit together");
  }
  auto shape = x.shape();
  shape.back() = w.shape(0);
  std::vector<mx::array> inputs{x, row_contiguous(w), row_contiguous(scales)};
  if (biases) {
    inputs.push_back(row_contiguous(*biases));
  }
  return one(
      shape, x.dtype(), std::make_shared<Kernel>("CpuPackedLinear", packed_linear_eval, Parameters{{static_cast<long>(mode), bits, group}, {}}),
      std::move(inputs));
}

}  // namespace mtp::cpu
