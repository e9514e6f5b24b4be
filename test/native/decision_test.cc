// The decision kernels against a long double reference, against each other, and on hard inputs.
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/table.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const DecisionTable& kernels() { return *decision_kernels(test::target()); }
const DecisionTable& baseline() { return *decision_kernels(Target::kSse2); }
int rounds(int full) { return test::emulated() ? full / 20 + 1 : full; }

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool same(const Decision& a, const Decision& b) {
  return same_bits(a.side, b.side) && same_bits(a.quantity, b.quantity) &&
         same_bits(a.probability, b.probability) && same_bits(a.edge, b.edge) &&
         a.reasons == b.reasons;
}

struct Case {
  double features[kFeatureSlots];
  DecisionModel model;
  DecisionContext context;
};

Case random_case(test::Random& random) {
  Case c{};
  for (int i = 0; i < kFeatureSlots; ++i) {
    const double sd = random.between(0.1, 5.0);
    c.features[i] = random.between(-6.0, 6.0) * sd;
    c.model.weights[i] = random.below(3) == 0 ? 0.0 : random.between(-0.6, 0.6);
    c.model.inverse_sds[i] = 1.0 / sd;
    c.model.negative_means[i] = -random.between(-1.0, 1.0);
  }
  c.model.bias = random.between(-0.5, 0.5);
  c.model.platt_a = random.between(0.2, 2.0);
  c.model.platt_b = random.between(-0.3, 0.3);
  c.model.payoff = random.between(0.5, 2.0);
  c.model.cost = random.between(0.0, 0.2);
  c.model.kelly_fraction = random.uniform();
  c.model.kelly_cap = random.between(0.05, 0.5);
  c.model.buy_threshold = random.between(0.5, 0.7);
  c.model.sell_threshold = random.between(0.3, 0.5);
  c.model.minimum = static_cast<double>(random.below(4));
  c.context.budget = random.between(0.0, 5000.0);
  c.context.inverse_volatility = random.between(0.1, 3.0);
  c.context.step = random.below(2) == 0 ? 1.0 : 0.125;
  c.context.halted = random.below(20) == 0 ? 1.0 : 0.0;
  return c;
}

struct Reference {
  long double probability, edge, stake_steps, sum_of_magnitudes, score;
};

/// D64 in long double, straight from its definition.
Reference reference(const Case& c) {
  const DecisionModel& m = c.model;
  long double sum = m.bias;
  long double magnitudes = std::fabs(static_cast<long double>(m.bias));
  for (int i = 0; i < kFeatureSlots; ++i) {
    long double z = static_cast<long double>(c.features[i]) * m.inverse_sds[i] + m.negative_means[i];
    z = z < -4.0L ? -4.0L : z > 4.0L ? 4.0L : z;
    sum += m.weights[i] * z;
    magnitudes += std::fabs(m.weights[i] * z);
  }
  Reference r{};
  r.score = m.platt_a * sum + m.platt_b;
  r.sum_of_magnitudes = magnitudes;
  r.probability = 1.0L / (1.0L + std::exp(-r.score));
  const long double q = std::max(r.probability, 1.0L - r.probability);
  r.edge = q * m.payoff - (1.0L - q) - m.cost;
  const long double kelly = m.kelly_fraction * r.edge / m.payoff;
  const long double k = std::min<long double>(std::max(kelly, 0.0L), m.kelly_cap);
  r.stake_steps = k * c.context.budget * c.context.inverse_volatility / c.context.step;
  return r;
}

Decision decide(const DecisionTable& table, const Case& c) {
  Decision d{};
  table.decide(c.features, &c.model, &c.context, &d);
  return d;
}

void put(DecisionModelBlock& model, DecisionBlock& block, int lane, const Case& c) {
  for (int i = 0; i < kFeatureSlots; ++i) {
    block.features[i][lane] = c.features[i];
    model.weights[i][lane] = c.model.weights[i];
    model.inverse_sds[i][lane] = c.model.inverse_sds[i];
    model.negative_means[i][lane] = c.model.negative_means[i];
  }
  model.bias[lane] = c.model.bias;
  model.platt_a[lane] = c.model.platt_a;
  model.platt_b[lane] = c.model.platt_b;
  model.payoff[lane] = c.model.payoff;
  model.cost[lane] = c.model.cost;
  model.kelly_fraction[lane] = c.model.kelly_fraction;
  model.kelly_cap[lane] = c.model.kelly_cap;
  model.buy_threshold[lane] = c.model.buy_threshold;
  model.sell_threshold[lane] = c.model.sell_threshold;
  model.minimum[lane] = c.model.minimum;
  block.budget[lane] = c.context.budget;
  block.inverse_volatility[lane] = c.context.inverse_volatility;
  block.step[lane] = c.context.step;
  block.halted[lane] = c.context.halted;
}

