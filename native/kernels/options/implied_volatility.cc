// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/quant.h"
#include "simd/erfcx.h"
#include "simd/exp.h"
#include "simd/f64x8_group.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

inline constexpr double kRootHalf = 0.70710678118654752440;
inline constexpr double kRootTwoPi = 2.50662827463100050242;
/// The relative step after which a search ends.
inline constexpr double kLastStep = 1e-5;

/// Two vectors side by side, so that the chains of one fill the waits of the other.
inline constexpr int kVectors = 2;
inline constexpr int kWidth = kVectors * kLanes;
using V = F64x8Group<kVectors>;
using Mask = M8Group<kVectors>;

/// How the search for one volatility ended; src/quant/implied-volatility.ts gives the names.
enum Outcome { kFound = 0, kNoTimeValue = 1, kBelowIntrinsic = 2, kAboveMaximum = 3, kNoEnd = 4 };

inline V load(const double* p) {
  V out;
  for (int i = 0; i < kVectors; ++i) out.v[i] = F64x8::load(p + i * kLanes);
  return out;
}

inline void store(const V& a, double* p) {
  for (int i = 0; i < kVectors; ++i) a.v[i].store(p + i * kLanes);
}

inline bool all(const Mask& mask) {
  unsigned bits = 0xff;
  for (int i = 0; i < kVectors; ++i) bits &= mask.m[i].bits();
  return bits == 0xff;
}

/// Square root of a number >= 0: the instruction, correctly rounded on every target.
inline double root_of(double x) { return __builtin_sqrt(x); }

/// ln of every lane, of positive normal numbers.
inline V logarithm(const V& a) {
  alignas(64) double lanes[kWidth];
  store(a, lanes);
  for (double& lane : lanes) lane = log_positive(lane);
  return load(lanes);
}

/// Options out of the money in units of sqrt(F K), x = ln(F / K) <= 0, lane by lane. Which function
/// of the price is searched is a branch of the lane, the one that is nearly straight in s.
struct Targets {
  alignas(64) double x[kWidth];
  alignas(64) double price[kWidth];
  alignas(64) double log_price[kWidth];
  alignas(64) double maximum[kWidth];  ///< The largest price.
};

/// Calls out of the money at total deviations s.
///
///   b = e^(x/2) N(x/s + s/2) - e^(-x/2) N(x/s - s/2), without the loss of the plain difference
struct Prices {
  V price;
  V rest;           ///< The largest price less this one.
  V slope;          ///< db/ds.
  V log_argument;   ///< ln b = log_offset + ln of this one, finite also where b underflows.
  V log_offset;
  V log_slope_over;   ///< d ln b / ds = log_slope_over / log_slope_under.
  V log_slope_under;
  V bend;           ///< b'' / b' = x^2 / s^3 - s / 4.
};

[[gnu::always_inline]] inline Prices prices_at(const V& x, const V& maximum_price, const V& s) {
  const V one = V::set1(1.0);
  const V half = V::set1(0.5);
  const V inverse = div(one, s);
  const V h = mul(x, inverse);
  const V t = mul(half, s);
  const V sum = add(h, t);
  const V h2 = mul(h, h);
  const V exponent = mul(V::set1(-0.5), multiply_add(t, t, h2));
  const V kernel = exp_unfused(exponent);
  const V near = erfcx(mul(maximum(sum, negate(sum)), V::set1(kRootHalf)));
  const V far = erfcx(mul(sub(t, h), V::set1(kRootHalf)));
  const Mask left = less_equal(sum, V::zero());
  Prices out;
  out.slope = mul(kernel, V::set1(1.0 / kRootTwoPi));
  // Left of the inflection the price is the small part, right of it the rest is.
  const V weight = mul(half, select(left, sub(near, far), add(near, far)));
  const V small = mul(kernel, weight);
  const V large = sub(maximum_price, small);
  out.price = select(left, small, large);
  out.rest = select(left, large, small);
  const V argument = select(left, weight, large);
  out.log_argument = maximum(V::set1(1e-300), argument);
  out.log_offset = select(left, exponent, V::zero());
  out.log_slope_over = select(left, V::set1(1.0 / kRootTwoPi), out.slope);
  out.log_slope_under = out.log_argument;
  out.bend = multiply_add(h2, inverse, mul(V::set1(-0.25), s));
  return out;
}

