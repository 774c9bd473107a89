// Runs every CPU kernel over odd sizes on several threads, without MLX or a JVM, so that the sanitizers see all of it. The
// numbers are checked against float64 here too; the Java tests check them against more.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

#include "cpu/kernels.h"
#include "cpu/pool.h"

using namespace mtp::cpu;

namespace mtp::cpu {
const Kernels* kernels_baseline();
#if defined(__x86_64__)
const Kernels* kernels_avx2();
#endif
}  // namespace mtp::cpu

namespace {

std::mt19937 random_bits(5);
int failures = 0;

std::vector<float> normal(long n) {
  std::normal_distribution<float> d;
  std::vector<float> x(static_cast<size_t>(n));
  for (auto& v : x) {
    v = d(random_bits);
  }
  return x;
}

void expect(bool holds, const char* what, long a, long b, long c) {
  if (!holds) {
    std::printf("FAILED %s at %ld %ld %ld\n", what, a, b, c);
    failures++;
  }
}

void run(Pool& pool, long n, long grain, const Pool::Body& body) {
  pool.run(n, grain, body);
}

void linear(const Kernels& k, Pool& pool) {
  for (long width : {1L, 15L, 16L, 33L, 100L}) {
    for (long n : {1L, 7L, 50L}) {
      for (long rows : {1L, 2L, 3L, 6L, 17L}) {
        auto x = normal(rows * width), w = normal(n * width);
        std::vector<float> y(static_cast<size_t>(rows * n));
        Linear l{x.data(), rows, w.data(), Type::f32, width, n, y.data(), Type::f32};
        run(pool, n, 3, [&](long begin, long end) { k.linear(l, begin, end); });
        for (long i = 0; i < rows * n; i++) {
          double sum = 0, size = 0;
          for (long j = 0; j < width; j++) {
            double p = static_cast<double>(x[(i / n) * width + j]) * w[(i % n) * width + j];
            sum += p;
            size += std::abs(p);
          }
          expect(std::abs(y[i] - sum) <= 1e-6 * size + 1e-30, "linear", width, n, rows);
        }
        std::vector<uint16_t> half(w.size()), out(y.size());
        for (Type type : {Type::bf16, Type::f16}) {
          k.from_float(w.data(), type, half.data(), static_cast<long>(half.size()));
          std::vector<float> ordered(x.size());
          k.order(x.data(), type, width, ordered.data(), 0, rows);
          Linear h{ordered.data(), rows, half.data(), type, width, n, out.data(), type};
          run(pool, n, 3, [&](long begin, long end) { k.linear(h, begin, end); });
          expect(k.all_finite(half.data(), type, 0, static_cast<long>(half.size())), "all finite", width, n, rows);
          half.back() = type == Type::bf16 ? 0x7f80 : 0x7c00;
          expect(!k.all_finite(half.data(), type, 0, static_cast<long>(half.size())), "one infinite", width, n, rows);
        }
      }
    }
  }
}

void packed(const Kernels& k, Pool& pool) {
  struct Mode {
    Codes code;
    ScaleType scale;
    long group, per_word;
  };
  for (Mode mode :
       {Mode{Codes::e2m1, ScaleType::e8m0, 32, 8}, Mode{Codes::e4m3, ScaleType::e8m0, 32, 4}, Mode{Codes::e2m1, ScaleType::e4m3, 16, 8},
        Mode{Codes::u4, ScaleType::bf16, 32, 8}, Mode{Codes::u8, ScaleType::f32, 64, 4}}) {
    for (long columns : {64L, 128L, 192L, 448L}) {
      for (long rows : {1L, 2L, 5L}) {
        long n = 9, words = columns / mode.per_word, groups = columns / mode.group;
        std::vector<uint32_t> w(static_cast<size_t>(n * words));
        for (auto& word : w) {
          word = random_bits() & 0x77777777u;
        }
        std::vector<char> scales(static_cast<size_t>(n * groups * 4)), biases(scales.size());
        auto numbers = normal(n * groups);
        if (mode.scale == ScaleType::e8m0 || mode.scale == ScaleType::e4m3) {
          for (auto& s : scales) {
            s = static_cast<char>(mode.scale == ScaleType::e8m0 ? 120 + random_bits() % 10 : random_bits() % 100);
          }
        } else {
          Type type = mode.scale == ScaleType::bf16 ? Type::bf16 : Type::f32;
          k.from_float(numbers.data(), type, scales.data(), n * groups);
          k.from_float(numbers.data(), type, biases.data(), n * groups);
        }
        std::vector<float> y(static_cast<size_t>(rows * n)), row(static_cast<size_t>(columns));
        Packed p{nullptr, rows, w.data(), scales.data(), biases.data(), mode.code, mode.scale, mode.group, groups, words, n, y.data(), Type::f32};
        auto x = normal(rows * columns);
        std::vector<float> arranged(static_cast<size_t>(rows * k.arranged_floats(p)));
        k.arrange(p, x.data(), arranged.data(), 0, rows);
        p.x = arranged.data();
        run(pool, n, 2, [&](long begin, long end) { k.packed(p, begin, end); });
        for (long c = 0; c < n; c++) {
          k.unpack(p, c, row.data());
          for (long r = 0; r < rows; r++) {
            double sum = 0, size = 0;
            for (long j = 0; j < columns; j++) {
              double product = static_cast<double>(row[j]) * x[r * columns + j];
              sum += product;
              size += std::abs(product);
            }
            expect(std::abs(y[r * n + c] - sum) <= 3e-6 * size + 1e-30, "packed", columns, rows, static_cast<long>(mode.code));
          }
        }
      }
    }
  }
}

// Buffers of just the size, and codes that stand for the largest number of each group within its precision.
void encoders(const Kernels& k) {
  for (long groups : {1L, 3L, 40L}) {
    for (int bits : {4, 8}) {
      auto x = normal(groups * 32);
      x[0] = 0;
      x[31] = 1e-42f;
      std::vector<uint8_t> codes(static_cast<size_t>(groups * 4 * bits)), scales(static_cast<size_t>(groups));
      expect(k.encode(x.data(), Type::f32, groups, bits, codes.data(), scales.data()), "encode", groups, bits, 0);
      for (long g = 0; g < groups; g++) {
        float largest = 0;
        for (long i = 0; i < 32; i++) {
          largest = std::max(largest, std::abs(x[g * 32 + i]));
        }
        double most = std::ldexp(bits == 4 ? 6.0 : 448.0, scales[g] - 127);
        expect(most >= largest / (bits == 4 ? 2.001 : 1) && most < 2.01 * largest, "scale", groups, bits, g);
      }
      x[groups * 32 - 1] = std::numeric_limits<float>::infinity();
      expect(!k.encode(x.data(), Type::f32, groups, bits, codes.data(), scales.data()), "not finite", groups, bits, 0);
    }
  }
}

void mixers(const Kernels& k, Pool& pool) {
  for (long rows : {1L, 3L, 9L}) {
    for (long dim : {8L, 20L, 64L}) {
      DeltaNet d{};
      d.rows = rows;
      d.key_heads = 2;
      d.value_heads = 4;
      d.key_dim = dim;
      d.value_dim = dim + 4;
      d.taps = 4;
      long c = d.channels(), state = d.value_heads * d.value_dim * d.key_dim;
      auto window = normal((3 + rows) * c), weight = normal(4 * c), a = normal(rows * 4), b = normal(rows * 4), z = normal(rows * 4 * d.value_dim);
      auto negative = std::vector<float>(4, -1.5f), bias = normal(4), norm = normal(d.value_dim), before = normal(state);
      std::vector<float> mixed(static_cast<size_t>(rows * c)), after(static_cast<size_t>(state)), y(z.size());
      d.window = window.data();
      d.conv_weight = weight.data();
      d.a = a.data();
      d.b = b.data();
      d.z = z.data();
      d.negative_a = negative.data();
      d.dt_bias = bias.data();
      d.norm_weight = norm.data();
      d.norm_eps = 1e-6f;
      d.state = before.data();
      d.mixed = mixed.data();
      d.y = y.data();
      // Once into other memory, once in place: the two agree.
      for (float* into : {after.data(), before.data()}) {
        d.after = into;
        run(pool, c, 17, [&](long begin, long end) { k.delta_mix(d, begin, end); });
        run(pool, 4, 1, [&](long begin, long end) { k.delta_heads(d, begin, end); });
      }
      expect(after == before, "delta net in place", rows, dim, 0);
      for (float v : y) {
        expect(std::isfinite(v), "delta net", rows, dim, 0);
      }

      long n = static_cast<long>(window.size());
      Best best = better(k.best(window.data(), Type::f32, 0, 7), k.best(window.data(), Type::f32, 7, n));
      for (long i = 0; i < n; i++) {
        expect(window[i] <= best.value && (window[i] < best.value || i >= best.at), "the greatest", rows, dim, i);
      }
      expect(k.powers(window.data(), Type::f32, best.value, 0.5f, 0, n) >= 1, "powers", rows, dim, 0);

      for (long i = 0; i < n; i++) {
        long above = std::count_if(window.begin(), window.end(), [&](float v) { return v > window[i]; });
        expect(k.above(window.data(), Type::f32, window[i], 0, n) == above, "above", rows, dim, i);
      }

      Attention t{};
      t.rows = rows;
      t.heads = 6;
      t.key_heads = 2;
      t.dim = dim;
      t.seen = 10 + rows;
      t.capacity = 30;
      auto q = normal(rows * 6 * dim), gate = normal(rows * 6 * dim), keys = normal(2 * 30 * dim), values = normal(2 * 30 * dim);
      std::vector<float> out(q.size());
      t.q = q.data();
      t.gate = gate.data();
      t.gate_stride = dim;
      t.keys = keys.data();
      t.values = values.data();
      t.scale = 0.2f;
      t.y = out.data();
      run(pool, attention_units(t), 1, [&](long begin, long end) {
        std::vector<float> scratch(static_cast<size_t>(attention_block * (t.seen + dim)));
        k.attention(t, begin, end, scratch.data());
      });
      for (float v : out) {
        expect(std::isfinite(v), "attention", rows, dim, 0);
      }

      RmsNorm r{q.data(), out.data(), Type::f32, norm.data(), dim, 1e-6f};
      run(pool, rows * 6, 2, [&](long begin, long end) { k.rms_norm(r, begin, end); });
      SwiGlu s{q.data(), gate.data(), out.data(), Type::f32};
      run(pool, static_cast<long>(q.size()), 50, [&](long begin, long end) { k.swiglu(s, begin, end); });
    }
  }
}

}  // namespace

