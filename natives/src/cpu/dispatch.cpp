// Chooses the table of kernels that this processor runs best.
#include "kernels.h"

namespace mtp::cpu {

const Kernels* kernels_baseline();
#if defined(__x86_64__)
const Kernels* kernels_avx2();
const Kernels* kernels_avx512();
#endif

const Kernels& kernels() {
  static const Kernels* chosen = [] {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      return kernels_avx512();
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      return kernels_avx2();
    }
#endif
    return kernels_baseline();
  }();
  return *chosen;
}

}  // namespace mtp::cpu
