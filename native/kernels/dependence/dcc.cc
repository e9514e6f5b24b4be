// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/dependence/dcc_likelihood.h"
#include "kernels/volatility/box_bfgs.h"

namespace bot4::BOT4_TARGET {
namespace {

/// The control slice of a call; src/quant/dcc.ts writes it.
struct DccControl {
  std::size_t assets;
  bool presample_is_qbar;
  double persistence_bound;  ///< Of a + b.
  int max_iterations;
  double a, b;  ///< Where a call evaluates; not read by a fit.
  double target_scale;  ///< What the cross products of residuals are multiplied by in Qbar.

  explicit DccControl(const Slice& control)
      : assets(static_cast<std::size_t>(control.data[0])),
        presample_is_qbar(control.data[1] != 0.0),
        persistence_bound(control.data[2]),
        max_iterations(static_cast<int>(control.data[3])),
        a(control.data[4]),
        b(control.data[5]),
        target_scale(control.data[6]) {}
};

/// The upper bound of log(1 - a - b): a + b from 1e-6.
constexpr double kLeastPersistence = -1e-6;

enum FitOutput { kA, kB, kValue, kIterations, kEvaluations, kHeld, kInformation, kOuter = 10 };

DccModel model_of(const Slice* slices, const DccControl& control, double* workspace) {
  return DccModel(slices[0].data, slices[0].length / control.assets, control.assets,
                  slices[2].data, slices[3].data, control.presample_is_qbar, workspace);
}

/// a and b of the search coordinates: x[0] = log(1 - a - b), x[1] = a / (a + b).
void coefficients_of(const double* x, double* c) {
  const double persistence = 1.0 - exp_scalar(x[0]);
  c[0] = persistence * x[1];
  c[1] = persistence * (1.0 - x[1]);
}

/// Derivatives of a and b (rows) by the search coordinates.
void jacobian_of(const double* x, double j[2][2]) {
  const double rest = exp_scalar(x[0]);
  j[0][0] = -rest * x[1];
  j[0][1] = 1.0 - rest;
  j[1][0] = -rest * (1.0 - x[1]);
  j[1][1] = rest - 1.0;
}

/// The start of several with the highest likelihood; minus infinity where none has one.
double best_start(DccModel* model, const double* low, double* x) {
  const double starts[7][2] = {  // 1 - a - b and a.
      {0.01, 0.01}, {0.01, 0.04}, {0.04, 0.01}, {0.04, 0.04},
      {0.13, 0.01}, {0.13, 0.05}, {0.4, 0.05}};
  double best = -__builtin_inf();
  for (const auto& start : starts) {
    const double rest = log_scalar(start[0]);
    const double candidate[2] = {rest > low[0] ? rest : low[0], start[1] / (1.0 - start[0])};
    double c[2];
    coefficients_of(candidate, c);
    const double value = model->value(c[0], c[1]);
    if (!(value > best)) continue;
    best = value;
    x[0] = candidate[0];
    x[1] = candidate[1];
  }
  return best;
}

/// The Hessian of a function by differences of its gradient; false where it is not definite.
template <typename Function>
bool curvature(const Function& f, const double* x, SmallMatrix<2>* out) {
  constexpr double kStep = 1e-3;
  double slopes[2][2];
  for (int i = 0; i < 2; ++i) {
    double up[2] = {x[0], x[1]}, down[2] = {x[0], x[1]};
    up[i] += kStep;
    down[i] -= kStep;
    double above[2], below[2];
    if (!is_finite(f(up, above)) || !is_finite(f(down, below))) return false;
    for (int k = 0; k < 2; ++k) slopes[i][k] = (above[k] - below[k]) / (2.0 * kStep);
  }
  const double cross = 0.5 * (slopes[0][1] + slopes[1][0]);
  *out = {{{slopes[0][0], cross}, {cross, slopes[1][1]}}};
  return slopes[0][0] > 0.0 && slopes[0][0] * slopes[1][1] > 1.05 * cross * cross;
}

/// The outer product of the scores by the search coordinates: always definite.
void outer_product(DccModel* model, const double* x, SmallMatrix<2>* out) {
  DccLikelihood l;
  double c[2], j[2][2];
  coefficients_of(x, c);
  jacobian_of(x, j);
  *out = {};
  if (!model->evaluate(c[0], c[1], nullptr, &l)) return;
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < 4; ++k) {
      out->a[i / 2][i % 2] += j[k / 2][i / 2] * l.outer[k / 2][k % 2] * j[k % 2][i % 2];
    }
  }
}

