#pragma once
#include <cstdint>
#include <cstring>

// Scalar e^x and log x from additions, multiplications and divisions alone: the C library picks
// versions with fused multiply-adds at run time, so its bits depend on the processor.
#ifndef BOT4_TARGET
#error "scalar_elementary.h is only for kernel files; the build must define BOT4_TARGET"
#endif

namespace bot4::BOT4_TARGET {
namespace {

inline double with_bits(std::uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline std::uint64_t bits_of(double value) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The parts of a normal positive number: x = mantissa * 2^exponent, mantissa in [1, 2).
struct BinaryParts {
  double mantissa;
  int exponent;
};

inline BinaryParts binary_parts(double x) {
  const std::uint64_t bits = bits_of(x);
  return {with_bits((bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull),
          static_cast<int>(bits >> 52 & 0x7FF) - 1023};
}

inline constexpr double kLn2High = 0x1.62e42feep-1;  // 33 bits: a product with |k| < 2^20 is exact.
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

/// e^x, with x clamped to [-708, 709]; NaN stays NaN.
///
///   k = round(x / ln 2), r = x - k ln 2 in two parts, e^x = 2^k * (Taylor polynomial of degree 13)
///
/// Bound:  1 ulp (test/native/volatility_test.cc prints the largest error it met).
/// Source: Cody & Waite (1980), Software Manual for the Elementary Functions, ch. 6.
inline double exp_scalar(double x) {
  const double bounded = x < -708.0 ? -708.0 : x > 709.0 ? 709.0 : x;
  if (bounded != bounded) return bounded;
  const double magic = 6755399441055744.0;  // 1.5 * 2^52
  const double k = (bounded * 1.4426950408889634 + magic) - magic;
  const double r = (bounded - k * kLn2High) - k * kLn2Low;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  const double tail = r * r * p;
  const double power = with_bits(static_cast<std::uint64_t>(static_cast<int>(k) + 1023) << 52);
  return (1.0 + (r + tail)) * power;
}

/// log x of a normal positive x.
///
///   x = 2^k * m with m in [sqrt(1/2), sqrt 2), s = (m - 1) / (m + 1), log m = 2 artanh(s)
///
/// Requires: x normal and above 0.
/// Bound:    1 ulp (test/native/volatility_test.cc prints the largest error it met).
/// Source:   Cody & Waite (1980), ch. 5; series of artanh to s^23.
inline double log_scalar(double x) {
  const BinaryParts parts = binary_parts(x);
  const bool high = parts.mantissa > 1.4142135623730951;
  const double f = (high ? 0.5 * parts.mantissa : parts.mantissa) - 1.0;
  const double k = parts.exponent + (high ? 1 : 0);
  const double s = f / (2.0 + f);
  const double z = s * s;
  double p = 2.0 / 23.0;
  p = p * z + 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  // log m = f - (f^2/2 - s (f^2/2 + z p)): the leading term is exact, as in fdlibm.
  const double half_square = 0.5 * f * f;
  return k * kLn2High - ((half_square - (s * (half_square + z * p) + k * kLn2Low)) - f);
}

/// A product of many positive factors as mantissa and exponent, which neither over- nor underflows.
struct ScaledProduct {
  double mantissa = 1.0;
  std::int64_t exponent = 0;

  /// Multiplies by a normal positive factor.
  void multiply(double factor) {
    const BinaryParts parts = binary_parts(mantissa * binary_parts(factor).mantissa);
    exponent += parts.exponent + binary_parts(factor).exponent;
    mantissa = parts.mantissa;
  }
  double log() const {
    const double k = static_cast<double>(exponent);
    return k * kLn2High + (k * kLn2Low + log_scalar(mantissa));
  }
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
