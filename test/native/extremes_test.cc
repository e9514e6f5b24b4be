// The generalised Pareto fit through its table, and the logarithm that it is made of.
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/quant.h"
#include "native/testing.h"

#define BOT4_TARGET sse2
#include "simd/log_positive.h"

using namespace bot4;

namespace {

const QuantEntry* entry(Target target, const char* name) {
  for (const QuantTable* const* table = quant_kernels(target); *table != nullptr; ++table) {
    for (const QuantEntry* e = (*table)->entries; e->name != nullptr; ++e) {
      if (std::strcmp(e->name, name) == 0) return e;
    }
  }
  return nullptr;
}

/// Rising excesses of a shape: quantiles at (i + 1/2) / n, shaken by a congruential generator.
std::vector<double> sample(double xi, int n, std::uint32_t seed) {
  std::vector<double> y;
  double last = 0.0;
  for (int i = 0; i < n; ++i) {
    seed = seed * 1664525u + 1013904223u;
    const double u = (i + (seed + 0.5) / 4294967296.0) / n;
    const double value = xi == 0.0 ? -std::log1p(-u) : std::expm1(-xi * std::log1p(-u)) / xi;
    last = value > last ? value : std::nextafter(last, 1e300);
    y.push_back(last);
  }
  return y;
}

int fit(Target target, std::vector<double>& y, double* out) {
  const Slice slices[] = {{y.data(), y.size()}, {out, 8}};
  return entry(target, "gpdFit")->call(slices);
}

double loss(const std::vector<double>& y, double xi, double beta) {
  double sum = 0.0;
  for (const double v : y) sum += std::log1p(xi * v / beta);
  return static_cast<double>(y.size()) * std::log(beta) + (1.0 + 1.0 / xi) * sum;
}

}  // namespace

BOT4_TEST("the logarithm stays within 1 ulp of logl over all exponents") {
  double worst = 0.0;
  std::uint64_t state = 1;
  for (int i = 0; i < 2'000'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    // A mantissa from the generator; exponents close to 0 in every second trial.
    const int exponent = i % 2 == 0 ? static_cast<int>(state % 2045) - 1022 : i % 5 - 2;
    const double x = std::ldexp(1.0 + static_cast<double>(state >> 12) * 0x1p-52, exponent);
    const long double exact = std::log(static_cast<long double>(x));
    const double got = sse2::log_positive(x);
    if (exact == 0.0L) {
      EXPECT(got == 0.0);
      continue;
    }
    const double size = std::fabs(static_cast<double>(exact));
    const double ulp = std::nextafter(size, 1e300) - size;
    worst = std::max(worst, std::fabs(static_cast<double>((got - exact) / ulp)));
  }
  std::printf("  largest error of log_positive: %.3f ulp\n", worst);
  EXPECT(worst <= 1.0);
}

BOT4_TEST("the fit is a minimum of the likelihood, with the same bits as on sse2") {
  const double shapes[] = {-0.4, -0.1, -1e-6, 0.0, 1e-6, 0.2, 0.5, 1.0, 3.0};
  for (const double xi : shapes) {
    for (const int n : {50, 63, 64, 65, 1000}) {
      std::vector<double> y = sample(xi, n, static_cast<std::uint32_t>(n) + 7);
      double out[8];
      double baseline[8];
      EXPECT_EQ(fit(test::target(), y, out), 0);
      EXPECT_EQ(fit(Target::kSse2, y, baseline), 0);
      EXPECT(std::memcmp(out, baseline, sizeof out) == 0);
      EXPECT(std::fabs(out[2] - loss(y, out[0], out[1])) < 1e-7 * std::fabs(out[2]) + 1e-7);
      for (const double step : {-1e-3, 1e-3}) {
        EXPECT(loss(y, out[0] + step, out[1]) > out[2] - 1e-9 * n);
        EXPECT(loss(y, out[0], out[1] * (1.0 + step)) > out[2] - 1e-9 * n);
      }
    }
  }
}

BOT4_TEST("second derivatives agree with differences of the likelihood") {
  for (const double xi : {-0.3, 0.01, 0.6}) {
    std::vector<double> y = sample(xi, 400, 3);
    double out[8];
    EXPECT_EQ(fit(test::target(), y, out), 0);
    const double a = out[0];
    const double b = out[1];
    const double h = 1e-4;
    const double xx = (loss(y, a + h, b) - 2 * loss(y, a, b) + loss(y, a - h, b)) / (h * h);
    const double bb = (loss(y, a, b + h) - 2 * loss(y, a, b) + loss(y, a, b - h)) / (h * h);
    const double xb = (loss(y, a + h, b + h) - loss(y, a + h, b - h) - loss(y, a - h, b + h) +
                       loss(y, a - h, b - h)) / (4 * h * h);
    EXPECT(std::fabs(out[3] / xx - 1) < 1e-4);
    EXPECT(std::fabs(out[4] / xb - 1) < 1e-4);
    EXPECT(std::fabs(out[5] / bb - 1) < 1e-4);
  }
}

BOT4_TEST("a sample whose likelihood only grows towards its edge is refused") {
  std::vector<double> y;
  for (int i = 1; i <= 40; ++i) y.push_back(1.0 - std::exp2(-i));
  double out[8];
  EXPECT_EQ(fit(test::target(), y, out), 1);
}

BOT4_TEST_MAIN
