// Element-wise primitives, and whether the kernels serve.
#include <atomic>
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

bool enabled() {
  static const bool off = [] {
    const char* text = std::getenv("MLXMTP_KERNELS");
    return text && std::strcmp(text, "off") == 0;
  }();
  return !off && mx::default_device() == mx::Device(mx::Device::cpu);
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
