// The volatility kernels: elementary functions against long double, filters against the recursion
// step by step, and every output equal to the bit to that of sse2.
#define BOT4_TARGET sse2
#include "kernels/volatility/gamma_functions.h"
#undef BOT4_TARGET

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/quant.h"
#include "native/testing.h"

using namespace bot4;

namespace {

/// Near normal: twelve uniforms.
double shock(test::Random& random) {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

const QuantEntry& entry(Target target, const char* name) {
  for (const QuantTable* const* t = quant_kernels(target); *t != nullptr; ++t) {
    for (const QuantEntry* e = (*t)->entries; e->name != nullptr; ++e) {
      if (std::strcmp(e->name, name) == 0) return *e;
    }
  }
  std::fprintf(stderr, "no kernel is called %s\n", name);
  std::abort();
}

using Values = std::vector<double>;

int call(Target target, const char* name, std::vector<Values*> slices) {
  std::vector<Slice> raw;
  for (Values* values : slices) raw.push_back({values->data(), values->size()});
  return entry(target, name).call(raw.data());
}

bool same_bits(const Values& a, const Values& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

Values simulated(std::size_t n, double scale) {
  test::Random random(7);
  Values y(n);
  double h = 1.0;
  for (double& x : y) {
    const double e = shock(random) * std::sqrt(h);
    x = scale * (0.03 + e);
    h = 0.03 + (e < 0.0 ? 0.12 : 0.04) * e * e + 0.88 * h;
  }
  return y;
}

/// In units of the last place of the value.
double ulps(double got, long double want) {
  const double near = static_cast<double>(want);
  const double unit = std::nextafter(std::fabs(near), HUGE_VAL) - std::fabs(near);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - want) / unit);
}

}  // namespace

BOT4_TEST("scalar exp and log are within one unit of the last place") {
  test::Random random(7);
  double worst_exp = 0.0;
  double worst_log = 0.0;
  for (int i = 0; i < 400000; ++i) {
    const double x = (random.uniform() - 0.5) * (i % 2 == 0 ? 4.0 : 1400.0);
    worst_exp = std::fmax(worst_exp, ulps(sse2::exp_scalar(x), expl(x)));
    const double y = i % 2 == 0 ? 0.5 + random.uniform() : std::exp(x * 0.99);
    if (y != 1.0 && y > 1e-300) {
      worst_log = std::fmax(worst_log, ulps(sse2::log_scalar(y), logl(y)));
    }
  }
  std::printf("  exp_scalar %.3f ulp, log_scalar %.3f ulp\n", worst_exp, worst_log);
  EXPECT(worst_exp < 1.0);
  EXPECT(worst_log < 1.0);
  EXPECT(sse2::exp_scalar(0.0) == 1.0);
  EXPECT(sse2::log_scalar(1.0) == 0.0);
  EXPECT(std::isnan(sse2::exp_scalar(std::nan(""))));
  EXPECT(sse2::exp_scalar(-1e9) > 0.0);
  EXPECT(std::isfinite(sse2::exp_scalar(1e9)));
}

BOT4_TEST("log gamma and digamma meet their bound") {
  test::Random random(7);
  double worst = 0.0;
  double worst_slope = 0.0;
  for (int i = 0; i < 20000; ++i) {
    const double x = 0.5 + random.uniform() * (i % 2 == 0 ? 5.0 : 400.0);
    const sse2::LogGamma got = sse2::log_gamma(x);
    const long double want = lgammal(x);
    const long double size = std::fmax(1.0L, std::fabs(want));
    worst = std::fmax(worst, static_cast<double>(std::fabs(got.value - want) / size));
    const long double slope = (lgammal(x + 1e-4L) - lgammal(x - 1e-4L)) / 2e-4L;
    worst_slope = std::fmax(worst_slope, static_cast<double>(std::fabs(got.derivative - slope)));
  }
  std::printf("  log_gamma %.2g relative, digamma %.2g against differences\n", worst, worst_slope);
  EXPECT(worst < 2e-14);
  EXPECT(worst_slope < 1e-7);
  EXPECT(std::fabs(sse2::log_gamma(1.0).derivative + 0.57721566490153286) < 1e-14);
}

BOT4_TEST("the product of many factors keeps its logarithm") {
  sse2::ScaledProduct product;
  long double want = 0.0L;
  test::Random random(7);
  for (int i = 0; i < 100000; ++i) {
    const double factor = std::exp(-600.0 * random.uniform());
    product.multiply(factor);
    want += logl(factor);
  }
  EXPECT(std::fabs(product.log() - static_cast<double>(want)) < 1e-6);
}