/// The branches of the lanes: the reciprocal of ln b goes before ln of the rest, and where neither
/// holds it is b itself.
struct Branches {
  Mask reciprocal_log;
  Mask log_of_rest;
};

/// Halley's steps, each for the branch of its lane, and which lanes lie above their target.
///
///   step = newton / (1 + newton g''/(2 g')), with b''/b' as bend
[[gnu::always_inline]] inline V halley_step(const Branches& branches, const V& target_price,
                                            const V& target_log, const V& target_rest,
                                            const Prices& now, Mask* above) {
  const V one = V::set1(1.0);
  const V rest = maximum(V::set1(1e-300), now.rest);
  const V ratio = div(rest, target_rest);
  const V of_rest = select(branches.log_of_rest, maximum(V::set1(1e-300), ratio), one);
  const V logarithms = logarithm(select(branches.reciprocal_log, now.log_argument, of_rest));
  const V y = add(logarithms, now.log_offset);
  const V by_log = mul(mul(y, sub(target_log, y)), now.log_slope_under);
  const V by_rest = select(branches.log_of_rest, mul(rest, logarithms),
                           sub(target_price, now.price));
  const V over = select(branches.reciprocal_log, by_log, by_rest);
  const V under =
      select(branches.reciprocal_log, mul(target_log, now.log_slope_over), now.slope);
  const V newton = div(over, under);
  const V log_bend = negate(mul(now.log_slope_over, add(y, V::set1(2.0))));
  const V extra_over = select(branches.reciprocal_log, log_bend,
                              select(branches.log_of_rest, now.slope, V::zero()));
  const V extra_under = select(branches.reciprocal_log, mul(now.log_slope_under, y),
                               select(branches.log_of_rest, rest, one));
  const V bend = add(now.bend, div(extra_over, extra_under));
  const V divisor = multiply_add(mul(V::set1(0.5), newton), bend, one);
  const V distance = select(branches.reciprocal_log, sub(y, target_log),
                            select(branches.log_of_rest, sub(target_rest, now.rest),
                                   sub(now.price, target_price)));
  *above = less(V::zero(), distance);
  // Far from the root the second order may turn the step: the plain one is safe there.
  const Mask safe = both(less(V::set1(0.5), divisor), less(divisor, V::set1(2.0)));
  return div(newton, select(safe, divisor, one));
}

/// Where the search of a lane begins.
struct Starts {
  alignas(64) double inflection[kWidth];  ///< sqrt(2 |x|), where the price bends.
  alignas(64) double price_there[kWidth];
  alignas(64) double deviation[kWidth];
};

/// A deviation below the inflection, to some percent: the price falls like its exponent times a
/// power of s between 1 (near the money) and 3.
///
///   a (w + 1/w - 2) + q ln w = ln(b_c / b), w = (s_c / s)^2, a = |x| / 4, q half of that power: one
///   step of Halley from a guess without a logarithm
inline double below_inflection(double inflection, double ratio) {
  constexpr double kBend = 1.3;  // Where the power is half way, in |x| / s.
  const double h = 0.5 * inflection;
  const double a = 0.5 * h * h;
  const double fall = log_positive(ratio);
  const double share = h / (h + kBend);
  const double reach = fall / (a + 0.5 + share);
  const double w = 1.0 + fall / (a + (0.5 + share) / (1.0 + 0.7 * reach));
  const double far = h * root_of(w);
  const double q = 0.5 * (1.0 + far / (far + kBend) + share);
  const double inverse = 1.0 / w;
  const double off = a * (w + inverse - 2.0) + q * log_positive(w) - fall;
  const double slope = a * (1.0 - inverse * inverse) + q * inverse;
  const double bend = (2.0 * a * inverse - q) * inverse * inverse;
  // Halley: off slope / (slope^2 - off bend / 2), within twice and half of Newton's step.
  const double square = slope * slope;
  const double plain = square - 0.5 * off * bend;
  const double bounded = plain < 0.5 * square ? 0.5 * square : plain;
  const double divisor = bounded > 2.0 * square ? 2.0 * square : bounded;
  const double next = w - off * slope / divisor;
  return inflection / root_of(next > 1.0 ? next : 1.0);
}

