#pragma once
#include <cstddef>

#include "kernels/dependence/lane_matrix.h"
#include "kernels/dependence/student_quantiles.h"
#include "kernels/volatility/gamma_functions.h"

namespace bot4::BOT4_TARGET {
namespace {

/// L of A = L L' in place of the lower triangle (element (i, j) at i (i + 1) / 2 + j); false when A
/// is not positive definite.
inline bool cholesky_in_place(double* a, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[triangle(i, j)];
      for (std::size_t k = 0; k < j; ++k) sum -= a[triangle(i, k)] * a[triangle(j, k)];
      if (j < i) {
        a[triangle(i, j)] = sum / a[triangle(j, j)];
      } else {
        if (!(sum > 1e-14 * a[triangle(i, i)])) return false;
        a[triangle(i, i)] = __builtin_sqrt(sum);
      }
    }
  }
  return true;
}

/// Solves L L' x = b in place of b.
inline void cholesky_solve(const double* l, std::size_t n, double* b) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= l[triangle(i, k)] * b[k];
    b[i] /= l[triangle(i, i)];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= l[triangle(k, i)] * b[k];
    b[i] /= l[triangle(i, i)];
  }
}

/// The log-likelihood of a t or Gaussian copula in its correlations, at given degrees of freedom.
///
///   l = sum_t log f_R,nu(x[t]) - sum_i log f_nu(x[t][i]),   x[t][i] the nu-quantile of u[t][i]
///
/// Shapes: correlations[d (d - 1) / 2]: (1,0), (2,0), (2,1), ...
/// Source: Demarta and McNeil (2005), International Statistical Review 73(1), eq. 4-6.
class CopulaModel {
 public:
  static std::size_t workspace(std::size_t n, std::size_t d, std::size_t knots) {
    const std::size_t rows = (n + kLanes - 1) / kLanes;
    const std::size_t off = d * (d - 1) / 2;
    return knots + kLanes * (rows * d + d * d) + 4 * d * d + off * (off + 1) / 2 + 4 * off;
  }

  /// `index`: of each value, the place of its knot from 1, with its side's sign; 0 at the median.
  CopulaModel(const double* index, std::size_t n, std::size_t d, const double* distances,
              std::size_t knots, double* memory)
      : index_(index), n_(n), d_(d), off_(d * (d - 1) / 2), rows_((n + kLanes - 1) / kLanes),
        distances_(distances), knots_(knots) {
    const auto take = [&memory](std::size_t count) {
      double* block = memory;
      memory += count;
      return block;
    };
    quantiles_ = take(knots);
    x_ = take(rows_ * d * kLanes);
    sums_ = take(d * d * kLanes);
    inverse_ = take(d * d);
    factor_ = take(d * d);
    scatter_ = take(d * d);
    product_ = take(d * d);
    metric_ = take(off_ * (off_ + 1) / 2);
    gradient_ = take(off_);
    step_ = take(off_);
    trial_ = take(off_);
  }

  /// Takes the quantiles at `nu` degrees of freedom; false when the walk fails.
  bool set_student(double nu) {
    if (!StudentQuantiles(nu)(distances_, knots_, quantiles_)) return false;
    nu_ = nu;
    const double d = static_cast<double>(d_);
    constant_ = log_gamma(0.5 * (nu + d)).value + (d - 1.0) * log_gamma(0.5 * nu).value -
                d * log_gamma(0.5 * (nu + 1.0)).value;
    place();
    return true;
  }

  /// Takes given quantiles, of the normal distribution.
  void set_gaussian(const double* quantiles) {
    for (std::size_t i = 0; i < knots_; ++i) quantiles_[i] = quantiles[i];
    nu_ = 0.0;
    constant_ = 0.0;
    place();
  }

  struct Best {
    double value;
    int iterations;
    bool converged;
  };

  /// Maximises over the correlations from where they are, by Fisher scoring with backtracking.
  Best maximise(double* correlations, int max_iterations) {
    Best best = {evaluate(correlations), 0, false};
    while (is_finite(best.value) && best.iterations < max_iterations) {
      if (!direction()) return best;
      double promised = 0.0;
      for (std::size_t i = 0; i < off_; ++i) promised += 0.5 * step_[i] * gradient_[i];
      ++best.iterations;
      const bool moved = advance(correlations, promised, &best.value);
      best.converged = promised < 1e-9 || (!moved && promised < 1e-6);
      if (best.converged || !moved) return best;
    }
    return best;
  }

 private:
  bool student() const { return nu_ > 0.0; }

