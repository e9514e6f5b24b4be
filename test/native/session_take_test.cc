// From frames to aggressive orders: the gates on the way, one by one.
#include "native/session_market.h"

using namespace bot4;
using namespace bot4::test;

BOT4_TEST("a strong imbalance becomes one buy at the ask plus collar, and run returns at once") {
  Market m;
  EXPECT(m.apply(0, take_policy()) == nullptr);
  m.push(0, m.snapshot({{1000, 900}}, {{1010, 100}}));
  m.push(0, m.depth({{1000, 901}}, {}));
  EXPECT_EQ(m.session.run(), RunResult::kIntent);
  EXPECT_EQ(m.control().frames, 1.0);
  const auto intents = m.take();
  EXPECT_EQ(intents.size(), std::size_t{1});
  EXPECT_EQ(intents[0].kind, IntentKind::kTake);
  EXPECT_EQ(intents[0].symbol, 0);
  EXPECT_EQ(intents[0].side, 1.0);
  EXPECT_EQ(intents[0].price_ticks, 1012.0);
  EXPECT_EQ(intents[0].lots, 50.0);  // max_order_lots
  EXPECT_EQ(intents[0].at_ns, m.now);
  EXPECT_EQ(intents[0].sequence, 1.0);
  EXPECT(intents[0].probability > 0.9 && intents[0].edge > 0);
  EXPECT_EQ(intents[0].reasons & kReasonReduced, static_cast<std::uint32_t>(kReasonReduced));
  EXPECT_EQ(m.session.run(), RunResult::kIntent);
  EXPECT_EQ(m.control().frames, 2.0);
}

BOT4_TEST("the opposite imbalance sells at the bid minus collar") {
  Market m;
  m.apply(0, take_policy());
  m.open(100, 900);
  const auto intents = m.take();
  EXPECT_EQ(intents.size(), std::size_t{1});
  EXPECT_EQ(intents[0].side, -1.0);
  EXPECT_EQ(intents[0].price_ticks, 998.0);
}

BOT4_TEST("each gate refuses by its own reason and lets go when it opens") {
  struct GateCase {
    const char* name;
    std::uint32_t reason;
    void (*close)(Market&, PolicyBlock&);
    void (*open)(Market&, PolicyBlock&);
  };
  const GateCase cases[] = {
      {"halt", kReasonHalted, [](Market& m, PolicyBlock&) { m.control().halt = 4; },
       [](Market& m, PolicyBlock&) { m.control().halt = 0; }},
      {"symbol halt", kReasonHalted, [](Market& m, PolicyBlock&) { m.steering(0).halt = 1; },
       [](Market& m, PolicyBlock&) { m.steering(0).halt = 0; }},
      {"spread", kReasonSpread, [](Market&, PolicyBlock& p) { p.max_spread_ticks = 9; },
       [](Market&, PolicyBlock& p) { p.max_spread_ticks = 10; }},
      {"warm-up", kReasonNotWarm, [](Market&, PolicyBlock& p) { p.warm_up_updates = 50; },
       [](Market&, PolicyBlock& p) { p.warm_up_updates = 2; }},
      {"position", kReasonPosition, [](Market& m, PolicyBlock&) { m.steering(0).position_lots = 100; },
       [](Market& m, PolicyBlock&) { m.steering(0).position_lots = 99; }},
      {"no signal", kReasonNoSignal, [](Market&, PolicyBlock& p) { p.model.buy_threshold = 1.0; },
       [](Market&, PolicyBlock& p) { p.model.buy_threshold = 0.6; }},
      {"no edge", kReasonNoEdge, [](Market&, PolicyBlock& p) { p.model.cost = 5; },
       [](Market&, PolicyBlock& p) { p.model.cost = 0.01; }},
      {"budget", kReasonBelowMinimum, [](Market& m, PolicyBlock&) { m.steering(0).budget_lots = 0; },
       [](Market& m, PolicyBlock&) { m.steering(0).budget_lots = 1000; }},
      {"minimum", kReasonBelowMinimum, [](Market&, PolicyBlock& p) { p.model.minimum = 51; },
       [](Market&, PolicyBlock& p) { p.model.minimum = 1; }},
      {"max order", kReasonBelowMinimum, [](Market& m, PolicyBlock&) { m.steering(0).max_order_lots = 0.5; },
       [](Market& m, PolicyBlock&) { m.steering(0).max_order_lots = 1; }},
      {"NaN position", kReasonNotFinite, [](Market& m, PolicyBlock&) { m.steering(0).position_lots = NAN; },
       [](Market& m, PolicyBlock&) { m.steering(0).position_lots = 0; }},
      {"NaN limit", kReasonNotFinite, [](Market& m, PolicyBlock&) { m.steering(0).max_position_lots = NAN; },
       [](Market& m, PolicyBlock&) { m.steering(0).max_position_lots = 10; }},
      {"no policy", kReasonNoPolicy, [](Market&, PolicyBlock& p) { p.kind = PolicyKind::kNone; },
       [](Market&, PolicyBlock& p) { p.kind = PolicyKind::kTake; }},
  };
  for (const GateCase& gate : cases) {
    Market m;
    m.open();
    PolicyBlock policy = take_policy();
    gate.close(m, policy);
    EXPECT(m.apply(0, policy) == nullptr);
    m.tick();
    if ((m.reasons() & gate.reason) == 0 || !m.take().empty()) {
      test::fail(__FILE__, __LINE__, std::string("not refused: ") + gate.name);
    }
    gate.open(m, policy);
    m.apply(0, policy);
    m.tick();
    if ((m.reasons() & gate.reason) != 0 || m.take().size() != 1) {
      test::fail(__FILE__, __LINE__, std::string("not let go: ") + gate.name);
    }
  }
}

