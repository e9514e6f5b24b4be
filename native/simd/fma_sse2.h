#pragma once
// A correctly rounded fused multiply-add from SSE2 instructions, equal to the bit to the
// hardware's.
#include <emmintrin.h>

namespace bot4::BOT4_TARGET {
namespace {

inline __m128d blend(__m128d mask, __m128d yes, __m128d no) {
  return _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no));
}

struct TwoSum {
  __m128d sum;
  __m128d error;
};

/// a + b = sum + error exactly (Knuth).
inline TwoSum two_sum(__m128d a, __m128d b) {
  const __m128d sum = _mm_add_pd(a, b);
  const __m128d b_part = _mm_sub_pd(sum, a);
  const __m128d a_part = _mm_sub_pd(sum, b_part);
  return {sum, _mm_add_pd(_mm_sub_pd(a, a_part), _mm_sub_pd(b, b_part))};
}

/// The rounding error of p = a * b, exact while nothing over- or underflows (Dekker, Veltkamp).
inline __m128d product_error(__m128d a, __m128d b, __m128d p) {
  const __m128d split = _mm_set1_pd(134217729.0);  // 2^27 + 1
  const __m128d ta = _mm_mul_pd(split, a);
  const __m128d tb = _mm_mul_pd(split, b);
  const __m128d ah = _mm_sub_pd(ta, _mm_sub_pd(ta, a));
  const __m128d bh = _mm_sub_pd(tb, _mm_sub_pd(tb, b));
  const __m128d al = _mm_sub_pd(a, ah);
  const __m128d bl = _mm_sub_pd(b, bh);
  __m128d e = _mm_sub_pd(_mm_mul_pd(ah, bh), p);
  e = _mm_add_pd(e, _mm_mul_pd(ah, bl));
  e = _mm_add_pd(e, _mm_mul_pd(al, bh));
  return _mm_add_pd(e, _mm_mul_pd(al, bl));
}

/// a + b rounded to odd: when inexact, the neighbour whose last bit is 1.
inline __m128d add_to_odd(__m128d a, __m128d b) {
  const TwoSum s = two_sum(a, b);
  const __m128i one = _mm_set1_epi64x(1);
  const __m128i bits = _mm_castpd_si128(s.sum);
  const __m128i even = _mm_sub_epi64(_mm_and_si128(bits, one), one);  // All ones when even.
  const __m128i inexact = _mm_castpd_si128(_mm_cmpneq_pd(s.error, _mm_setzero_pd()));
  // +1 moves away from zero: right when the error has the sign of the sum, else -1.
  const __m128i differ =
      _mm_srli_epi64(_mm_castpd_si128(_mm_xor_pd(s.sum, s.error)), 63);
  const __m128i step = _mm_sub_epi64(one, _mm_slli_epi64(differ, 1));
  const __m128i move = _mm_and_si128(step, _mm_and_si128(even, inexact));
  return _mm_castsi128_pd(_mm_add_epi64(bits, move));
}

/// a * b + c rounded once, for every input.
///
/// Lanes whose factors lie in [2^-450, 2^450] and whose |c| is below 2^1000, and lanes with a zero
/// factor, take the vector path; a pair with any other lane takes the C library's fma.
///
/// Source: Boldo & Melquiond (2008), Emulation of FMA and correctly rounded sums: proved
///         algorithms using rounding to odd, IEEE Trans. Computers 57(4), figure 4.
inline __m128d fma_sse2(__m128d a, __m128d b, __m128d c) {
  const __m128d sign = _mm_set1_pd(-0.0);
  const __m128d low = _mm_set1_pd(0x1p-450);
  const __m128d high = _mm_set1_pd(0x1p450);
  const __m128d abs_a = _mm_andnot_pd(sign, a);
  const __m128d abs_b = _mm_andnot_pd(sign, b);
  const __m128d abs_c = _mm_andnot_pd(sign, c);
  const __m128d factors =
      _mm_and_pd(_mm_and_pd(_mm_cmple_pd(low, abs_a), _mm_cmple_pd(abs_a, high)),
                 _mm_and_pd(_mm_cmple_pd(low, abs_b), _mm_cmple_pd(abs_b, high)));
  const __m128d tame = _mm_and_pd(factors, _mm_cmplt_pd(abs_c, _mm_set1_pd(0x1p1000)));
  const __m128d zero = _mm_setzero_pd();
  const __m128d finite = _mm_and_pd(_mm_cmplt_pd(abs_a, _mm_set1_pd(__builtin_inf())),
                                    _mm_cmplt_pd(abs_b, _mm_set1_pd(__builtin_inf())));
  const __m128d has_zero =
      _mm_and_pd(finite, _mm_or_pd(_mm_cmpeq_pd(a, zero), _mm_cmpeq_pd(b, zero)));
  const int zero_lanes = _mm_movemask_pd(has_zero);
  if (zero_lanes == 3) return _mm_add_pd(_mm_mul_pd(a, b), c);  // Features that do not exist.
  if ((_mm_movemask_pd(tame) | zero_lanes) != 3) {
    alignas(16) double la[2], lb[2], lc[2];
    _mm_store_pd(la, a);
    _mm_store_pd(lb, b);
    _mm_store_pd(lc, c);
    return _mm_set_pd(__builtin_fma(la[1], lb[1], lc[1]), __builtin_fma(la[0], lb[0], lc[0]));
  }
  const __m128d product = _mm_mul_pd(a, b);
  const __m128d error = product_error(a, b, product);
  const TwoSum t = two_sum(c, error);
  const TwoSum v = two_sum(product, t.sum);
  const __m128d z = add_to_odd(t.error, v.error);
  return blend(has_zero, _mm_add_pd(product, c), _mm_add_pd(v.sum, z));
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
