// One table of kernels, compiled once per instruction set with its own MTP_TARGET.
#include "attention.h"
#include "choice.h"
#include "delta_net.h"
#include "elementwise.h"
#include "encode.h"
#include "linear.h"
#include "packed.h"

#define MTP_TEXT_(x) #x
#define MTP_TEXT(x) MTP_TEXT_(x)
#define MTP_JOIN_(a, b) a##b
#define MTP_JOIN(a, b) MTP_JOIN_(a, b)

namespace mtp::cpu {

const Kernels* MTP_JOIN(kernels_, MTP_TARGET)() {
  namespace target = MTP_TARGET;
  static const Kernels table = {
      MTP_TEXT(MTP_TARGET), target::linear,      target::order,         target::ordered,   target::packed,
      target::arrange,      target::arranged_floats, target::unpack,     target::rms_norm,  target::swiglu,
      target::delta_mix,    target::delta_heads, target::attention,     target::encode,    target::best,
      target::powers,       target::above,       target::read,          target::all_finite, target::to_float,
      target::from_float,
  };
  return &table;
}

}  // namespace mtp::cpu
