#pragma once
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// a b + c in two roundings: what every target has in hardware.
template <typename V>
[[gnu::always_inline]] inline V multiply_add(V a, V b, V c) {
  return add(mul(a, b), c);
}

/// What is left of e^r behind 1 + r, divided by r^2: the rest of its Taylor polynomial of degree 13,
/// evaluated in pairs (Estrin) for a short chain. `combine(a, b, c)` is a b + c.
template <typename V, typename Combine>
[[gnu::always_inline]] inline V exp_rest(V r, V r2, Combine combine) {
  const V r4 = mul(r2, r2);
  const V q01 = combine(r, V::set1(1.0 / 6.0), V::set1(0.5));
  const V q23 = combine(r, V::set1(1.0 / 120.0), V::set1(1.0 / 24.0));
  const V q45 = combine(r, V::set1(1.0 / 5040.0), V::set1(1.0 / 720.0));
  const V q67 = combine(r, V::set1(1.0 / 362880.0), V::set1(1.0 / 40320.0));
  const V q89 = combine(r, V::set1(1.0 / 39916800.0), V::set1(1.0 / 3628800.0));
  const V qab = combine(r, V::set1(1.0 / 6227020800.0), V::set1(1.0 / 479001600.0));
  const V q0 = combine(r2, q23, q01);
  const V q4 = combine(r2, q67, q45);
  const V q8 = combine(r2, qab, q89);
  return combine(r4, combine(r4, q8, q4), q0);
}

/// x clamped to [-708, 709], where e^x is normal; NaN stays NaN.
template <typename V>
[[gnu::always_inline]] inline V bounded_exponent(V x) {
  return minimum(V::set1(709.0), maximum(V::set1(-708.0), x));
}

/// `exp` of what `bounded_exponent` gave.
template <typename V>
[[gnu::always_inline]] inline V exp_bounded(V bounded) {
  const V magic = V::set1(6755399441055744.0);  // 1.5 * 2^52
  const V magic_k = fma(bounded, V::set1(1.4426950408889634), magic);
  const V k = sub(magic_k, magic);
  V r = fma(k, V::set1(-0x1.62e42fefa39efp-1), bounded);
  r = fma(k, V::set1(-0x1.abc9e3b39803fp-56), r);
  const V q = exp_rest(r, mul(r, r), [](V a, V b, V c) __attribute__((always_inline)) {
    return fma(a, b, c);
  });
  const V p = fma(r, fma(r, q, V::set1(1.0)), V::set1(1.0));
  return scale_by_power(p, k, magic_k);
}

/// e^x of every lane, with x clamped to [-708, 709]; NaN stays NaN.
///
///   k = round(x / ln 2), r = x - k ln 2 in two parts, e^x = 2^k (1 + r (1 + r q(r))), where q is
///   `exp_rest`
///
/// Determinism: bit-identical on every target (every step is exact, fused or one IEEE operation).
/// Bound:       1 ulp over the whole range against expl (test/native/decision_test.cc prints the
///              largest error it met).
/// Source:      Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6.
template <typename V>
[[gnu::always_inline]] inline V exp(V x) {
  return exp_bounded(bounded_exponent(x));
}

/// e^x of every lane as `exp`, without fused operations: for kernels that have to be fast on sse2
/// as well, where those are software.
///
/// Determinism: bit-identical on every target (every step is one IEEE operation).
/// Bound:       2 ulp (test/quant/implied-volatility.test.ts holds what is made of it).
/// Source:      as `exp`; the high part of ln 2 has 33 bits, so that its product is exact.
template <typename V>
[[gnu::always_inline]] inline V exp_unfused(V x) {
  const V bounded = bounded_exponent(x);
  const V magic = V::set1(6755399441055744.0);  // 1.5 * 2^52
  const V magic_k = multiply_add(bounded, V::set1(1.4426950408889634), magic);
  const V k = sub(magic_k, magic);
  const V high = sub(bounded, mul(k, V::set1(0x1.62e42feep-1)));
  const V r = sub(high, mul(k, V::set1(0x1.a39ef35793c76p-33)));
  const V r2 = mul(r, r);
  const V q = exp_rest(r, r2, [](V a, V b, V c) __attribute__((always_inline)) {
    return multiply_add(a, b, c);
  });
  const V p = add(V::set1(1.0), multiply_add(r2, q, r));
  return scale_by_power(p, k, magic_k);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