BOT4_TEST("the filter follows the recursion at every length") {
  for (std::size_t n = 0; n <= 70; ++n) {
    test::Random random(7);
    Values e(n), h(n + 1), parameters = {0.03, 0.04, 0.08, 0.9, 1.7};
    for (double& x : e) x = shock(random);
    EXPECT_EQ(call(test::target(), "garchFilter", {&e, &parameters, &h}), 0);
    long double want = parameters[4];
    for (std::size_t t = 0; t <= n; ++t) {
      EXPECT(std::fabs(h[t] - static_cast<double>(want)) <= 1e-14 * static_cast<double>(want));
      if (t < n) {
        const long double x = e[t];
        want = 0.03L + (x < 0 ? 0.12L : 0.04L) * x * x + 0.9L * want;
      }
    }
  }
}

BOT4_TEST("eight lanes are the recursion to the bit") {
  test::Random random(7);
  constexpr std::size_t kSteps = 50;
  Values e(8 * kSteps), h(8 * (kSteps + 1)), parameters(40);
  for (double& x : e) x = shock(random);
  for (int l = 0; l < 8; ++l) {
    const double values[] = {0.01 + 0.01 * l, 0.02 + 0.01 * l, 0.01 * l, 0.7 + 0.03 * l, 1.0 + l};
    for (int i = 0; i < 5; ++i) parameters[8 * i + l] = values[i];
  }
  EXPECT_EQ(call(test::target(), "garchFilterLanes", {&e, &parameters, &h}), 0);
  for (int l = 0; l < 8; ++l) {
    const auto p = [&](int i) { return parameters[8 * i + l]; };
    double want = p(4);
    for (std::size_t t = 0; t <= kSteps; ++t) {
      EXPECT_EQ(h[8 * t + l], want);
      if (t == kSteps) break;
      const double x = e[8 * t + l];
      want = (p(0) + (x < 0.0 ? p(1) + p(2) : p(1)) * (x * x)) + p(3) * want;
    }
  }
}

BOT4_TEST("fits are equal to the bit on every target") {
  for (const std::size_t n : {64u, 65u, 71u, 500u, 1003u}) {
    for (const double scale : {1e-4, 1.0}) {
      Values y = simulated(n, scale);
      for (double model = 0; model < 3; ++model) {
        for (double student = 0; student < 2; ++student) {
          Values control = {model, student, 0, 0, model < 2 ? model : 2, scale * scale, 0.999, 200};
          Values workspace(4 * (n + 8)), h(n), out(88), base_h(n), base(88);
          const int status =
              call(test::target(), "garchFit", {&y, &control, &workspace, &h, &out});
          const int base_status =
              call(Target::kSse2, "garchFit", {&y, &control, &workspace, &base_h, &base});
          EXPECT_EQ(status, base_status);
          EXPECT(same_bits(out, base));
          EXPECT(same_bits(h, base_h));
          Values c(out.begin(), out.begin() + 6), scores(6 * n), base_scores(6 * n), value(7);
          EXPECT_EQ(call(test::target(), "garchEvaluate",
                        {&y, &control, &workspace, &c, &h, &value}), 0);
          EXPECT_EQ(value[0], out[6]);
          call(test::target(), "garchScores", {&y, &control, &workspace, &c, &scores});
          call(Target::kSse2, "garchScores", {&y, &control, &workspace, &c, &base_scores});
          EXPECT(same_bits(scores, base_scores));
        }
      }
    }
  }
}

BOT4_TEST("the scores add up to the adjoint gradient") {
  Values y = simulated(777, 1.0);
  for (double model = 0; model < 2; ++model) {
    for (double initial = 0; initial < 3; ++initial) {
      for (double student = 0; student < 2; ++student) {
        Values control = {model, student, 0, 0, initial, 0.8, 0.999, 200};
        Values c = {0.05, 0.05, 0.06, model * 0.05, 0.85, student * 6.5};
        Values workspace(4 * (777 + 8)), h(777), value(7), scores(6 * 777);
        EXPECT_EQ(call(test::target(), "garchEvaluate",
                      {&y, &control, &workspace, &c, &h, &value}), 0);
        call(test::target(), "garchScores", {&y, &control, &workspace, &c, &scores});
        for (std::size_t i = 0; i < 6; ++i) {
          double sum = 0.0;
          for (std::size_t t = 0; t < 777; ++t) sum += scores[6 * t + i];
          EXPECT(std::fabs(sum - value[1 + i]) < 1e-8 * (1.0 + std::fabs(sum)));
        }
      }
    }
  }
}

BOT4_TEST_MAIN
