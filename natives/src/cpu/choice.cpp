// The greedy choice as one node.
#include <cmath>

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

// A row is summed by blocks of this many logits, in their order, whoever computes them.
constexpr long block = 8192;

void greedy_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows logits(in[0]);
  Type type = type_of(in[0].dtype());
  long width = in[0].shape(-1), n = p.integers[0];
  long rows = static_cast<long>(in[0].size()) / width, blocks = (n + block - 1) / block;
  auto* token = out[0].data<int32_t>();
  auto* logit = out[1].data<float>();
  auto* log_sum = out[2].data<float>();

  std::vector<Best> best(static_cast<size_t>(rows * blocks));
  std::vector<float> powers(best.size());
  auto row = [&](long unit) { return logits.data<char>() + unit / blocks * width * size_of(type); };
  auto begin_of = [&](long unit) { return unit % blocks * block; };
  auto end_of = [&](long unit) { return std::min(n, begin_of(unit) + block); };

  parallel(rows * blocks, block, 1, [&](long begin, long end) {
    for (long u = begin; u < end; u++) {
      best[u] = kernels().best(row(u), type, begin_of(u), end_of(u));
    }
  });
  for (long r = 0; r < rows; r++) {
    Best of = best[r * blocks];
    for (long b = 1; b < blocks; b++) {
      of = better(of, best[r * blocks + b]);
    }
    token[r] = static_cast<int32_t>(of.at);
    logit[r] = of.value;
  }
  parallel(rows * blocks, 4 * block, 1, [&](long begin, long end) {
    for (long u = begin; u < end; u++) {
      powers[u] = kernels().powers(row(u), type, logit[u / blocks], begin_of(u), end_of(u));
    }
  });
  for (long r = 0; r < rows; r++) {
    float sum = 0;
    for (long b = 0; b < blocks; b++) {
      sum += powers[r * blocks + b];
    }
    log_sum[r] = logit[r] + std::log(sum);
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

}  // namespace mtp::cpu
