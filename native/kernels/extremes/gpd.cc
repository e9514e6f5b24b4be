// Compiled once per target, with BOT4_TARGET = sse2 | avx2 | avx512 and the flags of that target.
#include "kernels/quant.h"
#include "simd/log_positive.h"

namespace bot4::BOT4_TARGET {
namespace {

constexpr int kBlock = 64;
constexpr int kSumLanes = 8;

/// Adds a block into eight accumulators, whatever the width of the registers.
inline void accumulate(double* lanes, const double* block) {
  for (int i = 0; i < kBlock; i += kSumLanes) {
    for (int l = 0; l < kSumLanes; ++l) lanes[l] += block[i + l];
  }
}

inline double reduce(const double* t) {
  return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/// Sums over the excesses at one t = xi / beta, with w = 1 + t y.
struct Sums {
  double curve;  ///< sum of ln w - t y / w, at full precision near t = 0
  double slope;  ///< sum of y / w
};

/// ln(1 + u) - u / (1 + u), without cancellation at small u.
inline double curve_term(double u) {
  const double w = 1.0 + u;
  const double direct = log_positive(w) - u / w;
  const double series =
      u * u * (1.0 / 2 - u * (2.0 / 3 - u * (3.0 / 4 - u * (4.0 / 5 - u * (5.0 / 6 -
      u * (6.0 / 7 - u * (7.0 / 8 - u * (8.0 / 9 - u * (9.0 / 10)))))))));
  return u * u < 0.0004 ? series : direct;
}

Sums sums_at(const Slice& y, double t) {
  double curve[kSumLanes] = {};
  double slope[kSumLanes] = {};
  double padded[kBlock];
  double a[kBlock];
  double b[kBlock];
  for (std::size_t from = 0; from < y.length; from += kBlock) {
    const double* x = y.data + from;
    if (y.length - from < kBlock) {
      // A zero adds nothing to either sum.
      for (int i = 0; i < kBlock; ++i) {
        padded[i] = from + static_cast<std::size_t>(i) < y.length ? x[i] : 0.0;
      }
      x = padded;
    }
    for (int i = 0; i < kBlock; ++i) a[i] = curve_term(t * x[i]);
    for (int i = 0; i < kBlock; ++i) b[i] = x[i] / (1.0 + t * x[i]);
    accumulate(curve, a);
    accumulate(slope, b);
  }
  return {reduce(curve), reduce(slope)};
}

/// One point of the likelihood profiled over beta.
struct Point {
  double t;
  double xi;
  double loss;   ///< negative log-likelihood / n
  double score;  ///< its derivative by t
};

Point point_at(const Slice& y, double t) {
  const double n = static_cast<double>(y.length);
  const Sums sums = sums_at(y, t);
  const double xi = (sums.curve + t * sums.slope) / n;
  return {t, xi, log_positive(xi / t) + xi + 1.0, sums.slope / n - sums.curve / (n * xi * t)};
}

constexpr double kInside[] = {0.999999, 0.99999, 0.9999, 0.999, 0.99, 0.9,
                              0.75,     0.5,     0.25,   0.1,   0.02};
constexpr double kOutside[] = {0.0139594798, 0.0352649238, 0.0717734625, 0.1486983550,
                               0.2745606273, 0.4142135624, 0.6817928305, 1.0,
                               1.8284271247, 3.0,          7.0,          15.0,
                               63.0,         255.0,        4095.0};
constexpr int kInsideCount = sizeof kInside / sizeof kInside[0];
constexpr int kGrid = kInsideCount + static_cast<int>(sizeof kOutside / sizeof kOutside[0]);

/// Trial values of t in rising order: fractions of the pole -1 / max y, then 2^xi - 1 over the
/// median, where a sample of that xi would have its optimum.
double grid_value(const Slice& y, int i) {
  if (i < kInsideCount) return -kInside[i] / y.data[y.length - 1];
  return kOutside[i - kInsideCount] / y.data[y.length / 2];
}

/// The zero of the score in (low, high), where it rises through zero: secant steps kept inside a
/// bracket that only shrinks. Returns the number of steps, 0 if `kSteps` were not enough.
int find_zero(const Slice& y, Point low, Point high, Point* best) {
  constexpr int kSteps = 100;
  Point last = low;
  Point now = high;
  for (int step = 1; step <= kSteps; ++step) {
    double t = now.t - now.score * (now.t - last.t) / (now.score - last.score);
    if (!(t > low.t && t < high.t) || step % 8 == 7) t = 0.5 * (low.t + high.t);
    if (t == 0.0) t = 1e-9 * (high.t - low.t);  // The limit at 0 is smooth, its formula is 0 / 0.
    last = now;
    now = point_at(y, t);
    const double moved = now.t - last.t;
    if (now.score < 0.0) low = now;
    else high = now;
    const double size = t < 0.0 ? -t : t;
    if (now.score == 0.0 || (moved < 1e-13 * size && moved > -1e-13 * size) ||
        high.t - low.t <= 4e-16 * size) {
      *best = now;
      return step;
    }
  }
  *best = now;
  return 0;
}

/// Second derivatives of the negative log-likelihood: xi xi, xi beta, beta beta.
void information(const Slice& y, double xi, double beta, double* out) {
  const double n = static_cast<double>(y.length);
  double cubes = 0.0;
  double ratios = 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < y.length; ++i) {
    const double z = y.data[i] / beta;
    const double u = xi * z;
    const double w = 1.0 + u;
    const double ratio = z / w;
    // (2 ln w - 2 u / w - u^2 / w^2) / u^3, by its series near 0.
    const double share = u / w;
    const double direct = (2.0 * log_positive(w) - 2.0 * share - share * share) / (u * u * u);
    const double series =
        2.0 / 3 - u * (3.0 / 2 - u * (12.0 / 5 - u * (10.0 / 3 - u * (30.0 / 7 - u * (21.0 / 4 -
        u * (56.0 / 9))))));
    cubes += z * z * z * (u * u < 0.0004 ? series : direct);
    ratios += ratio;
    squares += ratio * ratio;
  }
  out[0] = cubes - squares;
  out[1] = ((1.0 + xi) * squares - ratios) / beta;
  double bent = 0.0;
  for (std::size_t i = 0; i < y.length; ++i) {
    const double w = 1.0 + xi * y.data[i] / beta;
    bent += y.data[i] / beta / (w * w);
  }
  out[2] = ((1.0 + xi) * (ratios + bent) - n) / (beta * beta);
}

/// Maximum likelihood of the generalised Pareto distribution over excesses.
///
///   nllh(xi, beta) = n ln beta + (1 + 1/xi) sum ln(1 + xi y / beta), profiled over t = xi / beta:
///   xi(t) = mean ln(1 + t y), beta = xi / t. A grid over t brackets the zero of its derivative,
///   secant steps find it. Of several maxima the highest inside xi > -1 is taken, not the edge.
///
/// Shapes:      y[n] rising, above 0, in; out[8] = xi, beta, nllh, second derivatives of nllh by
///              (xi xi), (xi beta), (beta beta), score at the optimum, steps.
/// Requires:    n >= 2.
/// Errors:      1 no interior maximum with xi > -1 (below, the likelihood has no upper bound); 2
///              the steps ran out.
/// Determinism: bit-identical on every target.
/// Cost:        about 35 passes of n logarithms, no allocation.
/// Source:      Grimshaw (1993), Technometrics 35(2), 185-191.
int gpd_fit(const Slice* slices) noexcept {
  const Slice& y = slices[0];
  double* out = slices[1].data;
  Point low{};
  Point high{};
  bool bracketed = false;
  Point left = point_at(y, grid_value(y, 0));
  for (int i = 1; i < kGrid; ++i) {
    const Point right = point_at(y, grid_value(y, i));
    // A minimum of the loss: its derivative rises through 0 between the two.
    const bool turns = left.xi > -1.0 && left.score < 0.0 && right.score >= 0.0;
    if (turns && (!bracketed || right.loss < high.loss)) {
      low = left;
      high = right;
      bracketed = true;
    }
    left = right;
  }
  if (!bracketed) return 1;
  Point found;
  const int steps = find_zero(y, low, high, &found);
  if (steps == 0) return 2;
  const double n = static_cast<double>(y.length);
  out[0] = found.xi;
  out[1] = found.xi / found.t;
  out[2] = n * found.loss;
  information(y, out[0], out[1], out + 3);
  out[6] = found.score;
  out[7] = steps;
  return 0;
}

const QuantEntry kEntries[] = {{"gpdFit", 2, gpd_fit}, {nullptr, 0, nullptr}};

}  // namespace

extern const QuantTable kExtremesTable;
const QuantTable kExtremesTable = {kEntries};

}  // namespace bot4::BOT4_TARGET