Decision lane_of(const DecisionBlockResult& r, int lane) {
  return Decision{r.side[lane], r.quantity[lane], r.probability[lane], r.edge[lane],
                  static_cast<std::uint32_t>(r.reasons[lane])};
}

}  // namespace

BOT4_TEST("probability and edge stay within their bound of the long double reference") {
  test::Random random(1);
  double worst_p = 0, worst_edge = 0;
  for (int n = 0; n < rounds(20000); ++n) {
    const Case c = random_case(random);
    const Reference r = reference(c);
    const Decision d = decide(kernels(), c);
    // 64 fused steps: each at most half an ulp of the largest partial sum; dp/ds <= 1/4.
    const double bound = 64 * DBL_EPSILON * static_cast<double>(r.sum_of_magnitudes + 1) *
                             c.model.platt_a / 4 + 4 * DBL_EPSILON;
    const double off_p = std::fabs(static_cast<double>(d.probability - r.probability));
    const double off_edge = std::fabs(static_cast<double>(d.edge - r.edge));
    EXPECT(off_p <= bound);
    EXPECT(off_edge <= (c.model.payoff + 1) * bound + 8 * DBL_EPSILON);
    worst_p = std::max(worst_p, off_p);
    worst_edge = std::max(worst_edge, off_edge);
  }
  std::printf("     largest error: p %.2e, edge %.2e\n", worst_p, worst_edge);
}

BOT4_TEST("side, size and every reason follow the reference unless it is on the edge of a step") {
  test::Random random(2);
  int orders = 0;
  for (int n = 0; n < rounds(20000); ++n) {
    const Case c = random_case(random);
    const Reference r = reference(c);
    const DecisionModel& m = c.model;
    const long double to_step = r.stake_steps - std::floor(r.stake_steps);
    const bool near_step = to_step < 1e-9L || to_step > 1.0L - 1e-9L;
    const bool near_threshold = std::fabs(r.probability - m.buy_threshold) < 1e-12L ||
                                std::fabs(r.probability - m.sell_threshold) < 1e-12L ||
                                std::fabs(r.edge) < 1e-12L;
    if (near_step || near_threshold) continue;
    const double size = static_cast<double>(std::floor(r.stake_steps)) * c.context.step;
    const bool buy = r.probability >= m.buy_threshold, sell = r.probability <= m.sell_threshold;
    const bool enough = size >= m.minimum && size > 0;
    const long double kelly = m.kelly_fraction * r.edge / m.payoff;
    std::uint32_t reasons = 0;
    if (!buy && !sell) reasons |= kReasonNoSignal;
    if (!(r.edge > 0)) reasons |= kReasonNoEdge;
    if (!enough) reasons |= kReasonBelowMinimum;
    if (c.context.halted != 0) reasons |= kReasonHalted;
    if (kelly > m.kelly_cap) reasons |= kReasonCapped;
    const bool active = (reasons & ~static_cast<std::uint32_t>(kReasonCapped)) == 0;
    const Decision d = decide(kernels(), c);
    EXPECT_EQ(d.reasons, reasons);
    EXPECT_EQ(d.side, active ? (buy ? 1.0 : -1.0) : 0.0);
    EXPECT_EQ(d.quantity, active ? size : 0.0);
    orders += active ? 1 : 0;
  }
  EXPECT(orders > rounds(20000) / 10);  // The random cases do reach the active branch.
}

BOT4_TEST("a decision has the same bits as on sse2, at every alignment of the features") {
  test::Random random(3);
  alignas(64) double memory[kFeatureSlots + 8];
  for (int n = 0; n < rounds(5000); ++n) {
    const Case c = random_case(random);
    const Decision expected = decide(baseline(), c);
    double* shifted = memory + n % 8;
    std::memcpy(shifted, c.features, sizeof c.features);
    Decision d{};
    kernels().decide(shifted, &c.model, &c.context, &d);
    EXPECT(same(d, expected));
    kernels().decide_fresh(shifted, &c.model, &c.context, &d);
    EXPECT(same(d, expected));
  }
}

