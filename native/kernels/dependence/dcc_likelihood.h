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
/// Lane l holds the observations [l rows, (l + 1) rows): all lanes walk their segment at once, from
/// states found by a first walk from zero, the recursion being linear. Derivatives by a and b walk
/// along with Q.
///
/// Shapes: symmetric matrices as lower triangles, element (i, j) at i (i + 1) / 2 + j.
/// Source: Engle (2002), J. of Business & Economic Statistics 20(3), eq. 18-26.
class DccModel {
 public:
  /// Doubles of working memory for n observations of d assets.
  static std::size_t workspace(std::size_t n, std::size_t d) {
    const std::size_t pairs = d * (d + 1) / 2;
    const std::size_t rows = (n + kLanes - 1) / kLanes;
    return kLanes * (rows * (2 * d + pairs) + 8 * pairs + 4 * d);
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
    for (double*& state : states_) state = take(pairs_);
    factor_ = take(pairs_);
    inverse_ = take(pairs_);
    carried_ = take(pairs_);
    total_ = take(pairs_);
    next_ = take(pairs_);
    reciprocals_ = take(d);
    roots_ = take(d);
    solution_ = take(d);
    scaled_ = take(d);
    for (std::size_t t = 0; t < rows_ * kLanes; ++t) {
      const std::size_t lane = t / rows_;
      for (std::size_t i = 0; i < d; ++i) {
        z_[((t % rows_) * d + i) * kLanes + lane] = t < n ? z[t * d + i] : 0.0;
      }
    }
  }

  /// Likelihood and gradient at (a, b); false where some Q[t] is not positive definite. With
  /// `scores` (n pairs) also each observation's gradient.
  bool evaluate(double a, double b, double* scores, DccLikelihood* out) {
    return walk<false>(a, b, scores, out);
  }

  /// The gradient of the likelihood by the residuals, `by_z` (n x d), and by Qbar, `by_qbar`
  /// (pairs; an element off the diagonal stands for both of its places).
  bool sensitivities(double a, double b, double* by_z, double* by_qbar) {
    DccLikelihood unused;
    if (!walk<true>(a, b, nullptr, &unused)) return false;
    backward(a, b, by_z, by_qbar);
    return true;
  }

 private:
  F64x8 state(int which, std::size_t pair) const { return at(states_[which], pair); }

  /// b^rows and rows b^(rows - 1): what a segment leaves of the state at its start.
  void segment_powers(double b, double* power, double* slope) const {
    double lower = 1.0;
    for (std::size_t k = 1; k < rows_; ++k) lower *= b;
    *power = lower * b;
    *slope = static_cast<double>(rows_) * lower;
  }

