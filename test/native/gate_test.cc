// Every limit between a decision and an intent, one by one and at its very bound.
#include "engine/gate.h"

#include <cmath>
#include <string>

#include "engine/reasons.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'700'000'000 * kSecond;

/// A gate that lets everything pass, with the words it reads.
struct Fixture {
  ControlBlock control{};
  SymbolSteering steering{};
  PolicyBlock policy{};
  GateMarket market;
  Gate gate{&control, &steering};

  Fixture() {
    steering.max_position_lots = 1e6;
    steering.max_order_lots = 1e6;
    steering.budget_lots = 1e6;
    policy.kind = PolicyKind::kTake;
    policy.max_spread_ticks = 10;
    policy.stale_after_ns = kSecond;
    policy.max_intents_per_s = 1e9;
    policy.intent_burst = 1e9;
    gate.configure(policy);
    market.synchronised = market.two_sided = true;
    market.updates = 100;
    market.depth_ns = market.mark_ns = kNow;
    market.best_bid_ticks = 1000;
    market.best_ask_ticks = 1010;
    market.reference_ticks = 1005;
  }

  std::uint32_t check() { return gate.check(market, kNow); }
  GatedOrder buy(double price, double lots) { return gate.check_order(1, price, lots, market); }
  GatedOrder sell(double price, double lots) { return gate.check_order(-1, price, lots, market); }
};

}  // namespace

BOT4_TEST("an open gate gives no reason and passes an order as it is") {
  Fixture f;
  EXPECT_EQ(f.check(), 0u);
  const GatedOrder order = f.buy(1010, 77);
  EXPECT_EQ(order.price_ticks, 1010.0);
  EXPECT_EQ(order.lots, 77.0);
  EXPECT_EQ(order.reasons, 0u);
  EXPECT_EQ(f.gate.check_pace(kNow), 0u);
}

BOT4_TEST("each refusal has its own reason, at its bound and one beyond") {
  struct Refusal {
    const char* name;
    std::uint32_t reason;
    void (*close)(Fixture&);
    void (*bound)(Fixture&);  ///< The last value that still passes.
  };
  static const std::uint32_t kShut = 0, kTripped = 3;
  const Refusal refusals[] = {
      {"halt", kReasonHalted, [](Fixture& f) { f.control.halt = 1; }, [](Fixture& f) { f.control.halt = 0; }},
      {"symbol halt", kReasonHalted, [](Fixture& f) { f.steering.halt = 4; }, [](Fixture& f) { f.steering.halt = 0; }},
      {"global breaker", kReasonBreaker, [](Fixture& f) { f.gate.watch(&kTripped, &kShut); },
       [](Fixture& f) { f.gate.watch(&kShut, &kShut); }},
      {"venue breaker", kReasonBreaker, [](Fixture& f) { f.gate.watch(&kShut, &kTripped); },
       [](Fixture& f) { f.gate.watch(nullptr, nullptr); }},
      {"unsynchronised", kReasonUnsynchronised, [](Fixture& f) { f.market.synchronised = false; },
       [](Fixture& f) { f.market.synchronised = true; }},
      {"one-sided", kReasonOneSided, [](Fixture& f) { f.market.two_sided = false; },
       [](Fixture& f) { f.market.two_sided = true; }},
      {"warm-up", kReasonNotWarm, [](Fixture& f) { f.policy.warm_up_updates = 101; },
       [](Fixture& f) { f.policy.warm_up_updates = 100; }},
      {"stale depth", kReasonStale, [](Fixture& f) { f.market.depth_ns = kNow - kSecond - 1; },
       [](Fixture& f) { f.market.depth_ns = kNow - kSecond; }},
      {"stale mark", kReasonStaleMark,
       [](Fixture& f) { f.steering.stale_mark_after_ns = 1e9; f.market.mark_ns = kNow - kSecond - 1; },
       [](Fixture& f) { f.market.mark_ns = kNow - kSecond; }},
      {"no mark", kReasonStaleMark,
       [](Fixture& f) { f.steering.stale_mark_after_ns = 1e18; f.market.mark_ns = 0; },
       [](Fixture& f) { f.steering.stale_mark_after_ns = 0; }},
      {"spread", kReasonSpread, [](Fixture& f) { f.market.best_ask_ticks = 1011; },
       [](Fixture& f) { f.market.best_ask_ticks = 1010; }},
  };
  for (const Refusal& r : refusals) {
    Fixture f;
    r.close(f);
    f.gate.configure(f.policy);
    if (f.check() != r.reason) test::fail(__FILE__, __LINE__, std::string("not refused: ") + r.name);
    if ((kBlockingReasons & r.reason) == 0) {
      test::fail(__FILE__, __LINE__, std::string("does not block: ") + r.name);
    }
    r.bound(f);
    f.gate.configure(f.policy);
    if (f.check() != 0) test::fail(__FILE__, __LINE__, std::string("not let go: ") + r.name);
  }
}