/// Starts by the price at the inflection: below it as above, from it on by the series of s in the
/// price there, whose third derivative is -b' within reach of the inflection and -b'/4 beyond.
void find_starts(const Targets& targets, Starts* starts) {
  alignas(64) double argument[kWidth];
  for (int l = 0; l < kWidth; ++l) {
    starts->inflection[l] = root_of(-2.0 * targets.x[l]);
    argument[l] = starts->inflection[l] * kRootHalf;
  }
  store(erfcx(load(argument)), argument);
  for (int l = 0; l < kWidth; ++l) {
    const double middle = 0.5 * targets.maximum[l] * (1.0 - argument[l]);
    const double inflection = starts->inflection[l];
    const double ratio = middle / targets.price[l];
    const double below = below_inflection(inflection, ratio > 1.0 ? ratio : 1.0);
    const double off = targets.price[l] - middle;
    const double rise = (off > 0.0 ? off : 0.0) * kRootTwoPi / targets.maximum[l];
    const double near = inflection / (inflection + rise + 1e-300);
    const double above =
        inflection + rise + rise * rise * rise * (1.0 / 24.0) * (1.0 + 3.0 * near * near);
    starts->price_there[l] = middle;
    starts->deviation[l] = ratio > 1.0 ? below : above;
  }
}

/// The s with b(x, s) = price of every lane, by Halley steps inside a bracket; 0 where 64 do not
/// end.
void total_deviations(const Targets& targets, double* deviation) {
  const V one = V::set1(1.0);
  const V x = load(targets.x);
  const V price = load(targets.price);
  const V log_price = load(targets.log_price);
  const V maximum_price = load(targets.maximum);
  const V target_rest = sub(maximum_price, price);
  Starts starts;
  find_starts(targets, &starts);
  Branches branches;
  branches.reciprocal_log = less(price, load(starts.price_there));
  branches.log_of_rest = less_equal(mul(V::set1(0.5), maximum_price), price);
  V s = load(starts.deviation);
  V low = V::zero();
  V high = V::set1(1e300);
  V done = V::zero();
  for (int i = 0; i < 64; ++i) {
    const Prices now = prices_at(x, maximum_price, s);
    Mask above;
    const V step = halley_step(branches, price, log_price, target_rest, now, &above);
    high = select(above, s, high);
    low = select(above, low, s);
    V next = add(s, step);
    const Mask inside = both(less_equal(low, next), less_equal(next, high));
    const V middle = select(less(high, V::set1(1e300)), mul(V::set1(0.5), add(low, high)),
                            add(s, s));
    next = select(inside, next, middle);
    const V moved = maximum(sub(next, s), sub(s, next));
    const Mask was_done = less(V::zero(), done);
    // What is left after a step of 1e-5 is near the spacing of doubles: the order is three.
    const Mask ends = less_equal(moved, mul(V::set1(kLastStep), s));
    s = select(was_done, s, next);
    done = select(ends, one, done);
    if (all(less(V::zero(), done))) break;
  }
  store(select(less(V::zero(), done), s, V::zero()), deviation);
}

/// Sixteen options as the chain has them; lanes beyond its end repeat the first.
struct Quotes {
  alignas(64) double price[kWidth];
  alignas(64) double forward[kWidth];
  alignas(64) double strike[kWidth];
  alignas(64) double sign[kWidth];
};

