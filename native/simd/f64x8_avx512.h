#pragma once
// Included by simd/f64x8.h: one 512-bit register.
// GCC 12's own header trips these warnings on every intrinsic with an undefined source (GCC bug
// 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#pragma GCC diagnostic pop

#include "simd/f64x2.h"

namespace bot4::BOT4_TARGET {
namespace {

struct F64x8 {
  __m512d v;
  static F64x8 zero() { return {_mm512_setzero_pd()}; }
  static F64x8 set1(double x) { return {_mm512_set1_pd(x)}; }
  static F64x8 load(const double* p) { return {_mm512_loadu_pd(p)}; }
  /// The same of values that were just written one by one; see `load_each`.
  static F64x8 load_fresh(const double* p, const double* same) {
    const __m256d low = _mm256_set_m128d(load_each(p + 2, same + 2), load_each(p, same));
    const __m256d high = _mm256_set_m128d(load_each(p + 6, same + 6), load_each(p + 4, same + 4));
    return {_mm512_insertf64x4(_mm512_castpd256_pd512(low), high, 1)};
  }
  void store(double* p) const { _mm512_storeu_pd(p, v); }
};

struct M8 {
  __mmask8 m;
  /// Bit l is lane l.
  unsigned bits() const { return m; }
};

inline F64x8 add(F64x8 a, F64x8 b) { return {_mm512_add_pd(a.v, b.v)}; }
inline F64x8 sub(F64x8 a, F64x8 b) { return {_mm512_sub_pd(a.v, b.v)}; }
inline F64x8 mul(F64x8 a, F64x8 b) { return {_mm512_mul_pd(a.v, b.v)}; }
inline F64x8 div(F64x8 a, F64x8 b) { return {_mm512_div_pd(a.v, b.v)}; }
inline F64x8 minimum(F64x8 a, F64x8 b) { return {_mm512_min_pd(a.v, b.v)}; }
inline F64x8 maximum(F64x8 a, F64x8 b) { return {_mm512_max_pd(a.v, b.v)}; }
inline F64x8 abs(F64x8 a) { return {_mm512_abs_pd(a.v)}; }
inline F64x8 fma(F64x8 a, F64x8 b, F64x8 c) { return {_mm512_fmadd_pd(a.v, b.v, c.v)}; }

inline M8 less(F64x8 a, F64x8 b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)}; }
inline M8 less_equal(F64x8 a, F64x8 b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)}; }
inline M8 equal(F64x8 a, F64x8 b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_EQ_OQ)}; }
inline M8 both(M8 a, M8 b) { return {static_cast<__mmask8>(a.m & b.m)}; }
inline M8 either(M8 a, M8 b) { return {static_cast<__mmask8>(a.m | b.m)}; }
inline F64x8 negate(F64x8 a) { return {_mm512_xor_pd(_mm512_set1_pd(-0.0), a.v)}; }
/// a + b where the mask holds, a elsewhere. Requires a != -0 there.
inline F64x8 add_where(M8 m, F64x8 a, F64x8 b) {
  return {_mm512_mask_add_pd(a.v, m.m, a.v, b.v)};
}
inline F64x8 select(M8 m, F64x8 yes, F64x8 no) {
  return {_mm512_mask_blend_pd(m.m, no.v, yes.v)};
}

/// a where the mask holds, 0 elsewhere.
inline F64x8 keep_where(M8 m, F64x8 a) { return {_mm512_maskz_mov_pd(m.m, a.v)}; }
/// -(a b + c), rounded once.
inline F64x8 negative_fma(F64x8 a, F64x8 b, F64x8 c) {
  return {_mm512_fnmsub_pd(a.v, b.v, c.v)};
}

/// `magnitude`, which must not be negative, with the sign of `sign`.
inline F64x8 copy_sign(F64x8 magnitude, F64x8 sign) {
  constexpr int kMagnitudeOrSign = 0xF8;  // a | (b & c)
  return {_mm512_castsi512_pd(_mm512_ternarylogic_epi64(
      _mm512_castpd_si512(magnitude.v), _mm512_castpd_si512(sign.v),
      _mm512_castpd_si512(_mm512_set1_pd(-0.0)), kMagnitudeOrSign))};
}
/// Negative where both are; the other bits mean nothing.
inline F64x8 both_negative(F64x8 a, F64x8 b) { return {_mm512_and_pd(a.v, b.v)}; }

/// Largest integer not above x, never -0; NaN stays NaN.
inline F64x8 floor(F64x8 x) {
  const __m512d down = _mm512_roundscale_pd(x.v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  return {_mm512_add_pd(down, _mm512_setzero_pd())};
}

/// Sums the eight lanes with one fixed tree: ((0+4)+(2+6)) + ((1+5)+(3+7)), into lane 0.
inline F64x2 reduce_pair(F64x8 a) {
  const __m256d fours = _mm256_add_pd(_mm512_castpd512_pd256(a.v), _mm512_extractf64x4_pd(a.v, 1));
  const __m128d twos =
      _mm_add_pd(_mm256_castpd256_pd128(fours), _mm256_extractf128_pd(fours, 1));
  return {_mm_add_pd(twos, _mm_unpackhi_pd(twos, twos))};
}

/// Multiplies x by 2^k, where k stands in the low bits of `magic_k` = k + 1.5 * 2^52.
/// Requires x and the result to be normal, -1022 <= k <= 1023.
inline F64x8 scale_by_power(F64x8 x, F64x8 k, F64x8) { return {_mm512_scalef_pd(x.v, k.v)}; }

}  // namespace
}  // namespace bot4::BOT4_TARGET
