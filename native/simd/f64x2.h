#pragma once
// Two lanes of double in one 128-bit register, on every target: the narrow companion of F64x8 for
// the part of a computation that has one value only. Same operations, same names, same bits.
#include <emmintrin.h>
#if defined(__SSE4_1__)
#include <immintrin.h>
#else
#include "simd/fma_sse2.h"
#endif

namespace bot4::BOT4_TARGET {
namespace {

/// The address `p`, so that the compiler does not know it for `p`: of two neighbours loaded through
/// both it cannot make one load.
inline const double* hidden(const double* p) {
  asm("" : "+r"(p));
  return p;
}

/// Loads two doubles, one by one, where `same` is `hidden(p)`. A store of one that is still in the
/// store buffer is forwarded to a load of that one; a load of both, or of a whole vector, waits
/// until the store has retired, and with it everything before it.
inline __m128d load_each(const double* p, const double* same) {
  return _mm_loadh_pd(_mm_load_sd(p), same + 1);
}

struct F64x2 {
  __m128d v;
  static F64x2 zero() { return {_mm_setzero_pd()}; }
  static F64x2 set1(double x) { return {_mm_set1_pd(x)}; }
  /// The value of lane 0.
  double first() const { return _mm_cvtsd_f64(v); }
};

struct M2 {
  __m128d m;
};

inline F64x2 add(F64x2 a, F64x2 b) { return {_mm_add_pd(a.v, b.v)}; }
inline F64x2 sub(F64x2 a, F64x2 b) { return {_mm_sub_pd(a.v, b.v)}; }
inline F64x2 mul(F64x2 a, F64x2 b) { return {_mm_mul_pd(a.v, b.v)}; }
inline F64x2 div(F64x2 a, F64x2 b) { return {_mm_div_pd(a.v, b.v)}; }
inline F64x2 minimum(F64x2 a, F64x2 b) { return {_mm_min_pd(a.v, b.v)}; }
inline F64x2 maximum(F64x2 a, F64x2 b) { return {_mm_max_pd(a.v, b.v)}; }
inline F64x2 abs(F64x2 a) { return {_mm_andnot_pd(_mm_set1_pd(-0.0), a.v)}; }

inline M2 less(F64x2 a, F64x2 b) { return {_mm_cmplt_pd(a.v, b.v)}; }
inline M2 less_equal(F64x2 a, F64x2 b) { return {_mm_cmple_pd(a.v, b.v)}; }
inline M2 equal(F64x2 a, F64x2 b) { return {_mm_cmpeq_pd(a.v, b.v)}; }
inline M2 both(M2 a, M2 b) { return {_mm_and_pd(a.m, b.m)}; }
inline M2 either(M2 a, M2 b) { return {_mm_or_pd(a.m, b.m)}; }

inline F64x2 negate(F64x2 a) { return {_mm_xor_pd(_mm_set1_pd(-0.0), a.v)}; }
/// a where the mask holds, 0 elsewhere.
inline F64x2 keep_where(M2 m, F64x2 a) { return {_mm_and_pd(m.m, a.v)}; }
/// a + b where the mask holds, a elsewhere. Requires a != -0 there.
inline F64x2 add_where(M2 m, F64x2 a, F64x2 b) { return {_mm_add_pd(a.v, _mm_and_pd(m.m, b.v))}; }
#if defined(__SSE4_1__)
inline F64x2 fma(F64x2 a, F64x2 b, F64x2 c) { return {_mm_fmadd_pd(a.v, b.v, c.v)}; }
/// -(a b + c), rounded once.
inline F64x2 negative_fma(F64x2 a, F64x2 b, F64x2 c) { return {_mm_fnmsub_pd(a.v, b.v, c.v)}; }
inline F64x2 select(M2 m, F64x2 yes, F64x2 no) { return {_mm_blendv_pd(no.v, yes.v, m.m)}; }
inline F64x2 floor(F64x2 x) { return {_mm_add_pd(_mm_floor_pd(x.v), _mm_setzero_pd())}; }
#else
inline F64x2 fma(F64x2 a, F64x2 b, F64x2 c) { return {fma_sse2(a.v, b.v, c.v)}; }
inline F64x2 negative_fma(F64x2 a, F64x2 b, F64x2 c) { return fma(negate(a), b, negate(c)); }
inline F64x2 select(M2 m, F64x2 yes, F64x2 no) { return {blend(m.m, yes.v, no.v)}; }
#endif

/// Multiplies x by 2^k, as the function of the same name over eight lanes.
inline F64x2 scale_by_power(F64x2 x, F64x2, F64x2 magic_k) {
  const __m128i k = _mm_add_epi64(_mm_castpd_si128(magic_k.v), _mm_set1_epi64x(1023));
  return {_mm_mul_pd(x.v, _mm_castsi128_pd(_mm_slli_epi64(k, 52)))};
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
