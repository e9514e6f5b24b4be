#pragma once
#include <cstdint>
#include <cstring>

#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

inline double from_bits(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline std::uint64_t to_bits(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// (w + 1/2) / 2^32 for the low 32 bits w of a word: inside (0, 1), exact.
inline double uniform(std::uint64_t word) {
  const double whole = from_bits((word & 0xffffffff) | 0x4330000000000000);  // 2^52 + w.
  return (whole - (0x1p52 - 0.5)) * 0x1p-32;
}

/// Square root of a number >= 0: the instruction, correctly rounded on every target.
inline double root(double x) { return __builtin_sqrt(x); }

/// Two independent standard normals of two words (Box-Muller); |z| <= 6.77. No branch: loops over
/// it become vector code.
///
///   z = sqrt(-2 ln u) {cos a, sin a}; u from `radius`, the quadrant of a from the two low bits of
///   `angle`, its place there from the other thirty
///
/// Determinism: bit-identical on every target (each step is one IEEE operation).
/// Bound:       3 ulp of the transform of those words.
/// Source:      Box & Muller (1958); fdlibm k_sin.c, k_cos.c (Sun Microsystems, 1993).
inline void normal_pair(std::uint64_t radius, std::uint64_t angle, double* z0, double* z1) {
  const double r = root(-2.0 * log_positive(uniform(radius)));
  const double place = from_bits(((angle & 0xffffffff) >> 2) | 0x4330000000000000);
  const double fraction = (place - (0x1p52 - 0.5)) * 0x1p-30 - 0.5;
  const double x = fraction * 1.57079632679489661923;
  const double q = x * x;
  const double sine =
      x + x * q * (-1.66666666666666324348e-01 +
                   q * (8.33333333332248946124e-03 +
                        q * (-1.98412698298579493134e-04 +
                             q * (2.75573137070700676789e-06 +
                                  q * (-2.50507602534068634195e-08 +
                                       q * 1.58969099521155010221e-10)))));
  const double cosine =
      1.0 - 0.5 * q +
      q * q * (4.16666666666666019037e-02 +
               q * (-1.38888888888741095749e-03 +
                    q * (2.48015872894767294178e-05 +
                         q * (-2.75573143513906633035e-07 +
                              q * (2.08757232129817482790e-09 +
                                   q * -1.13596475577881948265e-11)))));
  // A quarter turn swaps the two and turns one sign; the bits decide without a branch.
  const std::uint64_t low = angle & 1;
  const std::uint64_t high = (angle >> 1) & 1;
  const std::uint64_t c = to_bits(cosine);
  const std::uint64_t s = to_bits(sine);
  const std::uint64_t swapped = (c ^ s) & (0 - low);
  *z0 = r * from_bits((c ^ swapped) ^ ((low ^ high) << 63));
  *z1 = r * from_bits((s ^ swapped) ^ (high << 63));
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
