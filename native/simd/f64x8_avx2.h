#pragma once
// Included by simd/f64x8.h: two 256-bit registers.
#include "simd/f64x2.h"

namespace bot4::BOT4_TARGET {
namespace {

struct F64x8 {
  __m256d v[2];
  static F64x8 zero() { return {{_mm256_setzero_pd(), _mm256_setzero_pd()}}; }
  static F64x8 set1(double x) { return {{_mm256_set1_pd(x), _mm256_set1_pd(x)}}; }
  static F64x8 load(const double* p) { return {{_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}}; }
  /// The same of values that were just written one by one; see `load_each`.
  static F64x8 load_fresh(const double* p, const double* same) {
    return {{_mm256_set_m128d(load_each(p + 2, same + 2), load_each(p, same)),
             _mm256_set_m128d(load_each(p + 6, same + 6), load_each(p + 4, same + 4))}};
  }
  void store(double* p) const {
    _mm256_storeu_pd(p, v[0]);
    _mm256_storeu_pd(p + 4, v[1]);
  }
};

struct M8 {
  __m256d v[2];
  /// Bit l is lane l.
  unsigned bits() const {
    return static_cast<unsigned>(_mm256_movemask_pd(v[0]) | _mm256_movemask_pd(v[1]) << 4);
  }
};

#define BOT4_LANES(type, name, op) \
  inline type name(F64x8 a, F64x8 b) { return {{op(a.v[0], b.v[0]), op(a.v[1], b.v[1])}}; }
#define BOT4_COMPARE(name, predicate)                            \
  inline M8 name(F64x8 a, F64x8 b) {                             \
    return {{_mm256_cmp_pd(a.v[0], b.v[0], predicate),           \
             _mm256_cmp_pd(a.v[1], b.v[1], predicate)}};         \
  }
BOT4_LANES(F64x8, add, _mm256_add_pd)
BOT4_LANES(F64x8, sub, _mm256_sub_pd)
BOT4_LANES(F64x8, mul, _mm256_mul_pd)
BOT4_LANES(F64x8, div, _mm256_div_pd)
BOT4_LANES(F64x8, minimum, _mm256_min_pd)
BOT4_LANES(F64x8, maximum, _mm256_max_pd)
BOT4_COMPARE(less, _CMP_LT_OQ)
BOT4_COMPARE(less_equal, _CMP_LE_OQ)
BOT4_COMPARE(equal, _CMP_EQ_OQ)
#undef BOT4_LANES
#undef BOT4_COMPARE

inline F64x8 abs(F64x8 a) {
  const __m256d sign = _mm256_set1_pd(-0.0);
  return {{_mm256_andnot_pd(sign, a.v[0]), _mm256_andnot_pd(sign, a.v[1])}};
}
inline F64x8 fma(F64x8 a, F64x8 b, F64x8 c) {
  return {{_mm256_fmadd_pd(a.v[0], b.v[0], c.v[0]), _mm256_fmadd_pd(a.v[1], b.v[1], c.v[1])}};
}
inline M8 both(M8 a, M8 b) {
  return {{_mm256_and_pd(a.v[0], b.v[0]), _mm256_and_pd(a.v[1], b.v[1])}};
}
inline M8 either(M8 a, M8 b) {
  return {{_mm256_or_pd(a.v[0], b.v[0]), _mm256_or_pd(a.v[1], b.v[1])}};
}
inline F64x8 negate(F64x8 a) {
  const __m256d sign = _mm256_set1_pd(-0.0);
  return {{_mm256_xor_pd(sign, a.v[0]), _mm256_xor_pd(sign, a.v[1])}};
}
/// a + b where the mask holds, a elsewhere. Requires a != -0 there.
inline F64x8 add_where(M8 m, F64x8 a, F64x8 b) {
  return {{_mm256_add_pd(a.v[0], _mm256_and_pd(m.v[0], b.v[0])),
           _mm256_add_pd(a.v[1], _mm256_and_pd(m.v[1], b.v[1]))}};
}
inline F64x8 select(M8 m, F64x8 yes, F64x8 no) {
  return {{_mm256_blendv_pd(no.v[0], yes.v[0], m.v[0]),
           _mm256_blendv_pd(no.v[1], yes.v[1], m.v[1])}};
}

/// a where the mask holds, 0 elsewhere.
inline F64x8 keep_where(M8 m, F64x8 a) {
  return {{_mm256_and_pd(m.v[0], a.v[0]), _mm256_and_pd(m.v[1], a.v[1])}};
}
/// -(a b + c), rounded once.
inline F64x8 negative_fma(F64x8 a, F64x8 b, F64x8 c) {
  return {{_mm256_fnmsub_pd(a.v[0], b.v[0], c.v[0]), _mm256_fnmsub_pd(a.v[1], b.v[1], c.v[1])}};
}

/// `magnitude`, which must not be negative, with the sign of `sign`.
inline F64x8 copy_sign(F64x8 magnitude, F64x8 sign) {
  const __m256d mask = _mm256_set1_pd(-0.0);
  return {{_mm256_or_pd(magnitude.v[0], _mm256_and_pd(mask, sign.v[0])),
           _mm256_or_pd(magnitude.v[1], _mm256_and_pd(mask, sign.v[1]))}};
}
/// Negative where both are; the other bits mean nothing.
inline F64x8 both_negative(F64x8 a, F64x8 b) {
  return {{_mm256_and_pd(a.v[0], b.v[0]), _mm256_and_pd(a.v[1], b.v[1])}};
}

/// Largest integer not above x, never -0; NaN stays NaN.
inline F64x8 floor(F64x8 x) {
  const __m256d zero = _mm256_setzero_pd();
  return {{_mm256_add_pd(_mm256_floor_pd(x.v[0]), zero),
           _mm256_add_pd(_mm256_floor_pd(x.v[1]), zero)}};
}

/// Sums the eight lanes with one fixed tree: ((0+4)+(2+6)) + ((1+5)+(3+7)), into lane 0.
inline F64x2 reduce_pair(F64x8 a) {
  const __m256d fours = _mm256_add_pd(a.v[0], a.v[1]);
  const __m128d twos =
      _mm_add_pd(_mm256_castpd256_pd128(fours), _mm256_extractf128_pd(fours, 1));
  return {_mm_add_pd(twos, _mm_unpackhi_pd(twos, twos))};
}

/// Multiplies x by 2^k, where k stands in the low bits of `magic_k` = k + 1.5 * 2^52.
/// Requires x and the result to be normal, -1022 <= k <= 1023.
inline F64x8 scale_by_power(F64x8 x, F64x8, F64x8 magic_k) {
  const __m256i bias = _mm256_set1_epi64x(1023);
  F64x8 out;
  for (int i = 0; i < 2; ++i) {
    const __m256i k = _mm256_add_epi64(_mm256_castpd_si256(magic_k.v[i]), bias);
    out.v[i] = _mm256_mul_pd(x.v[i], _mm256_castsi256_pd(_mm256_slli_epi64(k, 52)));
  }
  return out;
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