/// Minimises over the search coordinates, a box, from the curvature at the best start.
SearchEnd search(DccModel* model, const DccControl& control, double* x) {
  const double low[2] = {log_scalar(1.0 - control.persistence_bound), 0.0};
  const double high[2] = {kLeastPersistence, 1.0};
  if (!is_finite(best_start(model, low, x))) return {__builtin_inf(), 0, 7, false};
  const auto objective = [model](const double* at_x, double* gradient) {
    DccLikelihood l;
    double c[2], j[2][2];
    coefficients_of(at_x, c);
    jacobian_of(at_x, j);
    const bool exists = model->evaluate(c[0], c[1], nullptr, &l);
    gradient[0] = 0.0;
    gradient[1] = 0.0;
    if (!exists) return __builtin_inf();
    for (int i = 0; i < 2; ++i) {
      gradient[i] = -(j[0][i] * l.gradient[0] + j[1][i] * l.gradient[1]);
    }
    return -l.value;
  };
  SmallMatrix<2> metric;
  if (!curvature(objective, x, &metric)) outer_product(model, x, &metric);
  const BoxBfgs<2, decltype(objective)> bfgs(objective, low, high, control.max_iterations);
  SearchEnd end = bfgs.minimise(x, &metric, 1e-7, control.max_iterations);
  end.evaluations += 11;
  return end;
}

/// The step of a difference by a coefficient whose conditional standard error is outer^-1/2. Where
/// a is near 0 the likelihood is flat in b: a step of that size would leave the stable range.
double step_of(double outer) {
  constexpr double kLargest = 1e-4;
  return outer > 9.0 ? 3e-4 / __builtin_sqrt(outer) : kLargest;
}

/// Minus the Hessian by a and b, and d2l / (d theta d residual) and (d theta d Qbar), by central
/// differences of the gradients. False where a neighbour has no likelihood.
bool second_derivatives(DccModel* model, const double* c, const double outer[2][2], std::size_t n,
                        std::size_t d, double* information, double* mixed, double* scratch) {
  const std::size_t pairs = d * (d + 1) / 2;
  const std::size_t block = n * d + pairs;
  for (int i = 0; i < 4; ++i) information[i] = 0.0;
  for (int i = 0; i < 2; ++i) {
    const double step = step_of(outer[i][i]);
    double up[2] = {c[0], c[1]}, down[2] = {c[0], c[1]};
    up[i] += step;
    down[i] -= step;
    const double width = up[i] - down[i];
    DccLikelihood above, below;
    double* out = mixed + static_cast<std::size_t>(i) * block;
    if (!model->sensitivities(up[0], up[1], out, out + n * d, &above)) return false;
    if (!model->sensitivities(down[0], down[1], scratch, scratch + n * d, &below)) return false;
    for (std::size_t k = 0; k < block; ++k) out[k] = (out[k] - scratch[k]) / width;
    for (int k = 0; k < 2; ++k) {
      const double entry = 0.5 * (below.gradient[k] - above.gradient[k]) / width;
      information[2 * i + k] += entry;
      information[2 * k + i] += entry;
    }
  }
  return true;
}

