#pragma once
#include <cstddef>

#include "simd/scalar_elementary.h"

namespace bot4::BOT4_TARGET {
namespace {

/// A small symmetric matrix, kept whole.
template <int N>
struct SmallMatrix {
  double a[N][N];
};

/// Solves A x = b over the variables with free[i] by Cholesky; x is 0 elsewhere. False when that
/// part of A is not positive definite.
template <int N>
bool solve_free(const SmallMatrix<N>& m, const bool* free, const double* b, double* x) {
  int index[N];
  int count = 0;
  for (int i = 0; i < N; ++i) {
    x[i] = 0.0;
    if (free[i]) index[count++] = i;
  }
  double l[N][N];
  double y[N];
  for (int i = 0; i < count; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = m.a[index[i]][index[j]];
      for (int k = 0; k < j; ++k) sum -= l[i][k] * l[j][k];
      if (i == j) {
        if (!(sum > 1e-14 * m.a[index[i]][index[i]])) return false;
        l[i][i] = __builtin_sqrt(sum);
      } else {
        l[i][j] = sum / l[j][j];
      }
    }
    double sum = b[index[i]];
    for (int k = 0; k < i; ++k) sum -= l[i][k] * y[k];
    y[i] = sum / l[i][i];
  }
  for (int i = count - 1; i >= 0; --i) {
    double sum = y[i];
    for (int k = i + 1; k < count; ++k) sum -= l[k][i] * x[index[k]];
    x[index[i]] = sum / l[i][i];
  }
  return true;
}

/// Where a search ended.
struct SearchEnd {
  double value;
  int iterations;
  int evaluations;
  bool converged;
};

/// Minimises a smooth function over a box by BFGS on the variables that are not held at a bound.
///
/// `f(x, gradient)` returns the value, not finite where the function does not exist. `b` comes with
/// a first guess of the Hessian. Ends when the expected decrease g' B^-1 g / 2 is below `tolerance`,
/// after one last step.
///
/// Source: Nocedal & Wright (2006), Numerical Optimization, algorithm 6.1, with Powell's damping
///         (18.3) and the active set of Bertsekas (1982), SIAM J. Control 20(2).
template <int N, typename Function>
class BoxBfgs {
 public:
  /// `poor_steps`: so many steps in a row that gain next to nothing end the search.
  BoxBfgs(const Function& f, const double* low, const double* high, int poor_steps)
      : f_(f), low_(low), high_(high), poor_steps_(poor_steps) {}

  SearchEnd minimise(double* x, SmallMatrix<N>* b, double tolerance, int max_iterations) const {
    double gradient[N];
    SearchEnd end = {f_(x, gradient), 0, 1, false};
    const SmallMatrix<N> first = *b;
    bool restarted = false;
    int poor = 0;
    while (end.iterations < max_iterations && poor < poor_steps_) {
      double step[N];
      const double expected = direction(x, gradient, *b, step);
      if (expected == 0.0) {
        end.converged = true;
        return end;
      }
      ++end.iterations;
      const bool last = expected < tolerance;
      const double before = end.value;
      const bool moved = advance(x, gradient, step, b, &end);
      poor = before - end.value < 0.01 * expected ? poor + 1 : 0;
      if (last || !moved) {
        // A step that finds nothing lower although much was expected: the model of the Hessian is
        // bad. It starts again from the first guess, once.
        end.converged = last || expected < 1e3 * tolerance;
        if (end.converged || restarted) return end;
        restarted = true;
        *b = first;
      }
    }
    return end;
  }

 private:
  /// Newton's direction by B, over the free variables; returns the decrease it promises.
  double direction(const double* x, const double* g, const SmallMatrix<N>& b, double* d) const {
    bool free[N];
    double negative[N];
    for (int i = 0; i < N; ++i) {
      const bool held = low_[i] == high_[i] || (x[i] <= low_[i] && g[i] > 0.0) ||
                        (x[i] >= high_[i] && g[i] < 0.0);
      free[i] = !held;
      negative[i] = -g[i];
    }
    double slope = 0.0;
    if (solve_free(b, free, negative, d)) {
      for (int i = 0; i < N; ++i) slope -= d[i] * g[i];
    }
    if (!(slope > 0.0)) {
      slope = 0.0;
      for (int i = 0; i < N; ++i) {
        const double scale = b.a[i][i] > 0.0 ? b.a[i][i] : 1.0;
        d[i] = free[i] ? -g[i] / scale : 0.0;
        slope -= d[i] * g[i];
      }
    }
    return 0.5 * slope;
  }

  double clip(double value, int i) const {
    return value < low_[i] ? low_[i] : value > high_[i] ? high_[i] : value;
  }

  /// Backtracks along the projected direction, then updates x, the gradient and B.
  bool advance(double* x, double* g, const double* d, SmallMatrix<N>* b, SearchEnd* end) const {
    double t = 1.0;
    for (int attempt = 0; attempt < 40; ++attempt) {
      double trial[N], trial_gradient[N], s[N];
      double slope = 0.0;
      for (int i = 0; i < N; ++i) {
        trial[i] = clip(x[i] + t * d[i], i);
        s[i] = trial[i] - x[i];
        slope += s[i] * g[i];
      }
      const double value = f_(trial, trial_gradient);
      ++end->evaluations;
      const bool finite = value - value == 0.0;
      if (finite && slope < 0.0 && value <= end->value + 1e-4 * slope) {
        double y[N];
        for (int i = 0; i < N; ++i) {
          y[i] = trial_gradient[i] - g[i];
          x[i] = trial[i];
          g[i] = trial_gradient[i];
        }
        end->value = value;
        update(s, y, b);
        return true;
      }
      double shrink = 0.2;
      if (finite && slope < 0.0) {
        const double curved = value - end->value - slope;
        if (curved > 0.0) shrink = -0.5 * slope / curved;
      }
      t *= shrink < 0.1 ? 0.1 : shrink > 0.5 ? 0.5 : shrink;
    }
    return false;
  }

  static void update(const double* s, const double* y, SmallMatrix<N>* b) {
    double bs[N];
    double sbs = 0.0;
    double sy = 0.0;
    for (int i = 0; i < N; ++i) {
      bs[i] = 0.0;
      for (int j = 0; j < N; ++j) bs[i] += b->a[i][j] * s[j];
      sbs += s[i] * bs[i];
      sy += s[i] * y[i];
    }
    if (!(sbs > 0.0)) return;
    const double mix = sy >= 0.2 * sbs ? 1.0 : 0.8 * sbs / (sbs - sy);
    double r[N];
    double sr = 0.0;
    for (int i = 0; i < N; ++i) {
      r[i] = mix * y[i] + (1.0 - mix) * bs[i];
      sr += s[i] * r[i];
    }
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) b->a[i][j] += r[i] * r[j] / sr - bs[i] * bs[j] / sbs;
    }
  }

  const Function& f_;
  const double* low_;
  const double* high_;
  int poor_steps_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
