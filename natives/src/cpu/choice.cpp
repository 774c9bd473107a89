// The greedy choice as one node, and where a row of logits has a token.
#include <cmath>

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

// A row is summed by blocks of this many logits, in their order, whoever computes them.
constexpr long block = 8192;

// Of each row the greatest logit, and the sum of e^(scale (x - greatest)).
struct Softmax {
  Best best;
  float sum;
};

std::vector<Softmax> softmax_of(const char* logits, Type type, long rows, long width, long n, float scale) {
  long blocks = (n + block - 1) / block;
  std::vector<Best> best(static_cast<size_t>(rows * blocks));
  std::vector<float> powers(best.size());
  auto row = [&](long unit) { return logits + unit / blocks * width * size_of(type); };
  auto begin_of = [&](long unit) { return unit % blocks * block; };
  auto end_of = [&](long unit) { return std::min(n, begin_of(unit) + block); };

  parallel(rows * blocks, block, 1, [&](long begin, long end) {
    for (long u = begin; u < end; u++) {
      best[u] = kernels().best(row(u), type, begin_of(u), end_of(u));
    }
  });
  std::vector<Softmax> of(static_cast<size_t>(rows));
  for (long r = 0; r < rows; r++) {
    of[r] = {best[r * blocks], 0};
    for (long b = 1; b < blocks; b++) {
      of[r].best = better(of[r].best, best[r * blocks + b]);
    }
  }
  parallel(rows * blocks, 4 * block, 1, [&](long begin, long end) {
    for (long u = begin; u < end; u++) {
      powers[u] = kernels().powers(row(u), type, of[u / blocks].best.value, scale, begin_of(u), end_of(u));
    }
  });
  for (long u = 0; u < rows * blocks; u++) {
    of[u / blocks].sum += powers[u];
  }
  return of;
}

void greedy_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows logits(in[0]);
  long width = in[0].shape(-1), rows = static_cast<long>(in[0].size()) / width;
  auto softmax = softmax_of(logits.data<char>(), type_of(in[0].dtype()), rows, width, p.integers[0], 1);
  for (long r = 0; r < rows; r++) {
    auto [best, sum] = softmax[r];
    out[0].data<int32_t>()[r] = static_cast<int32_t>(best.at);
    out[1].data<float>()[r] = best.value;
    out[2].data<float>()[r] = best.value + std::log(sum);
  }
}

void standing_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows logits(in[0]);
  Rows tokens(in[1]);
  Type type = type_of(in[0].dtype());
  long width = in[0].shape(-1), n = p.integers[0], rows = static_cast<long>(in[1].size());
  float scale = p.floats[0];
  auto softmax = softmax_of(logits.data<char>(), type, rows, width, n, scale);
  for (long r = 0; r < rows; r++) {
    const char* row = logits.data<char>() + r * width * size_of(type);
    int32_t token = tokens.data<int32_t>()[r];
    float logit = -__builtin_inff();
    if (token >= 0 && token < n) {
      kernels().to_float(row + token * size_of(type), type, &logit, 1);
    }
    out[0].data<float>()[r] = std::exp(scale * (logit - softmax[r].best.value)) / softmax[r].sum;
    out[1].data<int32_t>()[r] = static_cast<int32_t>(kernels().above(row, type, logit, 0, n));
  }
}

}  // namespace

std::vector<mx::array> greedy(const mx::array& logits, int vocabulary) {
  require(logits.ndim() > 0 && vocabulary > 0 && vocabulary <= logits.shape(-1), "greedy");
  mx::Shape rows(logits.shape().begin(), logits.shape().end() - 1);
  return mx::array::make_arrays(
      {rows, rows, rows}, {mx::int32, mx::float32, mx::float32},
      std::make_shared<Kernel>("CpuGreedy", greedy_eval, Parameters{{vocabulary}, {}}), {logits});
}

std::vector<mx::array> standing(const mx::array& logits, const mx::array& tokens, int vocabulary, float scale) {
  require(
      logits.ndim() == 3 && logits.shape(0) == 1 && tokens.ndim() == 2 && tokens.shape(0) == 1 && tokens.shape(1) <= logits.shape(1) &&
          tokens.dtype() == mx::int32 && vocabulary > 0 && vocabulary <= logits.shape(-1),
      "standing");
  return mx::array::make_arrays(
      {tokens.shape(), tokens.shape()}, {mx::float32, mx::int32},
      std::make_shared<Kernel>("CpuStanding", standing_eval, Parameters{{vocabulary}, {scale}}), {logits, tokens});
}

}  // namespace mtp::cpu
