#pragma once
#include "kernels/volatility/specification.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

/// Log-likelihood and gradient of GARCH(1,1) and GJR-GARCH(1,1), eight parts of the series at once.
///
///   h[t] = omega + (alpha + gamma [e[t-1] < 0]) e[t-1]^2 + beta h[t-1],   e = y - mu
///
/// The recursion is linear in h, so that the series is cut into eight segments, one a lane: a first
/// pass runs each from zero, eight scalar steps with beta^m give the true states at the cuts, a
/// second pass runs each from there. The gradient is the adjoint recursion, backwards, the same way:
///
///   a[t] = dl[t]/dh[t] + beta a[t+1],   dL/domega = sum a[t],   dL/dbeta = sum a[t] h[t-1], ...
///
/// Requires:    n >= 64, so that only the last lane has fewer observations than the others.
/// Determinism: bit-identical on every target: additions, multiplications, divisions in one order.
/// Source:      Bollerslev (1986), J. of Econometrics 31(3); Glosten, Jagannathan & Runkle (1993);
///              Fiorentini, Calzolari & Panattoni (1996), J. of Applied Econometrics 11(4).
class GarchLikelihood {
 public:
  /// Doubles of workspace for n observations.
  static std::size_t workspace(std::size_t n) { return 4 * (n + kLanes); }

