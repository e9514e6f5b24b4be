#pragma once
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// e^x for eight lanes, with x clamped to [-708, 709]; NaN stays NaN.
///
///   k = round(x / ln 2), r = x - k ln 2 in two parts, e^x = 2^k * (Taylor polynomial of degree 13)
///
/// Determinism: bit-identical on every target (every step is exact, fused or one IEEE operation).
/// Bound:       1 ulp over the whole range against expl (test/native/decision_test.cc prints the
///              largest error it met).
/// Source:      Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6.
inline F64x8 exp(F64x8 x) {
  const F64x8 bounded = minimum(F64x8::set1(709.0), maximum(F64x8::set1(-708.0), x));
  const F64x8 magic = F64x8::set1(6755399441055744.0);  // 1.5 * 2^52
  const F64x8 magic_k = fma(bounded, F64x8::set1(1.4426950408889634), magic);
  const F64x8 k = sub(magic_k, magic);
  F64x8 r = fma(k, F64x8::set1(-0x1.62e42fefa39efp-1), bounded);
  r = fma(k, F64x8::set1(-0x1.abc9e3b39803fp-56), r);
  F64x8 p = F64x8::set1(1.0 / 6227020800.0);
  p = fma(p, r, F64x8::set1(1.0 / 479001600.0));
  p = fma(p, r, F64x8::set1(1.0 / 39916800.0));
  p = fma(p, r, F64x8::set1(1.0 / 3628800.0));
  p = fma(p, r, F64x8::set1(1.0 / 362880.0));
  p = fma(p, r, F64x8::set1(1.0 / 40320.0));
  p = fma(p, r, F64x8::set1(1.0 / 5040.0));
  p = fma(p, r, F64x8::set1(1.0 / 720.0));
  p = fma(p, r, F64x8::set1(1.0 / 120.0));
  p = fma(p, r, F64x8::set1(1.0 / 24.0));
  p = fma(p, r, F64x8::set1(1.0 / 6.0));
  p = fma(p, r, F64x8::set1(0.5));
  p = fma(p, r, F64x8::set1(1.0));
  p = fma(p, r, F64x8::set1(1.0));
  return scale_by_power(p, magic_k);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
