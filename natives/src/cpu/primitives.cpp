// Element-wise primitives, and whether the kernels serve.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>

#include "kernel_primitive.h"
#include "primitives.h"

namespace mtp::cpu {

namespace {

void rms_norm_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters& p) {
  Rows x(in[0]);
  long d = in[0].shape(-1);
  RmsNorm r{x.data(), out[0].data<char>(), type_of(in[0].dtype()), in[1].data<float>(), d, p.floats[0]};
  parallel(static_cast<long>(in[0].size()) / d, 4 * d, 1, [&](long begin, long end) { kernels().rms_norm(r, begin, end); });
}

void swiglu_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  Rows gate(in[0]), up(in[1]);
  SwiGlu s{gate.data(), up.data(), out[0].data<char>(), type_of(in[0].dtype())};
  parallel(static_cast<long>(in[0].size()), 8, 64, [&](long begin, long end) { kernels().swiglu(s, begin, end); });
}

bool& wanted_flag() {
  static bool flag = [] {
    const char* text = std::getenv("MLXMTP_KERNELS");
    return !(text && std::strcmp(text, "off") == 0);
  }();
  return flag;
}

void all_finite_eval(const std::vector<mx::array>& in, std::vector<mx::array>& out, const Parameters&) {
  Rows x(in[0]);
  std::atomic<bool> finite{true};
  parallel(static_cast<long>(in[0].size()), 1, 64, [&](long begin, long end) {
    if (!kernels().all_finite(x.data(), type_of(in[0].dtype()), begin, end)) {
      finite = false;
    }
  });
  *out[0].data<bool>() = finite;
}

}  // namespace

bool wanted() {
  return wanted_flag();
}

void set_wanted(bool wanted) {
  wanted_flag() = wanted;
}

bool enabled() {
  return wanted() && mx::default_device() == mx::Device(mx::Device::cpu);
}

double read_bandwidth(long bytes) {
  constexpr int passes = 7;
  constexpr long block = 4096;
  long blocks = std::max(1L, bytes / block);
  Scratch memory(blocks * block / 4);
  std::memset(memory.data(), 1, static_cast<size_t>(blocks * block));
  std::vector<double> seconds;
  std::atomic<uint64_t> sink{0};
  for (int i = 0; i < passes; i++) {
    auto start = std::chrono::steady_clock::now();
    parallel(blocks, block, 1, [&](long begin, long end) {
      sink |= kernels().read(reinterpret_cast<const char*>(memory.data()) + begin * block, (end - begin) * block);
    });
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  return static_cast<double>(blocks * block) / seconds[passes / 2];
}

bool supports(mx::Dtype type) {
  return type == mx::float32 || type == mx::bfloat16 || type == mx::float16;
}

void set_threads(int n) {
  Pool::shared().limit(n);
}

mx::array rms_norm(const mx::array& x, const mx::array& weight, float eps) {
  require(x.ndim() > 0 && weight.shape() == mx::Shape{x.shape(-1)}, "rms_norm");
  return one(
      x.shape(), x.dtype(), std::make_shared<Kernel>("CpuRmsNorm", rms_norm_eval, Parameters{{}, {eps}}),
      {x, mx::astype(weight, mx::float32)});
}

mx::array swiglu(const mx::array& gate, const mx::array& up) {
  require(gate.shape() == up.shape(), "swiglu");
  return one(gate.shape(), gate.dtype(), std::make_shared<Kernel>("CpuSwiGlu", swiglu_eval, Parameters{}), {gate, up});
}

mx::array all_finite(const mx::array& x) {
  return one({}, mx::bool_, std::make_shared<Kernel>("CpuAllFinite", all_finite_eval, Parameters{}), {x});
}

}  // namespace mtp::cpu
