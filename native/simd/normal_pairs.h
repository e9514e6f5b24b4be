#pragma once
#include <cstdint>
#include <cstring>

#include "simd/f64x8.h"

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

/// -2 ln((w + 1/2) / 2^32) for the low 32 bits w of a word.
///
///   w + 1/2 = 2^k (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1]; ln(1 + f) = 2 atanh(s), s = f / (2 + f)
///
/// Bound: 2e-13 relative.
inline double squared_radius(std::uint64_t word) {
  constexpr std::uint64_t kOne = 0x3ff0000000000000;
  constexpr std::uint64_t kRootHalf = 0x3fe6a09e00000000;
  constexpr double kTwoLn2 = 1.38629436111989061883;
  const double whole = from_bits((word & 0xffffffff) | 0x4330000000000000) - (0x1p52 - 0.5);
  const std::uint64_t shifted = to_bits(whole) + (kOne - kRootHalf);
  // The exponent becomes the low bits of a double of 2^52: no conversion that AVX2 lacks.
  const double k = from_bits((shifted >> 52) | 0x4330000000000000) - (0x1p52 + 1023.0 + 32.0);
  const double m = from_bits((shifted & 0x000fffffffffffff) + kRootHalf);
  const double s = (m - 1.0) / (m + 1.0);
  const double q = s * s;
  const double tail =
      -1.3333333333475018016 +
      q * (-0.79999997594675171294 +
           q * (-0.57143509071828977919 +
                q * (-0.44382801660617007225 + q * -0.38725309428404015478)));
  return s * (q * tail - 4.0) - k * kTwoLn2;
}

/// Two independent standard normals of two words (Box-Muller); |z| <= 6.77. No branch: loops over
/// it become vector code.
///
///   z = sqrt(-2 ln u) {cos a, sin a}; u from `radius`, the quadrant of a from the two low bits of
///   `angle`, its place t in [-1/2, 1/2] there from the other thirty
///
/// Determinism: bit-identical on every target (each step is one IEEE operation).
/// Bound:       1e-11 sqrt(-2 ln u) of the transform of those words: a hundredth of the step from
///              one word to the next.
/// Source:      Box & Muller (1958); the polynomials interpolate at the nodes of Chebyshev, worked
///              out with 50 digits.
inline void normal_pair(std::uint64_t radius, std::uint64_t angle, double* z0, double* z1) {
  const double r = root(squared_radius(radius));
  // Thirty bits of a number in [1, 2): no conversion.
  const double place = from_bits(((angle << 20) & 0x000fffffffc00000) | 0x3ff0000000000000);
  const double t = place - (1.5 - 0x1p-31);
  const double q = t * t;
  const double sine =
      t * (1.5707963267880999036 +
           q * (-0.64596409614679535 +
                q * (0.079692582725630619815 +
                     q * (-0.0046812662567262454728 + q * 0.0001582063035564773273))));
  const double cosine =
      1.0 + q * (-1.233700550135278881 +
                 q * (0.25366950772284664123 +
                      q * (-0.020863475058875537471 +
                           q * (0.00091919633431835536285 + q * -0.000024909228700967793989))));
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