  /// Spreads the quantiles over the observations and sums the marginal log-densities.
  void place() {
    ScaledProduct tails;
    double squares = 0.0;
    const F64x8 one = F64x8::set1(1.0);
    const F64x8 inverse = F64x8::set1(student() ? 1.0 / nu_ : 0.0);
    for (std::size_t k = 0; k < rows_; ++k) {
      for (std::size_t i = 0; i < d_; ++i) {
        double* out = x_ + (k * d_ + i) * kLanes;
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const std::size_t t = k * kLanes + lane;
          out[lane] = t < n_ ? quantile(index_[t * d_ + i]) : 0.0;
        }
        const F64x8 x = F64x8::load(out);
        collect(add(one, mul(mul(x, x), inverse)), &tails);
        if (!student()) squares += reduce_add(mul(x, x));
      }
    }
    marginals_ = student() ? -0.5 * (nu_ + 1.0) * tails.log() : -0.5 * squares;
  }

  double quantile(double index) const {
    if (index == 0.0) return 0.0;
    const double size = quantiles_[static_cast<std::size_t>(index < 0.0 ? -index : index) - 1];
    return index < 0.0 ? -size : size;
  }

  /// R^-1 into inverse_ (whole) and log det R; false when R is not positive definite.
  bool invert(const double* correlations, double* log_determinant) {
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j < i; ++j) factor_[triangle(i, j)] = correlations[pair++];
      factor_[triangle(i, i)] = 1.0;
    }
    if (!cholesky_in_place(factor_, d_)) return false;
    *log_determinant = 0.0;
    for (std::size_t i = 0; i < d_; ++i) {
      *log_determinant += 2.0 * log_scalar(factor_[triangle(i, i)]);
      double* column = inverse_ + i * d_;
      for (std::size_t k = 0; k < d_; ++k) column[k] = k == i ? 1.0 : 0.0;
      cholesky_solve(factor_, d_, column);
    }
    return true;
  }

  /// The log-likelihood, with its gradient in gradient_; minus infinity where there is none.
  double evaluate(const double* correlations) {
    double log_determinant = 0.0;
    if (!invert(correlations, &log_determinant)) return -__builtin_inf();
    const F64x8 one = F64x8::set1(1.0), zero = F64x8::zero();
    const F64x8 nu = F64x8::set1(nu_);
    const F64x8 reach = F64x8::set1(nu_ + static_cast<double>(d_));
    for (std::size_t i = 0; i < d_ * d_; ++i) put(sums_, i, zero);
    ScaledProduct tails;
    F64x8 forms = zero;
    for (std::size_t k = 0; k < rows_; ++k) {
      const double* x = x_ + k * d_ * kLanes;
      F64x8 form = zero;
      for (std::size_t i = 0; i < d_; ++i) {
        F64x8 sum = zero;
        for (std::size_t j = 0; j < d_; ++j) {
          sum = add(sum, mul(F64x8::set1(inverse_[i * d_ + j]), at(x, j)));
        }
        form = add(form, mul(sum, at(x, i)));
      }
      F64x8 weight = one;
      if (student()) {
        weight = div(reach, add(nu, form));
        // Unused lanes hold x = 0: a factor of 1.
        if (!collect(add(one, div(form, nu)), &tails)) return -__builtin_inf();
      }
      forms = add(forms, form);
      for (std::size_t i = 0; i < d_; ++i) {
        const F64x8 left = mul(weight, at(x, i));
        for (std::size_t j = 0; j <= i; ++j) {
          put(sums_, triangle(i, j), add(at(sums_, triangle(i, j)), mul(left, at(x, j))));
        }
      }
    }
    gradients();
    const double n = static_cast<double>(n_);
    const double shape = student() ? -0.5 * (nu_ + static_cast<double>(d_)) * tails.log()
                                   : -0.5 * reduce_add(forms);
    return n * (constant_ - 0.5 * log_determinant) + shape - marginals_;
  }

  /// dl/dR = R^-1 S R^-1 - n R^-1 off the diagonal, S the weighted scatter.
  void gradients() {
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const double sum = reduce_add(at(sums_, triangle(i, j)));
        scatter_[i * d_ + j] = sum;
        scatter_[j * d_ + i] = sum;
      }
    }
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j < d_; ++j) {
        double sum = 0.0;
        for (std::size_t k = 0; k < d_; ++k) sum += inverse_[i * d_ + k] * scatter_[k * d_ + j];
        product_[i * d_ + j] = sum;
      }
    }
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j < i; ++j, ++pair) {
        double sum = -static_cast<double>(n_) * inverse_[i * d_ + j];
        for (std::size_t k = 0; k < d_; ++k) sum += product_[i * d_ + k] * inverse_[k * d_ + j];
        gradient_[pair] = sum;
      }
    }
  }

  /// The scoring step: the expected information over the correlations, solved for the gradient.
  bool direction() {
    const double d = static_cast<double>(d_);
    const double scale = static_cast<double>(n_) * (student() ? (nu_ + d) / (nu_ + d + 2.0) : 1.0);
    std::size_t row = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      for (std::size_t j = 0; j < i; ++j, ++row) {
        std::size_t column = 0;
        for (std::size_t k = 0; k <= i; ++k) {
          for (std::size_t l = 0; l < k && column <= row; ++l, ++column) {
            metric_[triangle(row, column)] =
                scale * (inverse_[i * d_ + k] * inverse_[j * d_ + l] +
                         inverse_[i * d_ + l] * inverse_[j * d_ + k]);
          }
        }
        step_[row] = gradient_[row];
      }
    }
    if (!cholesky_in_place(metric_, off_)) return false;
    cholesky_solve(metric_, off_, step_);
    return true;
  }

  bool advance(double* correlations, double promised, double* value) {
    double t = 1.0;
    for (int attempt = 0; attempt < 30; ++attempt, t *= 0.5) {
      for (std::size_t i = 0; i < off_; ++i) trial_[i] = correlations[i] + t * step_[i];
      const double found = evaluate(trial_);
      if (!is_finite(found) || !(found >= *value + 1e-4 * t * promised)) continue;
      *value = found;
      for (std::size_t i = 0; i < off_; ++i) correlations[i] = trial_[i];
      return true;
    }
    return false;
  }

  const double* index_;
  std::size_t n_, d_, off_, rows_;
  const double* distances_;
  std::size_t knots_;
  double nu_ = 0.0, constant_ = 0.0, marginals_ = 0.0;
  double *quantiles_, *x_, *sums_, *inverse_, *factor_, *scatter_, *product_;
  double *metric_, *gradient_, *step_, *trial_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