BOT4_TEST("a size near 2^52 is cut to whole steps, one step at a time") {
  Case c{};
  c.model.platt_b = 40.0;  // p = 1 within rounding, so that k is the cap, 1.
  c.model.payoff = 1.0;
  c.model.kelly_fraction = 1.0;
  c.model.kelly_cap = 0.5;
  c.model.buy_threshold = 0.5;
  c.model.sell_threshold = 0.25;
  c.context.inverse_volatility = 2.0;
  c.context.step = 1.0;
  const double sizes[] = {0.5,           0x1p50 + 0.25, 0x1p51 - 0.25, 0x1p51 + 0.5, 0x1p51 + 1.0,
                          0x1p51 + 1.5,  0x1.8p51 + 0.5, 0x1p52 - 0.5, 0x1p52,       0x1p52 + 1.0,
                          0x1p52 + 3.0,  0x1p53,        0x1p60};
  for (const double size : sizes) {
    c.context.budget = size;
    const Decision d = decide(kernels(), c);
    EXPECT_EQ(d.quantity, std::floor(size));
    EXPECT(same(d, decide(baseline(), c)));
  }
}

BOT4_TEST("batches of every length give each symbol the bits of its single decision") {
  test::Random random(4);
  for (int symbols = 1; symbols <= rounds(67); ++symbols) {
    const auto blocks = static_cast<std::size_t>((symbols + kBlockLanes - 1) / kBlockLanes);
    std::vector<DecisionModelBlock> models(blocks);
    std::vector<DecisionBlock> in(blocks);
    std::vector<DecisionBlockResult> out(blocks);
    std::vector<Case> cases;
    for (int s = 0; s < symbols; ++s) {
      cases.push_back(random_case(random));
      const auto block = static_cast<std::size_t>(s / kBlockLanes);
      put(models[block], in[block], s % kBlockLanes, cases.back());
    }
    kernels().decide_batch(models.data(), in.data(), blocks, out.data());
    for (int s = 0; s < symbols; ++s) {
      const Decision d = lane_of(out[static_cast<std::size_t>(s / kBlockLanes)], s % kBlockLanes);
      EXPECT(same(d, decide(kernels(), cases[static_cast<std::size_t>(s)])));
      EXPECT(same(d, decide(baseline(), cases[static_cast<std::size_t>(s)])));
    }
  }
}

namespace {

/// Decides for the cases, eight a block, with one model; each must have the bits of it alone.
void expect_shared_as_alone(const DecisionModel& shared, std::vector<Case>& cases) {
  const std::size_t blocks = cases.size() / kBlockLanes;
  std::vector<DecisionBlock> in(blocks);
  std::vector<DecisionBlockResult> out(blocks);
  for (std::size_t s = 0; s < cases.size(); ++s) {
    cases[s].model = shared;
    DecisionModelBlock unused{};
    put(unused, in[s / kBlockLanes], static_cast<int>(s % kBlockLanes), cases[s]);
  }
  kernels().decide_shared(&shared, in.data(), blocks, out.data());
  for (std::size_t s = 0; s < cases.size(); ++s) {
    const Decision d = lane_of(out[s / kBlockLanes], static_cast<int>(s % kBlockLanes));
    EXPECT(same(d, decide(kernels(), cases[s])));
    EXPECT(same(d, decide(baseline(), cases[s])));
  }
}

std::vector<Case> random_cases(test::Random& random, std::size_t blocks) {
  std::vector<Case> cases;
  for (std::size_t s = 0; s < blocks * kBlockLanes; ++s) cases.push_back(random_case(random));
  return cases;
}

}  // namespace

BOT4_TEST("symbols that share one model decide as alone, in groups of every length") {
  test::Random random(14);
  for (std::size_t blocks = 1; blocks <= 17; ++blocks) {
    std::vector<Case> cases = random_cases(random, blocks);
    expect_shared_as_alone(random_case(random).model, cases);
  }
}

