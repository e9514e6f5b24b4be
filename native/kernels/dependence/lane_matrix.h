#pragma once
#include <cstddef>

#include "simd/f64x8.h"
#include "simd/scalar_elementary.h"

// Eight symmetric matrices at once, one a lane: element (i, j), j <= i, stands at the eight doubles
// from 8 (i (i + 1) / 2 + j).
namespace bot4::BOT4_TARGET {
namespace {

inline F64x8 at(const double* lanes, std::size_t index) {
  return F64x8::load(lanes + index * kLanes);
}
inline void put(double* lanes, std::size_t index, F64x8 value) {
  value.store(lanes + index * kLanes);
}
inline std::size_t triangle(std::size_t i, std::size_t j) { return i * (i + 1) / 2 + j; }

inline bool is_finite(double x) { return x - x == 0.0; }

/// Q = L D L' with a unit lower triangle L (its diagonal is not written) and the reciprocals of D.
/// False when an element of D in a lane of `mask` is not above 1e-14 of that of Q: not definite.
inline bool factorise(const double* q, std::size_t d, double* l, double* reciprocals, M8 mask) {
  const F64x8 one = F64x8::set1(1.0);
  const F64x8 least = F64x8::set1(1e-14);
  unsigned definite = mask.bits();
  for (std::size_t i = 0; i < d; ++i) {
    const std::size_t row = triangle(i, 0);
    // L D first, so that the inner loop has one product; then L.
    for (std::size_t j = 0; j < i; ++j) {
      const std::size_t other = triangle(j, 0);
      F64x8 sum = at(q, row + j);
      for (std::size_t k = 0; k < j; ++k) {
        sum = sub(sum, mul(at(l, row + k), at(l, other + k)));
      }
      put(l, row + j, sum);
    }
    F64x8 pivot = at(q, row + i);
    const F64x8 bound = mul(least, pivot);
    for (std::size_t k = 0; k < i; ++k) {
      const F64x8 element = mul(at(l, row + k), at(reciprocals, k));
      pivot = sub(pivot, mul(at(l, row + k), element));
      put(l, row + k, element);
    }
    definite &= less(bound, pivot).bits();
    put(reciprocals, i, div(one, pivot));
  }
  return definite == mask.bits();
}

/// The inverse of a unit lower triangle, its diagonal again not written.
inline void invert_unit(const double* l, std::size_t d, double* inverse) {
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      F64x8 sum = at(l, triangle(i, j));
      for (std::size_t k = j + 1; k < i; ++k) {
        sum = add(sum, mul(at(l, triangle(i, k)), at(inverse, triangle(k, j))));
      }
      put(inverse, triangle(i, j), sub(F64x8::zero(), sum));
    }
  }
}

/// (L D L')^-1 = L^-T D^-1 L^-1 from the inverse of L and the reciprocals of D; `scratch` holds a
/// triangle.
inline void gram_inverse(const double* inverse, const double* reciprocals, std::size_t d,
                         double* scratch, double* out) {
  for (std::size_t k = 0; k < d; ++k) {
    const F64x8 weight = at(reciprocals, k);
    const std::size_t row = triangle(k, 0);
    for (std::size_t j = 0; j < k; ++j) put(scratch, row + j, mul(weight, at(inverse, row + j)));
    put(scratch, row + k, weight);
  }
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      F64x8 sum = at(scratch, triangle(i, j));
      for (std::size_t k = i + 1; k < d; ++k) {
        sum = add(sum, mul(at(inverse, triangle(k, i)), at(scratch, triangle(k, j))));
      }
      put(out, triangle(i, j), sum);
    }
  }
}

/// Multiplies the lanes into a product; false when one left the range of normal numbers.
inline bool collect(F64x8 product, ScaledProduct* out) {
  alignas(64) double lanes[kLanes];
  product.store(lanes);
  double m[kLanes];
  bool sound = true;
  for (int l = 0; l < kLanes; ++l) {
    sound = sound && lanes[l] >= 0x1p-1000 && lanes[l] <= 0x1p1000;
    const BinaryParts parts = binary_parts(lanes[l]);
    m[l] = parts.mantissa;
    out->exponent += parts.exponent;
  }
  out->multiply(((m[0] * m[4]) * (m[2] * m[6])) * ((m[1] * m[5]) * (m[3] * m[7])));
  return sound;
}

}  // namespace
}  // namespace bot4::BOT4_TARGET