BOT4_TEST("a steering word that is no number or no limit closes the gate") {
  double SymbolSteering::* const words[] = {
      &SymbolSteering::position_lots,         &SymbolSteering::max_position_lots,
      &SymbolSteering::max_order_lots,        &SymbolSteering::budget_lots,
      &SymbolSteering::max_position_notional, &SymbolSteering::max_order_notional,
      &SymbolSteering::max_collar_ticks,      &SymbolSteering::collar_bps,
      &SymbolSteering::stale_mark_after_ns};
  for (double SymbolSteering::* word : words) {
    Fixture f;
    f.steering.*word = NAN;
    EXPECT_EQ(f.check() & kReasonNotFinite, static_cast<std::uint32_t>(kReasonNotFinite));
    const bool is_signed = word == &SymbolSteering::position_lots || word == &SymbolSteering::budget_lots;
    f.steering.*word = is_signed ? INFINITY : -1.0;
    EXPECT_EQ(f.check() & kReasonNotFinite, static_cast<std::uint32_t>(kReasonNotFinite));
  }
}

BOT4_TEST("limits of infinity, zero and minus zero are sound") {
  double SymbolSteering::* const limits[] = {
      &SymbolSteering::max_position_lots,     &SymbolSteering::max_order_lots,
      &SymbolSteering::max_position_notional, &SymbolSteering::max_order_notional,
      &SymbolSteering::max_collar_ticks,      &SymbolSteering::collar_bps};
  for (double SymbolSteering::* limit : limits) {
    for (const double value : {static_cast<double>(INFINITY), 0.0, -0.0}) {
      Fixture f;
      f.steering.*limit = value;
      EXPECT_EQ(f.check(), 0u);
    }
  }
}

BOT4_TEST("every reason that holds is told, whatever else holds") {
  Fixture f;
  f.market.best_ask_ticks = 1011;
  EXPECT_EQ(f.check(), static_cast<std::uint32_t>(kReasonSpread));
  std::uint32_t expected = kReasonSpread;
  const auto expect_also = [&](Reason reason) {
    expected |= reason;
    EXPECT_EQ(f.check(), expected);
  };
  f.control.halt = 1;
  expect_also(kReasonHalted);
  f.market.depth_ns = kNow - kSecond - 1;
  expect_also(kReasonStale);
  f.market.synchronised = false;
  expect_also(kReasonUnsynchronised);
  f.steering.stale_mark_after_ns = 1;
  f.market.mark_ns = 0;
  expect_also(kReasonStaleMark);
  f.market.updates = -1;
  expect_also(kReasonNotWarm);
  f.steering.collar_bps = NAN;
  expect_also(kReasonNotFinite);
}

