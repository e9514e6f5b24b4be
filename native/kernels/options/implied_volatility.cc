// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/quant.h"
#include "simd/erfcx.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr double kRootHalf = 0.70710678118654752440;
inline constexpr double kRootTwoPi = 2.50662827463100050242;

/// How the search for one volatility ended; src/quant/implied-volatility.ts gives the names.
enum Outcome { kFound = 0, kNoTimeValue = 1, kBelowIntrinsic = 2, kAboveMaximum = 3, kNoEnd = 4 };

/// A call out of the money in units of sqrt(F K), x = ln(F / K) <= 0, at total deviation s.
struct Normalised {
  double price;
  double rest;       ///< The largest price less this one.
  double slope;      ///< db/ds.
  double log_price;  ///< Finite also where the price underflows.
  double log_slope;  ///< d ln b / ds.
};

/// b = e^(x/2) N(x/s + s/2) - e^(-x/2) N(x/s - s/2), without the loss of the plain difference.
inline Normalised normalised_price(double x, double maximum, double s) {
  const double h = x / s;
  const double t = 0.5 * s;
  const double exponent = -0.5 * (h * h + t * t);
  const double kernel = exp_scalar(exponent);
  const double far = erfcx((t - h) * kRootHalf);
  Normalised out;
  out.slope = kernel / kRootTwoPi;
  if (h + t <= 0.0) {
    const double weight = 0.5 * (erfcx(-(h + t) * kRootHalf) - far);
    out.price = kernel * weight;
    out.rest = maximum - out.price;
    out.log_price = weight > 0.0 ? exponent + log_positive(weight) : -1e300;
    out.log_slope = 1.0 / (kRootTwoPi * weight);
  } else {
    out.rest = 0.5 * kernel * (erfcx((h + t) * kRootHalf) + far);
    out.price = maximum - out.rest;
    out.log_price = out.price > 0.0 ? log_positive(out.price) : -1e300;
    out.log_slope = out.slope / out.price;
  }
  return out;
}

/// Which function of the price is nearly straight in s.
enum Branch { kReciprocalLog, kPlain, kLogOfRest };

struct Target {
  double x;
  double price;
  double log_price;
  double maximum;
  double rest;
  Branch branch;
};

/// Halley's step for the branch of the target.
///
///   step = newton / (1 + newton g''/(2 g')), with b''/b' = x^2/s^3 - s/4
inline double halley_step(const Target& target, const Normalised& now, double s) {
  double bend = (target.x / s) * (target.x / s) / s - 0.25 * s;
  double newton = 0.0;
  switch (target.branch) {
    case kReciprocalLog: {
      const double y = now.log_price;
      newton = y * (target.log_price - y) / (target.log_price * now.log_slope);
      bend -= now.log_slope * (1.0 + 2.0 / y);
      break;
    }
    case kPlain:
      newton = (target.price - now.price) / now.slope;
      break;
    case kLogOfRest: {
      newton = now.rest / now.slope * log_positive(now.rest / target.rest);
      bend += now.slope / now.rest;
      break;
    }
  }
  const double divisor = 1.0 + 0.5 * newton * bend;
  // Far from the root the second order may turn the step: the plain one is safe there.
  return divisor > 0.5 && divisor < 2.0 ? newton / divisor : newton;
}

/// The s with b(x, s) = price, by Halley steps inside a bracket; 0 when 64 steps do not end it.
inline double total_deviation(const Target& target, double start,
                              const Normalised& at_start) {
  double low = 0.0;
  double high = 1e300;
  double s = start;
  Normalised now = at_start;
  for (int i = 0; i < 64; ++i) {
    if (i > 0) now = normalised_price(target.x, target.maximum, s);
    bool above = now.price > target.price;
    if (target.branch == kReciprocalLog) above = now.log_price > target.log_price;
    if (target.branch == kLogOfRest) above = now.rest < target.rest;
    (above ? high : low) = s;
    const double step = halley_step(target, now, s);
    double next = s + step;
    if (!(next >= low && next <= high)) next = high < 1e300 ? 0.5 * (low + high) : 2.0 * s;
    const double moved = next > s ? next - s : s - next;
    s = next;
    // The step after one of 1e-6 is below the spacing of doubles: the order is three.
    if (moved <= 1e-6 * s) return s;
  }
  return 0.0;
}

inline Outcome solve(double price, double forward, double strike, double sign, double* deviation) {
  *deviation = 0.0;
  const double ratio = forward / strike;
  const double distance = log_positive(ratio);
  const double intrinsic = sign * (forward - strike);
  // Out of the money the price is all time value; parity brings it there.
  const double time_value = intrinsic > 0.0 ? price - intrinsic : price;
  const double scale = __builtin_sqrt(forward) * __builtin_sqrt(strike);
  Target target;
  target.x = distance > 0.0 ? -distance : distance;
  target.price = time_value / scale;
  target.maximum = exp_scalar(0.5 * target.x);
  target.rest = target.maximum - target.price;
  if (target.price < 0.0) return kBelowIntrinsic;
  if (target.price < 1e-300) return kNoTimeValue;
  if (target.price >= target.maximum) return kAboveMaximum;
  target.log_price = log_positive(target.price);
  const double inflection = __builtin_sqrt(-2.0 * target.x);
  // Above the price of the inflection the root is right of it, and right of the steepest tangent.
  double start = kRootTwoPi * target.price;
  Normalised at_start;
  target.branch = target.price < 0.5 * target.maximum ? kPlain : kLogOfRest;
  if (inflection > start) {
    start = inflection;
    at_start = normalised_price(target.x, target.maximum, inflection);
    if (target.price < at_start.price) {
      target.branch = kReciprocalLog;
      const double far = -target.x / __builtin_sqrt(-2.0 * target.log_price);
      if (far < inflection) {
        start = far;
        at_start = normalised_price(target.x, target.maximum, far);
      }
    }
  } else {
    at_start = normalised_price(target.x, target.maximum, start);
  }
  *deviation = total_deviation(target, start, at_start);
  return *deviation > 0.0 ? kFound : kNoEnd;
}

/// Implied volatilities of Black (1976) for a chain of undiscounted prices.
///
/// Shapes:      price, forward, strike, sign (1 call, -1 put), years [n] in; volatility and
///              outcome [n] out. Where the outcome is not 0 the volatility is 0.
/// Units:       price, forward and strike alike; volatility per square root of a year.
/// Requires:    everything finite; price >= 0; forward, strike and years > 0.
/// Determinism: bit-identical on every target.
/// Cost:        2 to 5 evaluations of the price an option; bench/quant/simulate.mjs.
/// Source:      the branches of Jaeckel (2015), Let's be rational; Halley in place of its
///              fourth-order steps, inside a bracket.
int implied_volatility(const Slice* slices) noexcept {
  for (std::size_t i = 0; i < slices[0].length; ++i) {
    double deviation = 0.0;
    const Outcome outcome = solve(slices[0].data[i], slices[1].data[i], slices[2].data[i],
                                  slices[3].data[i], &deviation);
    slices[5].data[i] = outcome == kFound ? deviation / __builtin_sqrt(slices[4].data[i]) : 0.0;
    slices[6].data[i] = static_cast<double>(outcome);
  }
  return 0;
}

const QuantEntry kEntries[] = {{"impliedVolatility", 7, implied_volatility}, {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kOptionsTable;
const QuantTable kOptionsTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
