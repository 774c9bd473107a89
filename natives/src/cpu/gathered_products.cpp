// Products of each row with a matrix of its own, as experts want them.
#include "kernel_primitive.h"
#include "packed_weights.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

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
  OrderedRows rows(g.rows.data(), static_cast<long>(g.order.size()), k, type_of(w.dtype()));
  Type y_type = type_of(out[0].dtype());
  std::vector<char> y(out[0].nbytes());
  parallel_groups(g, n, k, [&](const Gathered::Group& group, long begin, long end) {
    Linear l{
        rows.data() + group.begin * k, group.rows, w.data<char>() + group.matrix * n * k * static_cast<long>(w.itemsize()), type_of(w.dtype()),
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
  Scratch arranged(base.rows * width);
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

}  // namespace

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

}  // namespace mtp::cpu