BOT4_TEST("one symbol that is not finite changes nothing for those that share its group") {
  test::Random random(15);
  for (int n = 0; n < rounds(40); ++n) {
    std::vector<Case> cases = random_cases(random, 8);
    Case& bad = cases[random.below(cases.size())];
    double* const broken[] = {&bad.features[random.below(kFeatureSlots)], &bad.context.budget,
                              &bad.context.inverse_volatility, &bad.context.step};
    *broken[n % 4] = n % 8 < 4 ? kNan : n % 4 == 0 ? -kNan : kInf;
    expect_shared_as_alone(random_case(random).model, cases);
  }
}

BOT4_TEST("a shared model of hard numbers decides as alone") {
  test::Random random(16);
  const double hard[] = {0.0, -0.0, 5e-324, -5e-324, DBL_MIN, 1e300, -1e300, kInf, -kInf, kNan,
                         -kNan, 0.5, 1.0, -1.0};
  const auto any = [&] { return hard[random.below(sizeof hard / sizeof *hard)]; };
  for (int n = 0; n < rounds(400); ++n) {
    DecisionModel model = random_case(random).model;
    double* const words[] = {&model.bias,          &model.platt_a,       &model.platt_b,
                             &model.payoff,        &model.cost,          &model.kelly_fraction,
                             &model.kelly_cap,     &model.buy_threshold, &model.sell_threshold,
                             &model.minimum};
    // Limits more often than others: they may be anything while all else is finite.
    *words[n % 4 == 0 ? random.below(10) : 6 + random.below(4)] = any();
    if (n % 3 == 0) *words[6 + random.below(4)] = any();
    std::vector<Case> cases = random_cases(random, 8);
    if (n % 5 == 0) {
      for (Case& c : cases) std::memset(c.features, 0, sizeof c.features);
      model.bias = model.cost = model.platt_b = 0.0;
      for (double& mean : model.negative_means) mean = 0.0;
    }
    if (n % 2 == 0) {
      DecisionContext& context = cases[random.below(cases.size())].context;
      double* const parts[] = {&context.budget, &context.inverse_volatility, &context.step,
                               &context.halted};
      *parts[random.below(4)] = any();
    }
    expect_shared_as_alone(model, cases);
  }
}

BOT4_TEST("NaN anywhere refuses the decision, infinite features only clamp") {
  test::Random random(5);
  Case c = random_case(random);
  c.context.halted = 0;
  for (int i = 0; i < kFeatureSlots; ++i) {
    Case bad = c;
    bad.features[i] = kNan;
    const Decision d = decide(kernels(), bad);
    EXPECT_EQ(d.reasons & kReasonNotFinite, static_cast<std::uint32_t>(kReasonNotFinite));
    EXPECT_EQ(d.side, 0.0);
    EXPECT_EQ(d.quantity, 0.0);
    EXPECT_EQ(d.probability, 0.5);
    EXPECT_EQ(d.edge, 0.0);
    EXPECT(same(d, decide(baseline(), bad)));
    Case huge = c;
    huge.features[i] = i % 2 == 0 ? kInf : -kInf;
    Case clamped = c;
    clamped.features[i] = (i % 2 == 0 ? 1e300 : -1e300);
    EXPECT(same(decide(kernels(), huge), decide(kernels(), clamped)));
  }
  double* const scalars[] = {&c.model.bias,    &c.model.platt_a,        &c.model.platt_b,
                             &c.model.payoff,  &c.model.cost,           &c.model.kelly_fraction,
                             &c.context.budget, &c.context.inverse_volatility, &c.context.step};
  for (double* scalar : scalars) {
    const double saved = *scalar;
    for (const double bad : {kNan, -kNan}) {
      *scalar = bad;
      const Decision d = decide(kernels(), c);
      EXPECT_EQ(d.side, 0.0);
      EXPECT(same(d, decide(baseline(), c)));
    }
    *scalar = saved;
  }
}

