// The dependence kernels: every output equal to the bit to that of sse2, for lengths that lanes
// leave over and for every number of assets.
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/quant.h"
#include "native/testing.h"

using namespace bot4;

namespace {

using Values = std::vector<double>;

const QuantEntry& entry(Target target, const char* name) {
  for (const QuantTable* const* t = quant_kernels(target); *t != nullptr; ++t) {
    for (const QuantEntry* e = (*t)->entries; e->name != nullptr; ++e) {
      if (std::strcmp(e->name, name) == 0) return *e;
    }
  }
  std::fprintf(stderr, "no kernel is called %s\n", name);
  std::abort();
}

int call(Target target, const char* name, std::vector<Values*> slices) {
  std::vector<Slice> raw;
  for (Values* values : slices) raw.push_back({values->data(), values->size()});
  return entry(target, name).call(raw.data());
}

bool same_bits(const Values& a, const Values& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// Near normal values with one common factor.
Values residuals(std::size_t n, std::size_t d) {
  test::Random random(11 * n + d);
  const auto shock = [&random] {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += random.uniform();
    return sum;
  };
  Values z(n * d);
  double load = 0.5;
  for (std::size_t t = 0; t < n; ++t) {
    load = 0.5 + 0.95 * (load - 0.5) + 0.05 * shock();
    const double b = load < 0.1 ? 0.1 : load > 0.9 ? 0.9 : load;
    const double common = shock();
    for (std::size_t i = 0; i < d; ++i) {
      z[t * d + i] = b * common + std::sqrt(1.0 - b * b) * shock();
    }
  }
  return z;
}

/// Lower triangle of z'z / n.
Values target_of(const Values& z, std::size_t n, std::size_t d) {
  Values out;
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0.0;
      for (std::size_t t = 0; t < n; ++t) sum += z[t * d + i] * z[t * d + j];
      out.push_back(sum / static_cast<double>(n));
    }
  }
  return out;
}

struct DccOutputs {
  int status;
  Values out, scores, mixed;
};

DccOutputs dcc(Target target, Values z, std::size_t n, std::size_t d) {
  Values control = {static_cast<double>(d), 1.0, 0.9999, 200.0, 0.0, 0.0,
                    1.0 / static_cast<double>(n), 0.0};
  Values means(d);
  Values qbar = target_of(z, n, d), sizes = {static_cast<double>(n), static_cast<double>(d)};
  Values size(1);
  call(target, "dccWorkspace", {&sizes, &size});
  const std::size_t block = n * d + qbar.size();
  Values workspace(static_cast<std::size_t>(size[0]) + block);
  DccOutputs o = {0, Values(14), Values(2 * n), Values(2 * block)};
  o.status = call(target, "dccFit",
                  {&z, &control, &qbar, &qbar, &means, &o.out, &o.scores, &o.mixed, &workspace});
  return o;
}

/// Knots spaced as src/quant/copula-data.ts does, and places on them.
void copula_data(std::size_t values, Values* distances, Values* index) {
  double last = 0.0;
  while (last < 0.4995) {
    const double reach = 0.5 - (0.5 - last) / 1.5;
    last = last + 0.005 < reach ? last + 0.005 : reach;
    distances->push_back(last);
  }
  test::Random random(5);
  for (std::size_t i = 0; i < values; ++i) {
    const double place = std::floor(random.uniform() * static_cast<double>(distances->size()));
    index->push_back(random.uniform() < 0.5 ? -place : place);
  }
}

struct CopulaOutputs {
  int status;
  Values out, correlations;
};

CopulaOutputs copula(Target target, const char* name, std::size_t n, std::size_t d) {
  Values distances, index;
  copula_data(n * d, &distances, &index);
  Values control = {static_cast<double>(d), 2.5, 30.0, 100.0, 0.0, 0.0, 0.0, 0.0};
  Values start(d * (d - 1) / 2, 0.0);
  Values sizes = {static_cast<double>(n), static_cast<double>(d),
                  static_cast<double>(distances.size())};
  Values size(1);
  call(target, "copulaWorkspace", {&sizes, &size});
  Values workspace(static_cast<std::size_t>(size[0]));
  CopulaOutputs o = {0, Values(8), Values(start.size())};
  o.status = call(target, name,
                  {&index, &distances, &control, &start, &workspace, &o.out, &o.correlations});
  return o;
}

}  // namespace

BOT4_TEST("the DCC fit and its derivatives are the same bits on every target") {
  for (std::size_t d : {2, 3, 7}) {
    for (std::size_t n : {96, 201, 303}) {
      const Values z = residuals(n, d);
      const DccOutputs base = dcc(Target::kSse2, z, n, d);
      EXPECT_EQ(base.status, 0);
      EXPECT(std::isfinite(base.out[2]));
      const DccOutputs got = dcc(test::target(), z, n, d);
      EXPECT_EQ(got.status, base.status);
      EXPECT(same_bits(got.out, base.out));
      EXPECT(same_bits(got.scores, base.scores));
      EXPECT(same_bits(got.mixed, base.mixed));
    }
  }
}

BOT4_TEST("the copula fits are the same bits on every target") {
  for (const char* name : {"tCopulaFit", "gaussianCopulaFit"}) {
    for (std::size_t d : {2, 5}) {
      for (std::size_t n : {64, 131}) {
        const CopulaOutputs base = copula(Target::kSse2, name, n, d);
        EXPECT_EQ(base.status, 0);
        const CopulaOutputs got = copula(test::target(), name, n, d);
        EXPECT_EQ(got.status, base.status);
        EXPECT(same_bits(got.out, base.out));
        EXPECT(same_bits(got.correlations, base.correlations));
      }
    }
  }
}

BOT4_TEST("the quantiles of Student's t are the same bits on every target") {
  Values distances, index;
  copula_data(1, &distances, &index);
  for (double nu : {1.5, 2.5, 8.0, 30.0}) {
    Values at = {nu}, base(distances.size());
    EXPECT(call(Target::kSse2, "studentKnots", {&at, &distances, &base}) == 0);
    Values got(distances.size());
    EXPECT(call(test::target(), "studentKnots", {&at, &distances, &got}) == 0);
    EXPECT(same_bits(got, base));
  }
}
BOT4_TEST_MAIN
