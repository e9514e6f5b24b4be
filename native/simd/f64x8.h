#pragma once
// Eight virtual lanes of double on every target: 4 x 128, 2 x 256 or 1 x 512 bit. The fixed lane
// count makes every reduction tree the same, and `fma` is correctly rounded on every target, so a
// kernel gives bit-identical results on sse2, avx2 and avx512.
//
// Included only by files compiled once per target. Everything here is in an unnamed namespace: no
// symbol may have external linkage, or the linker could keep the AVX-512 copy for everybody (see
// scripts/check-kernel-symbols.sh).
//
// minimum(a, b) and maximum(a, b) return b when either is NaN, as the instructions do: put the
// bound first and the value second, then a NaN passes through.
#ifndef BOT4_TARGET
#error "f64x8.h is only for kernel files; the build must define BOT4_TARGET"
#endif

#if defined(__AVX512F__)
#include "simd/f64x8_avx512.h"
#elif defined(__AVX2__)
#include "simd/f64x8_avx2.h"
#else
#include "simd/f64x8_sse2.h"
#endif

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr int kLanes = 8;

/// The sum of the eight lanes, in the fixed order of `reduce_pair`.
inline double reduce_add(F64x8 a) { return reduce_pair(a).first(); }

#if !defined(__SSE4_1__)
/// Largest integer not above x, never -0. From 2^52 on every double is one; NaN stays NaN.
template <typename V>
inline V floor(V x) {
  const V limit = V::set1(0x1p52);
  // Away from zero by 2^52 the spacing of doubles is 1, so that the sum is rounded to an integer.
  const V magic = select(less(x, V::zero()), V::set1(-0x1p52), limit);
  const V nearest = sub(add(x, magic), magic);
  const V down = sub(nearest, select(less(x, nearest), V::set1(1.0), V::zero()));
  return select(less(abs(x), limit), down, x);
}
#endif

}  // namespace
}  // namespace bot4::BOT4_TARGET