Quotes read_quotes(const Slice* slices, std::size_t from, int count) {
  Quotes out;
  double* const columns[] = {out.price, out.forward, out.strike, out.sign};
  for (int c = 0; c < 4; ++c) {
    const double* in = slices[c].data + from;
    for (int l = 0; l < kWidth; ++l) columns[c][l] = in[l < count ? l : 0];
  }
  return out;
}

/// Brings options to their normalised form. A lane without a volatility gets a form that ends soon.
void normalise(const Quotes& quotes, Targets* targets, Outcome* outcomes) {
  alignas(64) double ratios[kWidth];
  for (int l = 0; l < kWidth; ++l) {
    const double forward = quotes.forward[l];
    const double strike = quotes.strike[l];
    const double ratio = forward / strike;
    const double distance = log_positive(ratio);
    const double intrinsic = quotes.sign[l] * (forward - strike);
    // Out of the money the price is all time value; parity brings it there.
    const double time_value = quotes.price[l] - (intrinsic > 0.0 ? intrinsic : 0.0);
    const double scale = __builtin_sqrt(forward) * __builtin_sqrt(strike);
    ratios[l] = ratio;
    targets->x[l] = distance > 0.0 ? -distance : distance;
    targets->price[l] = time_value / scale;
    // e^(x/2) is the smaller over the root of the product.
    targets->maximum[l] = (forward < strike ? forward : strike) / scale;
  }
  for (int l = 0; l < kWidth; ++l) {
    outcomes[l] = kFound;
    if (targets->price[l] >= targets->maximum[l]) outcomes[l] = kAboveMaximum;
    if (targets->price[l] < 1e-300) outcomes[l] = kNoTimeValue;
    if (targets->price[l] < 0.0) outcomes[l] = kBelowIntrinsic;
    if (!(ratios[l] > 1e-290 && ratios[l] < 1e290)) outcomes[l] = kNoEnd;
    if (outcomes[l] == kFound) continue;
    targets->x[l] = -0.1;
    targets->price[l] = 0.04;
    targets->maximum[l] = 0.951229424500714;
  }
  for (int l = 0; l < kWidth; ++l) targets->log_price[l] = log_positive(targets->price[l]);
}

/// Implied volatilities of Black (1976) for a chain of undiscounted prices.
///
/// Shapes:      price, forward, strike, sign (1 call, -1 put), years [n] in; volatility and
///              outcome [n] out. Where the outcome is not 0 the volatility is 0.
/// Units:       price, forward and strike alike; volatility per square root of a year.
/// Requires:    everything finite; price >= 0; forward, strike and years > 0.
/// Determinism: bit-identical on every target; an option's result does not depend on the others.
/// Cost:        2 or 3 evaluations of the price for sixteen options; bench/quant/simulate.mjs.
/// Source:      the branches of Jaeckel (2015), Let's be rational; Halley in place of its
///              fourth-order steps, inside a bracket.
int implied_volatility(const Slice* slices) noexcept {
  Targets targets;
  Outcome outcomes[kWidth];
  alignas(64) double deviation[kWidth];
  const std::size_t n = slices[0].length;
  for (std::size_t from = 0; from < n; from += kWidth) {
    const int count = n - from < kWidth ? static_cast<int>(n - from) : kWidth;
    normalise(read_quotes(slices, from, count), &targets, outcomes);
    total_deviations(targets, deviation);
    for (int l = 0; l < count; ++l) {
      const std::size_t i = from + static_cast<std::size_t>(l);
      if (outcomes[l] == kFound && deviation[l] == 0.0) outcomes[l] = kNoEnd;
      const bool found = outcomes[l] == kFound;
      slices[5].data[i] = found ? deviation[l] / __builtin_sqrt(slices[4].data[i]) : 0.0;
      slices[6].data[i] = static_cast<double>(outcomes[l]);
    }
  }
  return 0;
}

const QuantEntry kEntries[] = {{"impliedVolatility", 7, implied_volatility}, {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kOptionsTable;
const QuantTable kOptionsTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