  /// Q and its derivatives one observation on, given the residuals `z` of the one that was.
  void advance(const double* z, double a, double b) {
    const F64x8 lane_a = F64x8::set1(a), lane_b = F64x8::set1(b);
    const double rest = 1.0 - a - b;
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      const F64x8 zi = at(z, i);
      for (std::size_t j = 0; j <= i; ++j, ++pair) {
        const F64x8 target = F64x8::set1(qbar_[pair]);
        const F64x8 product = mul(zi, at(z, j));
        const F64x8 q = state(0, pair);
        put(states_[1], pair, add(sub(product, target), mul(lane_b, state(1, pair))));
        put(states_[2], pair, add(sub(q, target), mul(lane_b, state(2, pair))));
        const F64x8 fixed = F64x8::set1(rest * qbar_[pair]);
        put(states_[0], pair, add(add(fixed, mul(lane_a, product)), mul(lane_b, q)));
      }
    }
  }

  /// Puts Q[t], dQ[t]/da and dQ[t]/db of the first observation of every lane into the states.
  void start(double a, double b) {
    for (double* s : states_) {
      for (std::size_t i = 0; i < pairs_; ++i) put(s, i, F64x8::zero());
    }
    for (std::size_t k = 0; k < rows_; ++k) advance(z_ + k * d_ * kLanes, a, b);
    double power = 0.0, slope = 0.0;
    segment_powers(b, &power, &slope);
    for (std::size_t pair = 0; pair < pairs_; ++pair) {
      const double qbar = qbar_[pair], before = presample_[pair];
      double q = (1.0 - a) * qbar + a * before;
      double by_a = before - qbar;
      double by_b = 0.0;
      for (int lane = 0; lane < kLanes; ++lane) {
        double* at_q = states_[0] + pair * kLanes + lane;
        double* at_a = states_[1] + pair * kLanes + lane;
        double* at_b = states_[2] + pair * kLanes + lane;
        const double end_q = *at_q + power * q;
        const double end_a = *at_a + power * by_a;
        const double end_b = *at_b + power * by_b + slope * q;
        *at_q = q;
        *at_a = by_a;
        *at_b = by_b;
        q = end_q;
        by_a = end_a;
        by_b = end_b;
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
    bool definite;
  };

  /// The likelihood of one row of observations; dl/dQ goes into carried_, dl/dz but for the paths
  /// through Q into `direct`.
  Point point(const double* z, M8 mask, double* direct) {
    const F64x8 one = F64x8::set1(1.0), half = F64x8::set1(0.5), zero = F64x8::zero();
    Point p = {one, zero, zero, zero, true};
    p.definite = factorise(states_[0], d_, factor_, reciprocals_, mask);
    for (std::size_t i = 0; i < d_; ++i) {
      const F64x8 variance = state(0, triangle(i, i));
      const F64x8 root = sqrt_lanes(variance);
      put(roots_, i, root);
      put(scaled_, i, mul(at(z, i), root));
      p.ratio = mul(p.ratio, mul(variance, at(reciprocals_, i)));
    }
    invert_unit(factor_, d_, inverse_);
    gram_inverse(inverse_, reciprocals_, d_, carried_);
    for (std::size_t i = 0; i < d_; ++i) {
      F64x8 sum = zero;
      for (std::size_t j = 0; j < d_; ++j) {
        const std::size_t pair = j <= i ? triangle(i, j) : triangle(j, i);
        sum = add(sum, mul(at(carried_, pair), at(scaled_, j)));
      }
      put(solution_, i, sum);
      p.quadratic = add(p.quadratic, sub(mul(sum, at(scaled_, i)), mul(at(z, i), at(z, i))));
    }
    std::size_t pair = 0;
    for (std::size_t i = 0; i < d_; ++i) {
      const F64x8 u = at(solution_, i);
      const F64x8 root = at(roots_, i);
      put(direct, i, select(mask, sub(at(z, i), mul(u, root)), zero));
      for (std::size_t j = 0; j <= i; ++j, ++pair) {
        F64x8 g = sub(mul(u, at(solution_, j)), at(carried_, pair));
        if (i == j) {
          const F64x8 own = div(sub(div(one, root), mul(u, at(z, i))), root);
          g = mul(half, add(g, own));
        }
        g = select(mask, g, zero);
        put(carried_, pair, g);
        p.by_a = add(p.by_a, mul(g, state(1, pair)));
        p.by_b = add(p.by_b, mul(g, state(2, pair)));
      }
    }
    p.ratio = select(mask, p.ratio, one);
    p.quadratic = select(mask, p.quadratic, zero);
    return p;
  }

  /// Every observation forward; with kKeep dl/dQ of each is kept, and summed up to the state that
  /// the backward walk has at the start of each segment.
  template <bool kKeep>
  bool walk(double a, double b, double* scores, DccLikelihood* out) {
    start(a, b);
    const F64x8 zero = F64x8::zero();
    F64x8 quadratic = zero, g[2] = {zero, zero}, outer[3] = {zero, zero, zero};
    F64x8 power = F64x8::set1(1.0);
    ScaledProduct ratios;
    if constexpr (kKeep) {
      for (std::size_t i = 0; i < pairs_; ++i) put(next_, i, zero);
    }
    for (std::size_t k = 0; k < rows_; ++k) {
      const double* z = z_ + k * d_ * kLanes;
      const Point p = point(z, present(k), direct_ + k * d_ * kLanes);
      if (!p.definite || !collect(p.ratio, &ratios)) return false;
      quadratic = add(quadratic, p.quadratic);
      g[0] = add(g[0], p.by_a);
      g[1] = add(g[1], p.by_b);
      outer[0] = add(outer[0], mul(p.by_a, p.by_a));
      outer[1] = add(outer[1], mul(p.by_a, p.by_b));
      outer[2] = add(outer[2], mul(p.by_b, p.by_b));
      if (scores != nullptr) store_scores(p, k, scores);
      if constexpr (kKeep) {
        double* keep = adjoints_ + k * pairs_ * kLanes;
        for (std::size_t i = 0; i < pairs_; ++i) {
          const F64x8 own = at(carried_, i);
          put(keep, i, own);
          put(next_, i, add(at(next_, i), mul(power, own)));
        }
        power = mul(power, F64x8::set1(b));
      }
      advance(z, a, b);
    }
    out->value = 0.5 * (ratios.log() - reduce_add(quadratic));
    out->gradient[0] = reduce_add(g[0]);
    out->gradient[1] = reduce_add(g[1]);
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

  /// After walk<true>: the adjoint A[t] = dl/dQ[t] + b A[t+1], last observation first.
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
      const double* keep = adjoints_ + k * pairs_ * kLanes;
      for (std::size_t i = 0; i < pairs_; ++i) {
        const F64x8 adjoint = add(at(keep, i), mul(lane_b, at(next_, i)));
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
  double *z_, *direct_, *adjoints_, *states_[3];
  double *factor_, *inverse_, *carried_, *total_, *next_;
  double *reciprocals_, *roots_, *solution_, *scaled_;
};

}  // namespace
}  // namespace bot4::BOT4_TARGET