BOT4_TEST("hard numbers give the same bits on every target and never a size without a side") {
  test::Random random(6);
  const double hard[] = {0.0, -0.0, 5e-324, -5e-324, DBL_MIN, -DBL_MIN, 1e-310, 1e300, -1e300,
                         DBL_MAX, -DBL_MAX, kInf, -kInf, kNan, 1.0, -1.0};
  const int count = sizeof hard / sizeof *hard;
  for (int n = 0; n < rounds(4000); ++n) {
    Case c = random_case(random);
    auto* words = reinterpret_cast<double*>(&c);
    const int total = sizeof c / sizeof(double);
    for (int k = 0; k < 6; ++k) words[random.below(total)] = hard[random.below(count)];
    const Decision d = decide(kernels(), c);
    EXPECT(same(d, decide(baseline(), c)));
    EXPECT(std::isfinite(d.probability) && std::isfinite(d.edge) && std::isfinite(d.quantity));
    EXPECT_EQ(d.quantity > 0, d.side != 0);
    DecisionModelBlock model{};
    DecisionBlock block{};
    DecisionBlockResult result{};
    put(model, block, n % kBlockLanes, c);
    kernels().decide_batch(&model, &block, 1, &result);
    EXPECT(same(lane_of(result, n % kBlockLanes), d));
  }
}

BOT4_TEST("exp stays within 1 ulp of expl and has the same bits as on sse2") {
  test::Random random(7);
  double worst = 0;
  for (int n = 0; n < rounds(50000); ++n) {
    double x[8], y[8], z[8];
    for (double& value : x) {
      value = n % 3 == 0 ? random.between(-708, 709) : random.between(-8, 8);
    }
    kernels().exp(x, 8, y);
    baseline().exp(x, 8, z);
    for (int i = 0; i < 8; ++i) {
      const long double exact = std::exp(static_cast<long double>(x[i]));
      const double ulp = std::nextafter(static_cast<double>(exact), kInf) - static_cast<double>(exact);
      const double off = static_cast<double>(std::fabs(y[i] - exact) / ulp);
      EXPECT(off <= 1.0);
      EXPECT(same_bits(y[i], z[i]));
      worst = std::max(worst, off);
    }
  }
  std::printf("     largest error: %.3f ulp\n", worst);
}

BOT4_TEST("exp clamps outside its range and lets NaN through") {
  const double x[8] = {-709, -1e300, -kInf, 710, 1e300, kInf, kNan, -0.0};
  double y[8];
  kernels().exp(x, 8, y);
  EXPECT_EQ(y[0], y[1]);
  EXPECT_EQ(y[0], y[2]);
  EXPECT(y[0] > 0 && y[0] < 1e-300);
  EXPECT_EQ(y[3], y[4]);
  EXPECT_EQ(y[3], y[5]);
  EXPECT(std::isfinite(y[3]) && y[3] > 1e300);
  EXPECT(std::isnan(y[6]));
  EXPECT_EQ(y[7], 1.0);
}

namespace {

/// A double with a random exponent, so that cancellation, overflow and subnormals all happen.
double wild(test::Random& random) {
  const std::int64_t kind = random.below(40);
  if (kind == 0) return 0.0;
  if (kind == 1) return -0.0;
  if (kind == 2) return random.below(2) == 0 ? kInf : -kInf;
  const int exponent = kind < 12 ? static_cast<int>(random.below(2098)) - 1074
                                 : static_cast<int>(random.below(120)) - 60;
  const double mantissa = 1.0 + random.uniform();
  return (random.below(2) == 0 ? 1 : -1) * std::ldexp(mantissa, exponent);
}

}  // namespace

BOT4_TEST("fma is rounded once: equal to the C library's on wild and on cancelling inputs") {
  test::Random random(8);
  for (int n = 0; n < rounds(200000); ++n) {
    double a[8], b[8], c[8], d[8];
    for (int i = 0; i < 8; ++i) {
      a[i] = wild(random);
      b[i] = wild(random);
      c[i] = wild(random);
      if (random.below(3) == 0) {  // Cancels all but the rounding error of the product.
        c[i] = -(a[i] * b[i]);
        if (random.below(2) == 0) c[i] = std::nextafter(c[i], 0.0);
      }
    }
    kernels().fma(a, b, c, 8, d);
    for (int i = 0; i < 8; ++i) {
      const double exact = std::fma(a[i], b[i], c[i]);
      const bool equal = std::isnan(exact) ? std::isnan(d[i]) : same_bits(exact, d[i]);
      if (!equal) std::fprintf(stderr, "  fma(%a, %a, %a) = %a not %a\n", a[i], b[i], c[i], d[i], exact);
      EXPECT(equal);
    }
  }
}

BOT4_TEST_MAIN
