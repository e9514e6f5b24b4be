#pragma once
#include <cstdint>
#include <cstring>

namespace bot4::BOT4_TARGET {
namespace {

/// ln x for a positive, finite, normal x. No branch: loops over it become vector code.
///
///   x = 2^k (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1]; ln(1 + f) from s = f / (2 + f)
///
/// Determinism: bit-identical on every target (each step is one IEEE operation).
/// Bound:       1 ulp, as its source.
/// Source:      fdlibm e_log.c (Sun Microsystems, 1993).
inline double log_positive(double x) {
  constexpr std::uint64_t kOne = 0x3ff0000000000000;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e00000000;
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const std::uint64_t shifted = bits + (kOne - kRootHalf);
  // The exponent becomes the low bits of a double of 2^52: no conversion that AVX2 lacks.
  const std::uint64_t exponent_bits = (shifted >> 52) | 0x4330000000000000;
  double exponent;
  std::memcpy(&exponent, &exponent_bits, sizeof exponent);
  const double k = exponent - (0x1p52 + 1023.0);
  const std::uint64_t mantissa = (shifted & 0x000fffffffffffff) + kRootHalf;
  double m;
  std::memcpy(&m, &mantissa, sizeof m);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (3.999999999940941908e-01 +
                           w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 +
                w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  return k * 6.93147180369123816490e-01 -
         ((half_square - (s * (half_square + (even + odd)) + k * 1.90821492927058770002e-10)) - f);
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