BOT4_TEST("an order is cut to the room that the position limit leaves") {
  Market m;
  m.apply(0, take_policy());
  m.steering(0).position_lots = 93;
  m.open();
  EXPECT_EQ(m.take().at(0).lots, 7.0);
  m.steering(0).position_lots = -20;  // A short leaves more room to buy: 120, cut to 50.
  m.tick();
  EXPECT_EQ(m.take().at(0).lots, 50.0);
}

BOT4_TEST("the minimum interval and the rate hold intents back for exactly their time") {
  Market m;
  PolicyBlock policy = take_policy();
  policy.min_interval_ns = 0.25 * kSecond;
  m.apply(0, policy);
  m.open();  // Intent at t; then updates 0.2 s and 0.3 s later.
  EXPECT_EQ(m.take().size(), std::size_t{1});
  m.tick();
  EXPECT_EQ(m.reasons() & kReasonInterval, static_cast<std::uint32_t>(kReasonInterval));
  EXPECT(m.take().empty());
  m.tick();
  EXPECT_EQ(m.take().size(), std::size_t{1});

  policy.min_interval_ns = 0;
  policy.max_intents_per_s = 1;
  policy.intent_burst = 2;
  m.apply(0, policy);
  int allowed = 0;
  for (int i = 0; i < 49; ++i) {  // 4.9 s at 10 updates a second.
    m.tick();
    allowed += static_cast<int>(m.take().size());
  }
  EXPECT_EQ(allowed, 6);  // The burst of 2, then one a second.
  EXPECT_EQ(m.reasons() & kReasonRate, static_cast<std::uint32_t>(kReasonRate));
  m.apply(0, policy);  // The same again earns nothing.
  m.tick();
  EXPECT_EQ(m.take().size(), std::size_t{1});  // Five seconds are full.
  m.apply(0, policy);
  m.tick();
  EXPECT(m.take().empty());
}

