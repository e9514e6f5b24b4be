#pragma once
#include <cstddef>

#include "kernels/quant.h"
#include "kernels/volatility/gamma_functions.h"
#include "simd/f64x8.h"

namespace bot4::BOT4_TARGET {
namespace {

enum class Model { kGarch = 0, kGjr = 1, kEgarch = 2 };

/// What stands for the variance before the first observation, v = mean (y - mu)^2.
enum class InitialVariance {
  kPresample = 0,  ///< h[-1] = e[-1]^2 = v, moving with mu (Fiorentini, Calzolari & Panattoni).
  kFirst = 1,      ///< h[0] = v, moving with mu.
  kFixed = 2,      ///< h[-1] = e[-1]^2 = a given value.
};

/// Where each coefficient stands in a vector of them.
enum Coefficient { kMu, kOmega, kAlpha, kGamma, kBeta, kNu, kCoefficients };

/// What is fitted, as read from the control slice of a call; src/quant/garch.ts writes it.
struct Specification {
  Model model;
  bool student;
  double fixed_nu;  ///< 0: free.
  bool zero_mean;
  InitialVariance initial;
  double initial_value;
  double persistence_bound;
  int max_iterations;

  explicit Specification(const Slice& control)
      : model(static_cast<Model>(static_cast<int>(control.data[0]))),
        student(control.data[1] != 0.0),
        fixed_nu(control.data[2]),
        zero_mean(control.data[3] != 0.0),
        initial(static_cast<InitialVariance>(static_cast<int>(control.data[4]))),
        initial_value(control.data[5]),
        persistence_bound(control.data[6]),
        max_iterations(static_cast<int>(control.data[7])) {}

  bool free(int coefficient) const {
    if (coefficient == kMu) return !zero_mean;
    if (coefficient == kGamma) return model != Model::kGarch;
    if (coefficient == kNu) return student && fixed_nu == 0.0;
    return true;
  }
};

/// Mean and mean square about it of the series: with them mean (y - mu)^2 costs nothing.
struct SeriesMoments {
  double mean;
  double variance;

  explicit SeriesMoments(const Slice& y) {
    const double n = static_cast<double>(y.length);
    mean = sum(y, [](F64x8 x) { return x; }, [](double x) { return x; }) / n;
    const double centre = mean;
    const F64x8 centres = F64x8::set1(mean);
    variance = sum(y, [=](F64x8 x) { return mul(sub(x, centres), sub(x, centres)); },
                   [=](double x) { return (x - centre) * (x - centre); }) / n;
  }

 private:
  template <typename Lanes, typename Single>
  static double sum(const Slice& y, Lanes lanes, Single single) {
    F64x8 sums = F64x8::zero();
    std::size_t t = 0;
    for (; t + kLanes <= y.length; t += kLanes) sums = add(sums, lanes(F64x8::load(y.data + t)));
    double total = reduce_add(sums);
    for (; t < y.length; ++t) total += single(y.data[t]);
    return total;
  }
};

/// The initial variance at a mean, and its derivative by that mean.
struct InitialState {
  double variance;
  double by_mu;

  InitialState(const Specification& spec, const SeriesMoments& moments, double mu) {
    const double e = moments.mean - mu;
    const bool fixed = spec.initial == InitialVariance::kFixed;
    variance = fixed ? spec.initial_value : moments.variance + e * e;
    by_mu = fixed ? 0.0 : -2.0 * e;
  }
};

/// Constants of the innovations' density, scaled to unit variance.
///
///   normal     log f(z) = -log(2 pi)/2 - z^2/2
///   Student-t  log f(z) = log G((nu+1)/2) - log G(nu/2) - log(pi (nu-2))/2
///                         - (nu+1)/2 log(1 + z^2/(nu-2))
struct Density {
  bool student;
  double nu;
  double constant;           ///< Of log f, per observation.
  double constant_by_nu;     ///< Its derivative by nu.
  double mean_absolute;      ///< E|z|.
  double mean_absolute_by_nu;

  Density(bool is_student, double degrees) : student(is_student), nu(degrees) {
    constant = -0.91893853320467274178;
    constant_by_nu = 0.0;
    mean_absolute = 0.79788456080286535588;
    mean_absolute_by_nu = 0.0;
    if (!student) return;
    const LogGamma upper = log_gamma(0.5 * (nu + 1.0));
    const LogGamma lower = log_gamma(0.5 * nu);
    constexpr double kLogPi = 1.14472988584940017414;
    const double log_scale = log_scalar(nu - 2.0);
    constant = upper.value - lower.value - 0.5 * (kLogPi + log_scale);
    constant_by_nu = 0.5 * (upper.derivative - lower.derivative) - 0.5 / (nu - 2.0);
    mean_absolute = 2.0 / (nu - 1.0) *
                    exp_scalar(0.5 * log_scale + upper.value - lower.value - 0.5 * kLogPi);
    mean_absolute_by_nu =
        mean_absolute * (0.5 / (nu - 2.0) + 0.5 * (upper.derivative - lower.derivative) -
                         1.0 / (nu - 1.0));
  }

  /// w = (nu + 1) / (nu - 2 + z^2), with which d log f/dz = -w z; 1 for the normal density.
  double weight(double square) const {
    return student ? (nu + 1.0) / (nu - 2.0 + square) : 1.0;
  }
  /// 1 + z^2 / (nu - 2); Student-t only.
  double tail(double square) const { return 1.0 + square / (nu - 2.0); }
  /// d log f/dnu at a given z^2; Student-t only.
  double by_nu(double square) const {
    return constant_by_nu - 0.5 * log_scalar(tail(square)) +
           0.5 * weight(square) * square / (nu - 2.0);
  }
};

/// A log-likelihood with its gradient by the coefficients; minus infinity where it does not exist.
struct Likelihood {
  double value;
  double gradient[kCoefficients];
};

inline Likelihood impossible() {
  Likelihood out = {};
  out.value = -__builtin_inf();
  return out;
}

inline bool is_finite(double x) { return x - x == 0.0; }

}  // namespace
}  // namespace bot4::BOT4_TARGET
