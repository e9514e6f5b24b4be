#pragma once
#include <cstddef>

#include "kernels/dependence/lane_matrix.h"
#include "kernels/quant.h"

namespace bot4::BOT4_TARGET {
namespace {

/// What one pass over the observations leaves.
struct DccLikelihood {
  double value;          ///< Of the correlation part, +z'z/2 included.
  double gradient[2];    ///< By a and b.
  double outer[2][2];    ///< Sum of the outer products of the scores.
};

/// The second step of a DCC(1,1) on standardised residuals.
///
///   Q[t] = (1 - a - b) Qbar + a z[t-1] z[t-1]' + b Q[t-1],  Q[-1] = Qbar, z[-1] z[-1]' = presample
///   R[t] = diag(Q[t])^-1/2 Q[t] diag(Q[t])^-1/2
///   l    = -1/2 sum_t (log det R[t] + z[t]' R[t]^-1 z[t] - z[t]' z[t])
///
/// What walks along is A[t] = dQ[t]/da and C[t] = dA[t]/db: Q[t] = Qbar + a A[t], dQ[t]/db = a
/// C[t], A[t+1] = z[t] z[t]' - Qbar + b A[t], C[t+1] = A[t] + b C[t].
///
/// Lane l holds the observations [l rows, (l + 1) rows): all lanes walk their segment at once, from
/// states found by a first walk from zero, the recursion being linear.
///
/// Shapes: symmetric matrices as lower triangles, element (i, j) at i (i + 1) / 2 + j.
/// Source: Engle (2002), J. of Business & Economic Statistics 20(3), eq. 18-26.
class DccModel {
 public:
  /// Doubles of working memory for n observations of d assets.
  static std::size_t workspace(std::size_t n, std::size_t d) {
    const std::size_t pairs = d * (d + 1) / 2;
    const std::size_t rows = (n + kLanes - 1) / kLanes;
    return kLanes * (rows * (2 * d + pairs) + 8 * pairs + 5 * d);
  }

  DccModel(const double* z, std::size_t n, std::size_t d, const double* qbar,
           const double* presample, bool presample_is_qbar, double* memory)
      : n_(n), d_(d), pairs_(d * (d + 1) / 2), rows_((n + kLanes - 1) / kLanes), qbar_(qbar),
        presample_(presample), presample_is_qbar_(presample_is_qbar) {
    const auto take = [&memory](std::size_t count) {
      double* block = memory;
      memory += count * kLanes;
      return block;
    };
    z_ = take(rows_ * d);
    direct_ = take(rows_ * d);
    adjoints_ = take(rows_ * pairs_);
    by_a_ = take(pairs_);
    by_a_by_b_ = take(pairs_);
    q_ = take(pairs_);
    factor_ = take(pairs_);
    inverse_ = take(pairs_);
    carried_ = take(pairs_);
    total_ = take(pairs_);
    next_ = take(pairs_);
    reciprocals_ = take(d);
    roots_ = take(d);
    variances_ = take(d);
    solution_ = take(d);
    scaled_ = take(d);
    for (std::size_t t = 0; t < rows_ * kLanes; ++t) {
      const std::size_t lane = t / rows_;
      for (std::size_t i = 0; i < d; ++i) {
        z_[((t % rows_) * d + i) * kLanes + lane] = t < n ? z[t * d + i] : 0.0;
      }
    }
  }

  /// The likelihood alone, not finite where some Q[t] is not positive definite.
  double value(double a, double b) {
    DccLikelihood out;
    return walk<Pass::kValue>(a, b, nullptr, &out) ? out.value : -__builtin_inf();
  }

  /// Likelihood and gradient at (a, b); false where some Q[t] is not positive definite. With
  /// `scores` (n pairs) also each observation's gradient.
  bool evaluate(double a, double b, double* scores, DccLikelihood* out) {
    return walk<Pass::kGradient>(a, b, scores, out);
  }

  /// As `evaluate`, with the gradient by the residuals, `by_z` (n x d), and by Qbar, `by_qbar`
  /// (pairs; an element off the diagonal stands for both of its places).
  bool sensitivities(double a, double b, double* by_z, double* by_qbar, DccLikelihood* out) {
    if (!walk<Pass::kAdjoint>(a, b, nullptr, out)) return false;
    backward(a, b, by_z, by_qbar);
    return true;
  }

