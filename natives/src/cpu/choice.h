// The greedy choice of a row of logits, what its softmax divides by, and how many come before one.
#pragma once

#include "elementwise.h"
#include "simd.h"

namespace mtp::cpu::MTP_TARGET {

// The first of the greatest; a NaN is never chosen.
template <class Load>
MTP_INLINE Best best_of(const void* logits, long begin, long end) {
  const auto* x = static_cast<const typename Load::element*>(logits);
  vf greatest = splat(-__builtin_inff());
  vi where = vi{} + static_cast<int32_t>(begin), at = where + lane_numbers();
  where = at;
  long i = begin;
  for (; i + W <= end; i += W, at += static_cast<int32_t>(W)) {
    vf v = Load::load(x + i);
    vi greater = v > greatest;
    greatest = select(greater, v, greatest);
    where = (at & greater) | (where & ~greater);
  }
  Best best{-__builtin_inff(), begin};
  if (i > begin) {
    for (long lane = 0; lane < W; lane++) {
      best = better(best, {greatest[lane], where[lane]});
    }
  }
  for (; i < end; i++) {
    best = better(best, {Load::one(x + i), i});
  }
  return best;
}

static Best best(const void* logits, Type type, long begin, long end) {
  switch (type) {
    case Type::f32:
      return best_of<F32>(logits, begin, end);
    case Type::bf16:
      return best_of<BF16>(logits, begin, end);
    default:
      return best_of<F16>(logits, begin, end);
  }
}

template <class Load>
MTP_INLINE float sum_of_powers(const void* logits, float less, float scale, long begin, long end) {
  const auto* x = static_cast<const typename Load::element*>(logits);
  vf acc = {};
  long i = begin;
  for (; i + W <= end; i += W) {
    acc += exp((Load::load(x + i) - less) * scale);
  }
  float rest = 0;
  for (; i < end; i++) {
    rest += exp(splat((Load::one(x + i) - less) * scale))[0];
  }
  return sum(acc) + rest;
}

// The sum of e^(scale (x - less)).
static float powers(const void* logits, Type type, float less, float scale, long begin, long end) {
  switch (type) {
    case Type::f32:
      return sum_of_powers<F32>(logits, less, scale, begin, end);
    case Type::bf16:
      return sum_of_powers<BF16>(logits, less, scale, begin, end);
    default:
      return sum_of_powers<F16>(logits, less, scale, begin, end);
  }
}

template <class Load>
MTP_INLINE long count_above(const void* logits, float value, long begin, long end) {
  const auto* x = static_cast<const typename Load::element*>(logits);
  vi counts = {};
  long i = begin;
  for (; i + W <= end; i += W) {
    // A comparison that holds is -1.
    counts -= Load::load(x + i) > value;
  }
  long count = 0;
  for (long lane = 0; lane < W; lane++) {
    count += counts[lane];
  }
  for (; i < end; i++) {
    count += Load::one(x + i) > value ? 1 : 0;
  }
  return count;
}

static long above(const void* logits, Type type, float value, long begin, long end) {
  switch (type) {
    case Type::f32:
      return count_above<F32>(logits, value, begin, end);
    case Type::bf16:
      return count_above<BF16>(logits, value, begin, end);
    default:
      return count_above<F16>(logits, value, begin, end);
  }
}

}  // namespace mtp::cpu::MTP_TARGET
