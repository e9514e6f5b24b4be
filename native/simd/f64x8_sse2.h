#pragma once
// Included by simd/f64x8.h: four 128-bit registers, the x86-64 baseline.
#include "simd/f64x2.h"

namespace bot4::BOT4_TARGET {
namespace {

struct F64x8 {
  __m128d v[4];
  static F64x8 set1(double x) {
    const __m128d s = _mm_set1_pd(x);
    return {{s, s, s, s}};
  }
  static F64x8 zero() { return set1(0.0); }
  static F64x8 load(const double* p) {
    return {{_mm_loadu_pd(p), _mm_loadu_pd(p + 2), _mm_loadu_pd(p + 4), _mm_loadu_pd(p + 6)}};
  }
  /// The same of values that were just written one by one; see `load_each`.
  static F64x8 load_fresh(const double* p, const double* same) {
    return {{load_each(p, same), load_each(p + 2, same + 2), load_each(p + 4, same + 4),
             load_each(p + 6, same + 6)}};
  }
  void store(double* p) const {
    for (int i = 0; i < 4; ++i) _mm_storeu_pd(p + 2 * i, v[i]);
  }
};

struct M8 {
  __m128d v[4];
  /// Bit l is lane l.
  unsigned bits() const {
    return static_cast<unsigned>(_mm_movemask_pd(v[0]) | _mm_movemask_pd(v[1]) << 2 |
                                 _mm_movemask_pd(v[2]) << 4 | _mm_movemask_pd(v[3]) << 6);
  }
};

#define BOT4_LANES(type, name, in, op)                                               \
  inline type name(in a, in b) {                                                     \
    return {{op(a.v[0], b.v[0]), op(a.v[1], b.v[1]), op(a.v[2], b.v[2]),             \
             op(a.v[3], b.v[3])}};                                                   \
  }
BOT4_LANES(F64x8, add, F64x8, _mm_add_pd)
BOT4_LANES(F64x8, sub, F64x8, _mm_sub_pd)
BOT4_LANES(F64x8, mul, F64x8, _mm_mul_pd)
BOT4_LANES(F64x8, div, F64x8, _mm_div_pd)
BOT4_LANES(F64x8, minimum, F64x8, _mm_min_pd)
BOT4_LANES(F64x8, maximum, F64x8, _mm_max_pd)
BOT4_LANES(M8, less, F64x8, _mm_cmplt_pd)
BOT4_LANES(M8, less_equal, F64x8, _mm_cmple_pd)
BOT4_LANES(M8, equal, F64x8, _mm_cmpeq_pd)
BOT4_LANES(M8, both, M8, _mm_and_pd)
BOT4_LANES(M8, either, M8, _mm_or_pd)
#undef BOT4_LANES

inline F64x8 abs(F64x8 a) {
  const __m128d sign = _mm_set1_pd(-0.0);
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = _mm_andnot_pd(sign, a.v[i]);
  return out;
}
inline F64x8 fma(F64x8 a, F64x8 b, F64x8 c) {
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = fma_sse2(a.v[i], b.v[i], c.v[i]);
  return out;
}
inline F64x8 negate(F64x8 a) {
  const __m128d sign = _mm_set1_pd(-0.0);
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = _mm_xor_pd(sign, a.v[i]);
  return out;
}
/// a + b where the mask holds, a elsewhere. Requires a != -0 there.
inline F64x8 add_where(M8 m, F64x8 a, F64x8 b) {
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = _mm_add_pd(a.v[i], _mm_and_pd(m.v[i], b.v[i]));
  return out;
}
inline F64x8 select(M8 m, F64x8 yes, F64x8 no) {
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = blend(m.v[i], yes.v[i], no.v[i]);
  return out;
}

/// a where the mask holds, 0 elsewhere.
inline F64x8 keep_where(M8 m, F64x8 a) {
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = _mm_and_pd(m.v[i], a.v[i]);
  return out;
}
/// -(a b + c), rounded once.
inline F64x8 negative_fma(F64x8 a, F64x8 b, F64x8 c) { return fma(negate(a), b, negate(c)); }

/// `magnitude`, which must not be negative, with the sign of `sign`.
inline F64x8 copy_sign(F64x8 magnitude, F64x8 sign) {
  const __m128d mask = _mm_set1_pd(-0.0);
  F64x8 out;
  for (int i = 0; i < 4; ++i) {
    out.v[i] = _mm_or_pd(magnitude.v[i], _mm_and_pd(mask, sign.v[i]));
  }
  return out;
}
/// Negative where both are; the other bits mean nothing.
inline F64x8 both_negative(F64x8 a, F64x8 b) {
  F64x8 out;
  for (int i = 0; i < 4; ++i) out.v[i] = _mm_and_pd(a.v[i], b.v[i]);
  return out;
}

/// Sums the eight lanes with one fixed tree: ((0+4)+(2+6)) + ((1+5)+(3+7)), into lane 0.
inline F64x2 reduce_pair(F64x8 a) {
  const __m128d twos =
      _mm_add_pd(_mm_add_pd(a.v[0], a.v[2]), _mm_add_pd(a.v[1], a.v[3]));
  return {_mm_add_pd(twos, _mm_unpackhi_pd(twos, twos))};
}

/// Multiplies x by 2^k, where k stands in the low bits of `magic_k` = k + 1.5 * 2^52.
/// Requires x and the result to be normal, -1022 <= k <= 1023.
inline F64x8 scale_by_power(F64x8 x, F64x8, F64x8 magic_k) {
  const __m128i bias = _mm_set1_epi64x(1023);
  F64x8 out;
  for (int i = 0; i < 4; ++i) {
    const __m128i k = _mm_add_epi64(_mm_castpd_si128(magic_k.v[i]), bias);
    out.v[i] = _mm_mul_pd(x.v[i], _mm_castsi128_pd(_mm_slli_epi64(k, 52)));
  }
  return out;
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
