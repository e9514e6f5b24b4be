// The kernels of hidden Markov models against the same kernels on sse2, to the bit, on models and
// series that reach both recursions, and on hard values.
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/quant.h"
#include "native/testing.h"

using namespace bot4;

namespace {

using Doubles = std::vector<double>;

const QuantEntry* find(Target target, const char* name) {
  for (const QuantTable* const* table = quant_kernels(target); *table != nullptr; ++table) {
    for (const QuantEntry* entry = (*table)->entries; entry->name != nullptr; ++entry) {
      if (std::strcmp(entry->name, name) == 0) return entry;
    }
  }
  return nullptr;
}

int call(Target target, const char* name, std::vector<Doubles*> arguments) {
  const QuantEntry* entry = find(target, name);
  EXPECT(entry != nullptr);
  if (entry == nullptr) return -1;
  EXPECT_EQ(entry->arity, static_cast<int>(arguments.size()));
  Slice slices[kMaxQuantArity];
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    slices[i] = {arguments[i]->data(), arguments[i]->size()};
  }
  return entry->call(slices);
}

bool same_bits(const Doubles& a, const Doubles& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

struct Case {
  Doubles shape;  ///< states, dimensions, Student-t, full; then the settings of a fit.
  Doubles model;
  Doubles x;
  std::size_t n;
};

Case make_case(test::Random& random, bool sparse) {
  const std::size_t states = static_cast<std::size_t>(1 + random.below(8));
  const std::size_t d = static_cast<std::size_t>(1 + random.below(3));
  const bool full = random.below(2) == 1;
  Case c{{static_cast<double>(states), static_cast<double>(d),
          static_cast<double>(random.below(2)), full ? 1.0 : 0.0, 4.0, 0.0, 1.0, 1.0},
         Doubles(80 + 8 * d * (d + 1)), {}, static_cast<std::size_t>(1 + random.below(70))};
  for (std::size_t i = 0; i < states; ++i) {
    c.model[i] = 1.0 / static_cast<double>(states);
    double total = 0.0;
    for (std::size_t j = 0; j < states; ++j) {
      const double p = sparse && i != j && random.below(2) == 0 ? 0.0 : random.between(0.01, 1.0);
      c.model[8 + 8 * i + j] = p;
      total += p;
    }
    for (std::size_t j = 0; j < states; ++j) c.model[8 + 8 * i + j] /= total;
    for (std::size_t a = 0; a < d; ++a) {
      c.model[72 + 8 * a + i] = random.between(-3.0, 3.0);
      for (std::size_t b = 0; b < d; ++b) {
        const double value = a == b ? random.between(0.5, 4.0) : full ? 0.1 : 0.0;
        c.model[72 + 8 * d + 8 * (a * d + b) + i] = value;
      }
    }
    c.model[72 + 8 * d + 8 * d * d + i] = random.between(2.5, 40.0);
  }
  for (std::size_t t = 0; t < c.n * d; ++t) {
    const double outlier = random.below(40) == 0 ? 1e6 : 1.0;
    c.x.push_back(random.between(-4.0, 4.0) * outlier);
  }
  return c;
}

/// All outputs of all kernels for one case.
Doubles outputs(Target target, Case c) {
  Doubles work(42 * c.n, std::numeric_limits<double>::quiet_NaN());
  Doubles all;
  const auto keep = [&all](int status, const Doubles& values) {
    all.push_back(status);
    if (status == 0) all.insert(all.end(), values.begin(), values.end());
  };
  Doubles path(c.n);
  Doubles one(1);
  const int decoded = call(target, "hmmViterbi", {&c.shape, &c.model, &c.x, &work, &path, &one});
  keep(decoded, path);
  keep(decoded, one);
  Doubles posterior(8 * c.n);
  Doubles sums(65);
  keep(call(target, "hmmSmooth", {&c.shape, &c.model, &c.x, &work, &posterior, &sums}), sums);
  all.insert(all.end(), posterior.begin(), posterior.end());
  Doubles predicted(c.model.begin(), c.model.begin() + 8);
  Doubles logs(c.n);
  keep(call(target, "hmmFilter",
            {&c.shape, &c.model, &c.x, &work, &predicted, &posterior, &logs}),
       logs);
  keep(0, predicted);
  Doubles floors(static_cast<std::size_t>(c.shape[1]), 1e-4);
  Doubles outcome(5);
  keep(call(target, "hmmFit", {&c.shape, &c.x, &floors, &c.model, &outcome, &work}), outcome);
  keep(0, c.model);
  return all;
}

}  // namespace

BOT4_TEST("every output has the same bits as on sse2, whatever stood in the workspace") {
  test::Random random(20261122);
  for (int i = 0; i < (test::emulated() ? 20 : 400); ++i) {
    const Case c = make_case(random, i % 2 == 1);
    const Doubles here = outputs(test::target(), c);
    EXPECT(same_bits(here, outputs(Target::kSse2, c)));
    for (const double value : here) EXPECT(std::isfinite(value));
  }
}

BOT4_TEST("a covariance that is not positive definite and an impossible series have their status") {
  test::Random random(7);
  Case c = make_case(random, false);
  while (c.shape[0] < 2.0) c = make_case(random, false);
  const std::size_t d = static_cast<std::size_t>(c.shape[1]);
  Doubles work(42 * c.n);
  Doubles path(c.n);
  Doubles one(1);
  Case singular = c;
  singular.model[72 + 8 * d] = 0.0;
  EXPECT_EQ(call(test::target(), "hmmViterbi",
                 {&singular.shape, &singular.model, &singular.x, &work, &path, &one}),
            1);
  Case impossible = c;
  for (int k = 0; k < 8; ++k) impossible.model[static_cast<std::size_t>(k)] = 0.0;
  EXPECT_EQ(call(test::target(), "hmmViterbi",
                 {&impossible.shape, &impossible.model, &impossible.x, &work, &path, &one}),
            2);
  Doubles posterior(8 * c.n);
  Doubles sums(65);
  EXPECT_EQ(call(test::target(), "hmmSmooth",
                 {&impossible.shape, &impossible.model, &impossible.x, &work, &posterior, &sums}),
            2);
}

BOT4_TEST_MAIN