/// Fits a and b of a DCC(1,1) by maximum likelihood, with what the standard errors need.
///
/// Shapes:   z[n d] (an observation after the other), control[8], Qbar[pairs], presample[pairs] and
///           the means[d] about which Qbar was taken in; out[14] = a, b, log-likelihood,
///           iterations, evaluations, bits of coordinates on a bound (a + b, share of a), minus the
///           Hessian (4), outer product of the scores (4); scores[2 n]; mixed[2 (n d + pairs)] out:
///           second derivatives by a and each residual (through Qbar too), a and each element of
///           Qbar, then those by b; workspace[dccWorkspace + n d + pairs].
/// Requires: n >= 16, d from 2 to 32, finite z, Qbar positive definite. Checked by
///           src/quant/dcc.ts.
/// Errors:   1 the search did not converge, 2 no start has a likelihood, 3 no second derivatives.
int dcc_fit(const Slice* slices) noexcept {
  const DccControl control(slices[1]);
  const std::size_t d = control.assets;
  const std::size_t n = slices[0].length / d;
  DccModel model = model_of(slices, control, slices[8].data);
  double* out = slices[5].data;
  double x[2] = {0.0, 0.0};
  const SearchEnd end = search(&model, control, x);
  if (!is_finite(end.value)) return 2;
  coefficients_of(x, out);
  out[kIterations] = end.iterations;
  out[kEvaluations] = end.evaluations;
  const bool at_bound =
      x[0] <= log_scalar(1.0 - control.persistence_bound) || x[0] >= kLeastPersistence;
  out[kHeld] = (at_bound ? 1 : 0) + (x[1] <= 0.0 || x[1] >= 1.0 ? 2 : 0);
  DccLikelihood l;
  if (!model.evaluate(out[kA], out[kB], slices[6].data, &l)) return 2;
  out[kValue] = l.value;
  for (int i = 0; i < 4; ++i) out[kOuter + i] = l.outer[i / 2][i % 2];
  if (!end.converged) return 1;
  double* scratch = slices[8].data + DccModel::workspace(n, d);
  double* mixed = slices[7].data;
  if (!second_derivatives(&model, out, l.outer, n, d, out + kInformation, mixed, scratch)) return 3;
  for (int k = 0; k < 2; ++k) {
    model.through_target(slices[4].data, control.target_scale, mixed + n * d, mixed);
    mixed += n * d + d * (d + 1) / 2;
  }
  return 0;
}

/// The likelihood of a DCC(1,1) at control[4], control[5] and the gradients of it.
///
/// Shapes: z[n d], control[8], Qbar[pairs], presample[pairs] in; out[3] = log-likelihood and its
///         gradient by a and b; sensitivities[n d + pairs] out: its gradient by each residual and
///         each element of Qbar; workspace[dccWorkspace].
/// Errors: 1 some Q[t] is not positive definite.
int dcc_evaluate(const Slice* slices) noexcept {
  const DccControl control(slices[1]);
  const std::size_t n = slices[0].length / control.assets;
  DccModel model = model_of(slices, control, slices[6].data);
  DccLikelihood l;
  double* by_z = slices[5].data;
  double* by_qbar = by_z + n * control.assets;
  if (!model.sensitivities(control.a, control.b, by_z, by_qbar, &l)) return 1;
  double* out = slices[4].data;
  out[0] = l.value;
  out[1] = l.gradient[0];
  out[2] = l.gradient[1];
  return 0;
}

/// out[0] = doubles of workspace of the kernels above. Shapes: sizes[2] = n, d in; out[1] out.
int dcc_workspace(const Slice* slices) noexcept {
  const double* sizes = slices[0].data;
  slices[1].data[0] = static_cast<double>(
      DccModel::workspace(static_cast<std::size_t>(sizes[0]), static_cast<std::size_t>(sizes[1])));
  return 0;
}

const QuantEntry kEntries[] = {{"dccFit", 9, dcc_fit},
                               {"dccEvaluate", 7, dcc_evaluate},
                               {"dccWorkspace", 2, dcc_workspace},
                               {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kDccTable;
const QuantTable kDccTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