int main() {
  Pool pool(4);
  std::vector<const Kernels*> tables{kernels_baseline(), &kernels()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    tables.push_back(kernels_avx2());
  }
#endif
  for (const Kernels* k : tables) {
    linear(*k, pool);
    packed(*k, pool);
    encoders(*k);
    mixers(*k, pool);
    std::printf("%s done\n", k->name);
  }
  // Every instruction set packs the same bytes.
  auto numbers = normal(32 * 500);
  for (int bits : {4, 8}) {
    std::vector<std::vector<uint8_t>> written;
    for (const Kernels* k : tables) {
      std::vector<uint8_t> bytes(static_cast<size_t>(500 * 4 * bits + 500));
      k->encode(numbers.data(), Type::f32, 500, bits, bytes.data(), bytes.data() + 500 * 4 * bits);
      written.push_back(bytes);
    }
    for (const auto& bytes : written) {
      expect(bytes == written.front(), "the same bytes", bits, 0, 0);
    }
  }
  // Loops that follow one another closely, and pauses in which the threads fall asleep.
  std::atomic<long> sum{0};
  for (int i = 0; i < 2000; i++) {
    pool.run(100, 1 + i % 40, [&](long begin, long end) { sum += end - begin; });
    if (i % 100 == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  expect(sum == 200000, "pool", sum, 0, 0);
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