  /// Adds to derivatives by residuals, `by_z` (n x d), what reaches them through Qbar, the sum of
  /// `scale` times the products of residuals less `means`; `by_qbar` as `sensitivities` gives it.
  void through_target(const double* means, double scale, const double* by_qbar, double* by_z) {
    for (std::size_t k = 0; k < rows_; ++k) {
      const double* z = z_ + k * d_ * kLanes;
      for (std::size_t j = 0; j < d_; ++j) {
        put(scaled_, j, mul(F64x8::set1(scale), sub(at(z, j), F64x8::set1(means[j]))));
      }
      for (std::size_t i = 0; i < d_; ++i) {
        F64x8 sum = mul(F64x8::set1(by_qbar[triangle(i, i)]), at(scaled_, i));
        for (std::size_t j = 0; j < d_; ++j) {
          const double slope = by_qbar[j <= i ? triangle(i, j) : triangle(j, i)];
          sum = add(sum, mul(F64x8::set1(slope), at(scaled_, j)));
        }
        alignas(64) double lanes[kLanes];
        sum.store(lanes);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          const std::size_t t = lane * rows_ + k;
          if (t < n_) by_z[t * d_ + i] += lanes[lane];
        }
      }
    }
  }

 private:
  enum class Pass { kValue, kGradient, kAdjoint };

  /// b^rows and rows b^(rows - 1): what a segment leaves of the state at its start.
  void segment_powers(double b, double* power, double* slope) const {
    double lower = 1.0;
    for (std::size_t k = 1; k < rows_; ++k) lower *= b;
    *power = lower * b;
    *slope = static_cast<double>(rows_) * lower;
  }

  /// The states one observation on, given the residuals `z` of the one that was.
  template <bool kByB>
  void advance(const double* z, F64x8 b) {
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      const F64x8 zi = at(z, i);
      for (std::size_t j = 0; j <= i; ++j, ++pair) {
        const F64x8 input = sub(mul(zi, at(z, j)), F64x8::set1(qbar_[pair]));
        const F64x8 was = at(by_a_, pair);
        put(by_a_, pair, add(input, mul(b, was)));
        if constexpr (kByB) put(by_a_by_b_, pair, add(was, mul(b, at(by_a_by_b_, pair))));
      }
    }
  }