  GarchLikelihood(const Specification& spec, const Slice& y, const Slice& workspace)
      : spec_(spec),
        moments_(y),
        n_(y.length),
        rows_((y.length + kLanes - 1) / kLanes),
        y_(workspace.data),
        input_(y_ + rows_ * kLanes),
        h_(input_ + rows_ * kLanes),
        slope_(h_ + rows_ * kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      for (std::size_t k = 0; k < rows_; ++k) {
        const std::size_t t = lane * rows_ + k;
        y_[k * kLanes + lane] = t < n_ ? y.data[t] : 0.0;
      }
    }
  }

  const SeriesMoments& moments() const { return moments_; }

  Likelihood operator()(const double* c) const {
    const Density density(spec_.student, c[kNu]);
    return density.student ? evaluate<true>(c, density) : evaluate<false>(c, density);
  }

  /// Copies the variances of the last evaluation into the order of time.
  void variances(double* h) const {
    for (std::size_t t = 0; t < n_; ++t) h[t] = h_[(t % rows_) * kLanes + t / rows_];
  }

 private:
  /// What the forward pass leaves for the others.
  struct Sums {
    ScaledProduct variances;  ///< Of h.
    ScaledProduct tails;      ///< Of 1 + z^2 / (nu - 2).
    double squares = 0.0;     ///< Of z^2, weighted by w.
    double by_mu = 0.0;       ///< Of w e / h.
    double states[kLanes];    ///< Adjoints at the start of each segment, from zero at its end.
  };

  struct Reactions {
    F64x8 mu, omega, alpha, falling, beta;  ///< falling = alpha + gamma.
    explicit Reactions(const double* c)
        : mu(F64x8::set1(c[kMu])),
          omega(F64x8::set1(c[kOmega])),
          alpha(F64x8::set1(c[kAlpha])),
          falling(F64x8::set1(c[kAlpha] + c[kGamma])),
          beta(F64x8::set1(c[kBeta])) {}
  };

  /// beta^rows_, by squaring.
  double segment_power(double beta) const {
    double power = 1.0;
    for (std::size_t bits = rows_; bits > 0; bits >>= 1) {
      if ((bits & 1) != 0) power *= beta;
      beta *= beta;
    }
    return power;
  }

  double first_variance(const double* c, const InitialState& initial) const {
    if (spec_.initial == InitialVariance::kFirst) return initial.variance;
    return c[kOmega] + (c[kAlpha] + 0.5 * c[kGamma] + c[kBeta]) * initial.variance;
  }

  /// The inputs omega + (alpha + gamma [e < 0]) e^2 and the state at the start of each segment.
  F64x8 segment_starts(const double* c, const Reactions& r, double first) const {
    const F64x8 zero = F64x8::zero();
    F64x8 state = zero;
    for (std::size_t i = 0; i < rows_ * kLanes; i += kLanes) {
      const F64x8 e = sub(F64x8::load(y_ + i), r.mu);
      const F64x8 reaction = select(less(e, zero), r.falling, r.alpha);
      const F64x8 input = add(r.omega, mul(reaction, mul(e, e)));
      input.store(input_ + i);
      state = add(input, mul(r.beta, state));
    }
    alignas(64) double ends[kLanes];
    alignas(64) double starts[kLanes];
    state.store(ends);
    const double power = segment_power(c[kBeta]);
    starts[0] = first;
    for (int lane = 1; lane < kLanes; ++lane) {
      starts[lane] = ends[lane - 1] + power * starts[lane - 1];
    }
    return F64x8::load(starts);
  }

  /// Multiplies the lanes of a product of at most eight factors each into `out`; false when one left
  /// the range of normal numbers, as absurd coefficients make it.
  static bool collect(F64x8 product, ScaledProduct* out) {
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

  /// Variances, their slopes dl/dh, and the sums of the likelihood; false where it does not exist.
  template <bool kStudent>
  bool forward(const Reactions& r, F64x8 h, double nu, Sums* sums) const {
    const F64x8 one = F64x8::set1(1.0);
    const F64x8 half = F64x8::set1(0.5);
    const F64x8 excess = F64x8::set1(nu - 2.0);
    const F64x8 inverse_excess = F64x8::set1(1.0 / (nu - 2.0));
    const F64x8 nu_one = F64x8::set1(nu + 1.0);
    alignas(64) const double last_lane[kLanes] = {0, 0, 0, 0, 0, 0, 0, 1};
    const M8 last = equal(F64x8::load(last_lane), one);
    const std::size_t full = rows_ - (rows_ * kLanes - n_);
    F64x8 squares = F64x8::zero(), by_mu = squares, state = squares, power = one;
    F64x8 product = one, tails = one;
    bool sound = true;
    for (std::size_t k = 0; k < rows_; ++k) {
      const std::size_t i = k * kLanes;
      const F64x8 e = sub(F64x8::load(y_ + i), r.mu);
      const F64x8 inverse = div(one, h);
      const F64x8 scaled = mul(e, inverse);
      const F64x8 square = mul(e, scaled);
      F64x8 weighted = square, pull = scaled, tail = one, factor = h;
      if constexpr (kStudent) {
        const F64x8 weight = div(nu_one, add(excess, square));
        weighted = mul(weight, square);
        pull = mul(weight, scaled);
        tail = add(one, mul(square, inverse_excess));
      }
      F64x8 slope = mul(mul(half, inverse), sub(weighted, one));
      if (k >= full) {  // The last lane is past the end of the series.
        const F64x8 zero = F64x8::zero();
        weighted = select(last, zero, weighted);
        pull = select(last, zero, pull);
        slope = select(last, zero, slope);
        tail = select(last, one, tail);
        factor = select(last, one, factor);
      }
      squares = add(squares, weighted);
      by_mu = add(by_mu, pull);
      state = add(state, mul(power, slope));
      power = mul(power, r.beta);
      product = mul(product, factor);
      if constexpr (kStudent) tails = mul(tails, tail);
      h.store(h_ + i);
      slope.store(slope_ + i);
      h = add(F64x8::load(input_ + i), mul(r.beta, h));
      if (k % 8 == 7 || k + 1 == rows_) {
        sound = collect(product, &sums->variances) && sound;
        if constexpr (kStudent) sound = collect(tails, &sums->tails) && sound;
        product = one;
        tails = one;
      }
    }
    sums->squares = reduce_add(squares);
    sums->by_mu = reduce_add(by_mu);
    state.store(sums->states);
    return sound;
  }

  /// The adjoint recursion; adds to the gradient and returns the adjoint of h[0].
  double backward(const double* c, const Reactions& r, const double* states, double* g) const {
    alignas(64) double lanes[kLanes];
    const double power = segment_power(c[kBeta]);
    lanes[kLanes - 1] = 0.0;
    for (int lane = kLanes - 1; lane > 0; --lane) {
      lanes[lane - 1] = states[lane] + power * lanes[lane];
    }
    const F64x8 zero = F64x8::zero();
    F64x8 adjoint = F64x8::load(lanes);
    F64x8 mu = zero, omega = zero, alpha = zero, gamma = zero, beta = zero;
    for (std::size_t k = rows_; k > 0; --k) {
      const std::size_t i = (k - 1) * kLanes;
      const F64x8 e = sub(F64x8::load(y_ + i), r.mu);
      const M8 falls = less(e, zero);
      const F64x8 by_e = mul(adjoint, e);
      const F64x8 by_square = mul(by_e, e);
      omega = add(omega, adjoint);
      alpha = add(alpha, by_square);
      gamma = add(gamma, select(falls, by_square, zero));
      beta = add(beta, mul(adjoint, F64x8::load(h_ + i)));
      mu = add(mu, mul(select(falls, r.falling, r.alpha), by_e));
      adjoint = add(F64x8::load(slope_ + i), mul(r.beta, adjoint));
    }
    g[kMu] -= 2.0 * reduce_add(mu);
    g[kOmega] += reduce_add(omega);
    g[kAlpha] += reduce_add(alpha);
    g[kGamma] += reduce_add(gamma);
    g[kBeta] += reduce_add(beta);
    adjoint.store(lanes);
    return lanes[0];
  }

  /// Adds what the first variance contributes, whose adjoint is `a`.
  void add_initial(const double* c, const InitialState& initial, double a, double* g) const {
    if (spec_.initial == InitialVariance::kFirst) {
      g[kMu] += a * initial.by_mu;
      return;
    }
    g[kMu] += a * (c[kAlpha] + 0.5 * c[kGamma] + c[kBeta]) * initial.by_mu;
    g[kOmega] += a;
    g[kAlpha] += a * initial.variance;
    g[kGamma] += 0.5 * a * initial.variance;
    g[kBeta] += a * initial.variance;
  }

  template <bool kStudent>
  Likelihood evaluate(const double* c, const Density& density) const {
    const InitialState initial(spec_, moments_, c[kMu]);
    const Reactions reactions(c);
    const double first = first_variance(c, initial);
    if (!(first > 0.0)) return impossible();
    Sums sums;
    const F64x8 starts = segment_starts(c, reactions, first);
    if (!forward<kStudent>(reactions, starts, density.nu, &sums)) return impossible();

    Likelihood out = {};
    const double n = static_cast<double>(n_);
    const double log_h = sums.variances.log();
    if constexpr (kStudent) {
      const double log_tails = sums.tails.log();
      out.value = n * density.constant - 0.5 * log_h - 0.5 * (density.nu + 1.0) * log_tails;
      out.gradient[kNu] = n * density.constant_by_nu - 0.5 * log_tails +
                          0.5 * sums.squares / (density.nu - 2.0);
    } else {
      out.value = n * density.constant - 0.5 * (log_h + sums.squares);
    }
    out.gradient[kMu] = sums.by_mu;
    const double adjoint = backward(c, reactions, sums.states, out.gradient);
    add_initial(c, initial, adjoint, out.gradient);
    return is_finite(out.value) ? out : impossible();
  }

  const Specification& spec_;
  SeriesMoments moments_;
  std::size_t n_;
  std::size_t rows_;
  double* y_;
  double* input_;
  double* h_;
  double* slope_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