BOT4_TEST("stakes that follow the volatility wait until the mid has moved") {
  Market m;
  PolicyBlock policy = take_policy();
  policy.volatility_target_bps = 1000;
  policy.volatility_scale_cap = 2;
  m.apply(0, policy);
  m.open();
  const auto unknown = static_cast<std::uint32_t>(kReasonNotWarm);
  EXPECT_EQ(m.reasons() & unknown, unknown);
  m.tick(800, 100);
  EXPECT_EQ(m.reasons() & unknown, unknown);
  EXPECT(m.take().empty());
  m.now += kSecond / 10;
  m.feed(0, m.depth({{1001, 900}}, {}));
  EXPECT(m.state(0).features[kRealisedVolatility] > 0.0);
  EXPECT_EQ(m.reasons() & unknown, 0u);
  EXPECT_EQ(m.take().size(), std::size_t{1});
}

BOT4_TEST("no weight, budget or limit makes an intent that is not finite") {
  const double huge[] = {0.0, 1e-300, 1e9, 1e300, 1.7e308};
  for (const double weight : huge) {
    for (const double budget : huge) {
      Market m;
      PolicyBlock policy = take_policy();
      policy.model.weights[kImbalanceL1] = weight;
      policy.model.inverse_sds[kImbalanceL1] = weight;
      policy.volatility_target_bps = 1e9;
      policy.volatility_scale_cap = 1e9;
      policy.model.payoff = 1e-9;
      policy.model.kelly_cap = 1e9;
      policy.model.cost = -1.0;
      m.steering(0).budget_lots = budget;
      m.steering(0).max_position_lots = m.steering(0).max_order_lots = INFINITY;
      m.apply(0, policy);
      m.open();
      m.now += 1;
      m.feed(0, m.depth({{1001, 900}}, {}));
      m.tick();
      const SymbolState& s = m.state(0);
      EXPECT(std::isfinite(s.quantity) && std::isfinite(s.edge) && std::isfinite(s.probability));
      for (const IntentRecord& intent : m.take()) {
        EXPECT(std::isfinite(intent.lots) && intent.lots > 0.0);
        EXPECT(std::isfinite(intent.price_ticks) && std::isfinite(intent.volatility_bps));
        EXPECT(std::isfinite(intent.edge) && std::isfinite(intent.probability));
      }
    }
  }
}

BOT4_TEST("a trade long after the last depth update meets a stale book") {
  Market m;
  PolicyBlock policy = take_policy();
  policy.stale_after_ns = 1.0 * kSecond;
  m.apply(0, policy);
  m.open();
  m.take();
  m.now += kSecond;
  m.feed(0, Market::trade(1010, 1, false));
  EXPECT_EQ(m.reasons() & kReasonStale, static_cast<std::uint32_t>(kReasonStale));
  EXPECT(m.take().empty());
  m.tick();
  EXPECT_EQ(m.take().size(), std::size_t{1});
}

BOT4_TEST("a full intent ring drops the decision, counts it, and goes on when there is room") {
  Market m(decision_kernels(test::target()), 4);
  m.apply(0, take_policy());
  m.open();
  for (int i = 0; i < 10; ++i) m.tick();
  EXPECT_EQ(m.control().intents, 4.0);
  EXPECT_EQ(m.control().intents_dropped, 7.0);
  EXPECT_EQ(m.reasons() & kReasonRingFull, static_cast<std::uint32_t>(kReasonRingFull));
  const auto first = m.take();
  EXPECT_EQ(first.size(), std::size_t{4});
  m.tick();
  EXPECT_EQ(m.take().at(0).sequence, 5.0);
}

BOT4_TEST("a rate that earns its next intent in more than 292 years allows the burst alone") {
  for (const double rate : {1e-11, 1e-300, 0.0}) {
    Market m;
    PolicyBlock policy = take_policy();
    policy.max_intents_per_s = rate;
    policy.intent_burst = 2;
    m.apply(0, policy);
    m.open();
    for (int i = 0; i < 20; ++i) m.tick();
    EXPECT_EQ(m.take().size(), std::size_t{2});
    EXPECT_EQ(m.reasons() & kReasonRate, static_cast<std::uint32_t>(kReasonRate));
  }
}

BOT4_TEST_MAIN