BOT4_TEST("an order is cut to each limit of size, and the reason says to which") {
  struct Cut {
    std::uint32_t reason;
    void (*limit)(Fixture&);
    double lots;
  };
  const Cut cuts[] = {
      {kReasonOrderLots, [](Fixture& f) { f.steering.max_order_lots = 7.9; }, 7},
      {kReasonPositionRoom, [](Fixture& f) { f.steering.max_position_lots = 50; f.steering.position_lots = 40; }, 10},
      {kReasonPositionRoom, [](Fixture& f) { f.steering.max_position_lots = 5; f.steering.position_lots = -40; }, 45},
      {kReasonOrderNotional, [](Fixture& f) { f.steering.max_order_notional = 1010 * 9; }, 9},
      {kReasonOrderNotional, [](Fixture& f) { f.steering.max_order_notional = 1010 * 9 - 1; }, 8},
      {kReasonPositionNotional,
       [](Fixture& f) { f.steering.max_position_notional = 1010 * 30; f.steering.position_lots = 18; }, 12},
      {kReasonPositionNotional,
       [](Fixture& f) { f.steering.max_position_notional = 1010 * 30 - 1; f.steering.position_lots = 18; }, 11},
  };
  for (const Cut& cut : cuts) {
    Fixture f;
    cut.limit(f);
    const GatedOrder order = f.buy(1010, 100);
    EXPECT_EQ(order.lots, cut.lots);
    EXPECT_EQ(order.reasons, cut.reason | kReasonReduced);
    EXPECT_EQ(f.buy(1010, cut.lots).reasons, 0u);
  }
  Fixture f;  // A short position is room to buy and none to sell.
  f.steering.max_position_lots = 50;
  f.steering.position_lots = -45;
  EXPECT_EQ(f.sell(1000, 100).lots, 5.0);
  EXPECT_EQ(f.buy(1010, 100).lots, 95.0);
}

BOT4_TEST("no room and no lot left are refusals with their reasons") {
  Fixture f;
  f.steering.max_position_lots = f.steering.position_lots = 50;
  EXPECT_EQ(f.buy(1010, 1).lots, 0.0);
  EXPECT_EQ(f.buy(1010, 1).reasons, static_cast<std::uint32_t>(kReasonPosition));
  EXPECT_EQ(f.sell(1000, 1).lots, 1.0);
  f.steering.position_lots = 0;
  f.steering.max_order_notional = 1009;  // Worth less than one lot.
  GatedOrder order = f.buy(1010, 5);
  EXPECT_EQ(order.lots, 0.0);
  EXPECT_EQ(order.reasons, kReasonOrderNotional | kReasonReduced | kReasonBelowMinimum);
  f.steering.max_order_notional = 0;
  f.steering.max_position_notional = 1010 * 10;
  f.steering.position_lots = 10;
  order = f.buy(1010, 5);
  EXPECT_EQ(order.lots, 0.0);
  EXPECT_EQ(order.reasons, kReasonPositionNotional | kReasonReduced | kReasonBelowMinimum);
  f.steering.position_lots = 11;  // Worth more than the bound before the order.
  f.steering.max_order_lots = 0;
  EXPECT_EQ(f.buy(1010, 5).reasons, kReasonOrderLots | kReasonPositionNotional | kReasonReduced |
                                        kReasonBelowMinimum);
  f.steering.max_order_lots = 1e6;
  f.steering.max_position_notional = 0;
  f.policy.model.minimum = 6;
  f.gate.configure(f.policy);
  EXPECT_EQ(f.buy(1010, 5).reasons, static_cast<std::uint32_t>(kReasonBelowMinimum));
  EXPECT_EQ(f.buy(1010, 6).lots, 6.0);
}

