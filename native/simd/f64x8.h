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

/// Sums the eight lanes with one fixed tree: ((0+4)+(2+6)) + ((1+5)+(3+7)).
inline double reduce_add(F64x8 a) {
  alignas(64) double t[8];
  a.store(t);
  return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/// Largest integer not above x. From 2^52 on every double is one; NaN stays NaN.
inline F64x8 floor(F64x8 x) {
  const F64x8 limit = F64x8::set1(0x1p52);
  // Away from zero by 2^52 the spacing of doubles is 1, so that the sum is rounded to an integer.
  const F64x8 magic = select(less(x, F64x8::zero()), F64x8::set1(-0x1p52), limit);
  const F64x8 nearest = sub(add(x, magic), magic);
  const F64x8 down = sub(nearest, select(less(x, nearest), F64x8::set1(1.0), F64x8::zero()));
  return select(less(abs(x), limit), down, x);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