  /// Puts the states of the first observation of every lane.
  template <bool kByB>
  void start(double b) {
    for (std::size_t i = 0; i < pairs_; ++i) {
      put(by_a_, i, F64x8::zero());
      put(by_a_by_b_, i, F64x8::zero());
    }
    for (std::size_t k = 0; k < rows_; ++k) advance<kByB>(z_ + k * d_ * kLanes, F64x8::set1(b));
    double power = 0.0, slope = 0.0;
    segment_powers(b, &power, &slope);
    for (std::size_t pair = 0; pair < pairs_; ++pair) {
      double by_a = presample_[pair] - qbar_[pair];
      double by_a_by_b = 0.0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        double* at_a = by_a_ + pair * kLanes + lane;
        double* at_c = by_a_by_b_ + pair * kLanes + lane;
        const double end_a = *at_a + power * by_a;
        const double end_c = *at_c + power * by_a_by_b + slope * by_a;
        *at_a = by_a;
        *at_c = by_a_by_b;
        by_a = end_a;
        by_a_by_b = end_c;
      }
    }
  }

  /// Lanes whose observation in row k exists.
  M8 present(std::size_t k) const {
    alignas(64) double flags[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      flags[lane] = lane * rows_ + k < n_ ? 1.0 : 0.0;
    }
    return equal(F64x8::load(flags), F64x8::set1(1.0));
  }

  struct Point {
    F64x8 ratio;      ///< 1 / det R.
    F64x8 quadratic;  ///< z' R^-1 z - z' z.
    F64x8 by_a, by_b;
  };

  /// Q of a row of observations, its factors, and w = diag(Q)^1/2 z; false when not definite.
  bool factors(const double* z, double a, M8 mask, Point* p) {
    const F64x8 one = F64x8::set1(1.0), lane_a = F64x8::set1(a);
    for (std::size_t i = 0; i < pairs_; ++i) {
      put(q_, i, add(F64x8::set1(qbar_[i]), mul(lane_a, at(by_a_, i))));
    }
    if (!factorise(q_, d_, factor_, reciprocals_, mask)) return false;
    for (std::size_t i = 0; i < d_; ++i) put(variances_, i, at(q_, triangle(i, i)));
    for (std::size_t i = 0; i < d_ * kLanes; ++i) roots_[i] = __builtin_sqrt(variances_[i]);
    p->ratio = one;
    for (std::size_t i = 0; i < d_; ++i) {
      put(scaled_, i, mul(at(z, i), at(roots_, i)));
      p->ratio = mul(p->ratio, mul(at(variances_, i), at(reciprocals_, i)));
    }
    p->ratio = select(mask, p->ratio, one);
    return true;
  }

  /// The quadratic form by a forward solution alone.
  void quadratic_only(const double* z, M8 mask, Point* p) {
    F64x8 sum = F64x8::zero();
    for (std::size_t i = 0; i < d_; ++i) {
      F64x8 y = at(scaled_, i);
      for (std::size_t j = 0; j < i; ++j) {
        y = sub(y, mul(at(factor_, triangle(i, j)), at(solution_, j)));
      }
      put(solution_, i, y);
      const F64x8 zi = at(z, i);
      sum = add(sum, sub(mul(mul(y, y), at(reciprocals_, i)), mul(zi, zi)));
    }
    p->quadratic = select(mask, sum, F64x8::zero());
  }

  /// The quadratic form and the gradient; dl/dQ goes into carried_, dl/dz but for the paths through
  /// Q into `direct`.
  void gradients(const double* z, double a, M8 mask, double* direct, Point* p) {
    const F64x8 one = F64x8::set1(1.0), half = F64x8::set1(0.5), zero = F64x8::zero();
    invert_unit(factor_, d_, inverse_);
    gram_inverse(inverse_, reciprocals_, d_, q_, carried_);
    p->quadratic = zero;
    for (std::size_t i = 0; i < d_; ++i) {
      F64x8 sum = zero;
      for (std::size_t j = 0; j <= i; ++j) {
        sum = add(sum, mul(at(carried_, triangle(i, j)), at(scaled_, j)));
      }
      for (std::size_t j = i + 1; j < d_; ++j) {
        sum = add(sum, mul(at(carried_, triangle(j, i)), at(scaled_, j)));
      }
      put(solution_, i, sum);
      const F64x8 zi = at(z, i);
      p->quadratic = add(p->quadratic, sub(mul(sum, at(scaled_, i)), mul(zi, zi)));
    }
    p->quadratic = select(mask, p->quadratic, zero);
    F64x8 by_a = zero, by_c = zero;
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      const F64x8 u = at(solution_, i), zi = at(z, i), root = at(roots_, i);
      put(direct, i, select(mask, sub(zi, mul(u, root)), zero));
      for (std::size_t j = 0; j <= i; ++j, ++pair) {
        F64x8 g = sub(mul(u, at(solution_, j)), at(carried_, pair));
        if (i == j) {
          const F64x8 inverse = div(one, root);
          g = mul(half, add(g, mul(inverse, sub(inverse, mul(u, zi)))));
        }
        put(carried_, pair, g);
        by_a = add(by_a, mul(g, at(by_a_, pair)));
        by_c = add(by_c, mul(g, at(by_a_by_b_, pair)));
      }
    }
    p->by_a = select(mask, by_a, zero);
    p->by_b = select(mask, mul(F64x8::set1(a), by_c), zero);
  }

  /// dl/dQ of row k kept, and summed up to the state that the backward walk has at the start of
  /// each segment.
  void keep(std::size_t k, M8 mask, F64x8 power) {
    double* kept = adjoints_ + k * pairs_ * kLanes;
    for (std::size_t i = 0; i < pairs_; ++i) {
      const F64x8 own = select(mask, at(carried_, i), F64x8::zero());
      put(kept, i, own);
      put(next_, i, add(at(next_, i), mul(power, own)));
    }
  }

  /// Every observation forward.
  template <Pass kPass>
  bool walk(double a, double b, double* scores, DccLikelihood* out) {
    constexpr bool kGradient = kPass != Pass::kValue;
    start<kGradient>(b);
    const F64x8 zero = F64x8::zero(), lane_b = F64x8::set1(b);
    F64x8 quadratic = zero, g[2] = {zero, zero}, outer[3] = {zero, zero, zero};
    F64x8 power = F64x8::set1(1.0);
    ScaledProduct ratios;
    for (std::size_t i = 0; i < pairs_; ++i) put(next_, i, zero);
    for (std::size_t k = 0; k < rows_; ++k) {
      const double* z = z_ + k * d_ * kLanes;
      const M8 mask = present(k);
      Point p = {zero, zero, zero, zero};
      if (!factors(z, a, mask, &p) || !collect(p.ratio, &ratios)) return false;
      if constexpr (kGradient) {
        gradients(z, a, mask, direct_ + k * d_ * kLanes, &p);
      } else {
        quadratic_only(z, mask, &p);
      }
      quadratic = add(quadratic, p.quadratic);
      g[0] = add(g[0], p.by_a);
      g[1] = add(g[1], p.by_b);
      outer[0] = add(outer[0], mul(p.by_a, p.by_a));
      outer[1] = add(outer[1], mul(p.by_a, p.by_b));
      outer[2] = add(outer[2], mul(p.by_b, p.by_b));
      if (scores != nullptr) store_scores(p, k, scores);
      if constexpr (kPass == Pass::kAdjoint) {
        keep(k, mask, power);
        power = mul(power, lane_b);
      }
      advance<kGradient>(z, lane_b);
    }
    out->value = 0.5 * (ratios.log() - reduce_add(quadratic));
    for (int i = 0; i < 2; ++i) out->gradient[i] = reduce_add(g[i]);
    out->outer[0][0] = reduce_add(outer[0]);
    out->outer[0][1] = out->outer[1][0] = reduce_add(outer[1]);
    out->outer[1][1] = reduce_add(outer[2]);
    return is_finite(out->value);
  }

  void store_scores(const Point& p, std::size_t k, double* scores) const {
    alignas(64) double by_a[kLanes], by_b[kLanes];
    p.by_a.store(by_a);
    p.by_b.store(by_b);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t t = lane * rows_ + k;
      if (t >= n_) continue;
      scores[2 * t] = by_a[lane];
      scores[2 * t + 1] = by_b[lane];
    }
  }

  /// After an adjoint walk: the adjoint A[t] = dl/dQ[t] + b A[t+1], last observation first.
  void backward(double a, double b, double* by_z, double* by_qbar) {
    double power = 0.0, slope = 0.0;
    segment_powers(b, &power, &slope);
    for (std::size_t i = 0; i < pairs_; ++i) {
      double ahead = 0.0;
      for (int lane = kLanes - 1; lane >= 0; --lane) {
        const double own = next_[i * kLanes + static_cast<std::size_t>(lane)];
        next_[i * kLanes + static_cast<std::size_t>(lane)] = ahead;
        ahead = own + power * ahead;
      }
      put(total_, i, F64x8::zero());
    }
    const F64x8 lane_a = F64x8::set1(a), lane_b = F64x8::set1(b);
    for (std::size_t k = rows_; k-- > 0;) {
      const double* z = z_ + k * d_ * kLanes;
      const double* direct = direct_ + k * d_ * kLanes;
      for (std::size_t i = 0; i < d_; ++i) {
        F64x8 sum = mul(at(next_, triangle(i, i)), at(z, i));
        for (std::size_t j = 0; j < d_; ++j) {
          const std::size_t pair = j <= i ? triangle(i, j) : triangle(j, i);
          sum = add(sum, mul(at(next_, pair), at(z, j)));
        }
        scatter(add(at(direct, i), mul(lane_a, sum)), k, i, by_z);
      }
      const double* kept = adjoints_ + k * pairs_ * kLanes;
      for (std::size_t i = 0; i < pairs_; ++i) {
        const F64x8 adjoint = add(at(kept, i), mul(lane_b, at(next_, i)));
        put(next_, i, adjoint);
        put(total_, i, add(at(total_, i), adjoint));
      }
    }
    const double first = presample_is_qbar_ ? a + b : b;
    for (std::size_t i = 0; i < pairs_; ++i) {
      by_qbar[i] = (1.0 - a - b) * reduce_add(at(total_, i)) + first * next_[i * kLanes];
    }
  }

  void scatter(F64x8 values, std::size_t k, std::size_t i, double* by_z) const {
    alignas(64) double lanes[kLanes];
    values.store(lanes);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const std::size_t t = lane * rows_ + k;
      if (t < n_) by_z[t * d_ + i] = lanes[lane];
    }
  }

  std::size_t n_, d_, pairs_, rows_;
  const double* qbar_;
  const double* presample_;
  bool presample_is_qbar_;
  double *z_, *direct_, *adjoints_;
  double *by_a_, *by_a_by_b_, *q_;
  double *factor_, *inverse_, *carried_, *total_, *next_;
  double *reciprocals_, *roots_, *variances_, *solution_, *scaled_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