BOT4_TEST("notional bounds hold exactly for random sizes, against integers") {
  test::Random random(1);
  for (int n = 0; n < (test::emulated() ? 2000 : 200'000); ++n) {
    Fixture f;
    const std::int64_t price = 1 + random.below(std::int64_t{1} << (1 + random.below(40)));
    const std::int64_t bound = 1 + random.below(std::int64_t{1} << (1 + random.below(52)));
    f.market.best_ask_ticks = static_cast<double>(price);
    f.steering.max_order_notional = static_cast<double>(bound);
    f.steering.max_order_lots = f.steering.max_position_lots = 0x1p60;
    const GatedOrder order = f.buy(static_cast<double>(price), 0x1p55);
    EXPECT_EQ(order.lots, static_cast<double>(bound / price));
  }
}

BOT4_TEST("a price beyond the collar is moved to it, on the side that takes") {
  Fixture f;
  f.steering.max_collar_ticks = 3.5;
  EXPECT_EQ(f.buy(1013, 1).reasons, 0u);
  GatedOrder order = f.buy(1014, 1);
  EXPECT_EQ(order.price_ticks, 1013.0);
  EXPECT_EQ(order.reasons, static_cast<std::uint32_t>(kReasonCollar));
  order = f.sell(990, 1);
  EXPECT_EQ(order.price_ticks, 997.0);
  EXPECT_EQ(order.reasons, static_cast<std::uint32_t>(kReasonCollar));
  EXPECT_EQ(f.buy(900, 1).price_ticks, 900.0);  // Resting far away takes nothing.
}

BOT4_TEST("a price outside the band around the reference is refused on both sides of it") {
  Fixture f;
  f.market.reference_ticks = 1000;
  f.steering.collar_bps = 100;
  EXPECT_EQ(f.buy(1010, 1).reasons, 0u);
  EXPECT_EQ(f.buy(1011, 1).reasons, static_cast<std::uint32_t>(kReasonPriceBand));
  EXPECT_EQ(f.buy(1011, 1).lots, 0.0);
  EXPECT_EQ(f.sell(990, 1).reasons, 0u);
  EXPECT_EQ(f.sell(989, 1).reasons, static_cast<std::uint32_t>(kReasonPriceBand));
  f.market.reference_ticks = 0;  // Nothing known to compare with: the band does not open.
  EXPECT_EQ(f.buy(1005, 1).reasons, static_cast<std::uint32_t>(kReasonPriceBand));
  EXPECT_EQ(f.buy(1005, 1).lots, 0.0);
  f.steering.collar_bps = 0;
  EXPECT_EQ(f.buy(1011, 1).reasons, 0u);
}

BOT4_TEST("a price that is no number or beyond 2^53 is refused, one below a tick is one tick") {
  Fixture f;
  EXPECT_EQ(f.buy(NAN, 1).lots, 0.0);
  EXPECT_EQ(f.buy(NAN, 1).reasons, static_cast<std::uint32_t>(kReasonNotFinite));
  EXPECT_EQ(f.buy(0x1p53, 1).reasons, static_cast<std::uint32_t>(kReasonNotFinite));
  EXPECT_EQ(f.buy(-INFINITY, 1).price_ticks, 1.0);
  EXPECT_EQ(f.buy(1010, NAN).lots, 0.0);
}

BOT4_TEST("interval and rate are counted from the last intent, and taking back costs no token") {
  Fixture f;
  f.policy.min_interval_ns = 100;
  f.policy.max_intents_per_s = 1;
  f.policy.intent_burst = 2;
  f.gate.configure(f.policy);
  EXPECT_EQ(f.gate.check_pace(kNow), 0u);
  f.gate.note_intent(kNow, true);
  EXPECT_EQ(f.gate.check_pace(kNow + 99), static_cast<std::uint32_t>(kReasonInterval));
  EXPECT_EQ(f.gate.check_pace(kNow + 100), 0u);
  f.gate.note_intent(kNow + 100, false);
  EXPECT_EQ(f.gate.check_pace(kNow + 200), 0u);
  f.gate.note_intent(kNow + 200, true);
  EXPECT_EQ(f.gate.check_pace(kNow + 300), static_cast<std::uint32_t>(kReasonRate));
  EXPECT_EQ(f.gate.check_pace(kNow + kSecond), 0u);
}

BOT4_TEST("every reason has a name of its own") {
  for (int a = 0; a < kReasonCount; ++a) {
    EXPECT(!std::string(reason_name(a)).empty());
    for (int b = 0; b < a; ++b) EXPECT(std::string(reason_name(a)) != reason_name(b));
  }
  EXPECT_EQ(1u << (kReasonCount - 1), static_cast<std::uint32_t>(kReasonCollar));
}

BOT4_TEST_MAIN
