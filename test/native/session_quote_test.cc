// From frames to resting quotes: where they rest, when they move and when they are taken back.
#include "native/session_market.h"

using namespace bot4;
using namespace bot4::test;

BOT4_TEST("quotes rest around the mid, rounded outwards, and stay while they would barely move") {
  Market m;
  m.apply(0, quote_policy());
  m.open(500, 500);
  auto intents = m.take();
  EXPECT_EQ(intents.size(), std::size_t{1});
  EXPECT_EQ(intents[0].kind, IntentKind::kQuote);
  EXPECT_EQ(intents[0].bid_ticks, 1001.0);
  EXPECT_EQ(intents[0].ask_ticks, 1009.0);
  EXPECT_EQ(intents[0].bid_lots, 10.0);
  EXPECT_EQ(intents[0].ask_lots, 10.0);
  m.tick(500, 500);
  EXPECT(m.take().empty());
  EXPECT_EQ(m.reasons() & kReasonUnchanged, static_cast<std::uint32_t>(kReasonUnchanged));
  m.now += kSecond / 10;
  m.feed(0, m.depth({{1001, 5}}, {}));  // The mid moves by half a tick: less than requote_ticks.
  EXPECT(m.take().empty());
  m.now += kSecond / 10;
  m.feed(0, m.depth({{1005, 5}}, {}));
  intents = m.take();
  EXPECT_EQ(intents.size(), std::size_t{1});
  EXPECT_EQ(intents[0].bid_ticks, 1003.0);
  EXPECT_EQ(intents[0].ask_ticks, 1012.0);  // ceil(1007.5 + 4)
}

BOT4_TEST("quotes never reach the other side's touch") {
  Market m;
  PolicyBlock policy = quote_policy();
  policy.half_spread_ticks = 0;
  policy.skew_ticks = 100;
  policy.model.bias = 8;  // p near 1: the centre is shifted far up.
  m.apply(0, policy);
  m.open(500, 500);
  const auto up = m.take().at(0);
  EXPECT_EQ(up.bid_ticks, 1009.0);
  EXPECT(up.ask_ticks > up.bid_ticks);
  policy.model.bias = -8;
  m.apply(0, policy);
  m.tick(500, 500);
  const auto down = m.take().at(0);
  EXPECT_EQ(down.ask_ticks, 1001.0);
  EXPECT(down.bid_ticks < down.ask_ticks);
}

BOT4_TEST("inventory moves the reservation price against the position") {
  Market m;
  PolicyBlock policy = quote_policy();
  policy.gamma = 0.5;
  policy.volatility_floor_ticks = 2.0;  // risk = 0.5 * 4 * 1 = 2 ticks a unit
  m.steering(0).position_lots = 30;     // three units
  m.apply(0, policy);
  m.open(500, 500);
  const auto quotes = m.take().at(0);
  EXPECT_EQ(quotes.bid_ticks, 994.0);   // 1005 - 6 - (1 + 4)
  EXPECT_EQ(quotes.ask_ticks, 1004.0);  // 1005 - 6 + 5
}

BOT4_TEST("quotes priced by risk wait for a volatility unless the policy has a floor for it") {
  Market m;
  PolicyBlock policy = quote_policy();
  policy.gamma = 0.5;
  m.apply(0, policy);
  m.open(500, 500);
  m.tick(500, 500);
  EXPECT(m.take().empty());
  EXPECT_EQ(m.reasons() & kReasonNotWarm, static_cast<std::uint32_t>(kReasonNotWarm));
  policy.volatility_floor_ticks = 0.5;
  m.apply(0, policy);
  m.tick(500, 500);
  EXPECT_EQ(m.take().size(), std::size_t{1});
  policy.volatility_floor_ticks = 0;
  m.apply(0, policy);
  m.now += kSecond / 10;
  m.feed(0, m.depth({{1001, 500}}, {}));
  EXPECT_EQ(m.reasons() & kReasonNotWarm, 0u);
}

BOT4_TEST("at the position limit only the reducing side is quoted") {
  Market m;
  m.apply(0, quote_policy());
  m.steering(0).position_lots = 100;
  m.open(500, 500);
  auto quotes = m.take().at(0);
  EXPECT_EQ(quotes.bid_lots, 0.0);
  EXPECT_EQ(quotes.ask_lots, 10.0);
  m.steering(0).position_lots = -96;
  m.tick(500, 500);
  quotes = m.take().at(0);
  EXPECT_EQ(quotes.bid_lots, 10.0);
  EXPECT_EQ(quotes.ask_lots, 4.0);
}

BOT4_TEST("live quotes are taken back once when the gate closes, rate or no rate") {
  Market m;
  PolicyBlock policy = quote_policy();
  policy.max_intents_per_s = 0;
  policy.intent_burst = 1;
  m.apply(0, policy);
  m.open(500, 500);
  EXPECT_EQ(m.take().size(), std::size_t{1});
  m.control().halt = 1;
  m.tick(500, 500);
  const auto pulled = m.take();
  EXPECT_EQ(pulled.size(), std::size_t{1});
  EXPECT_EQ(pulled[0].bid_lots + pulled[0].ask_lots, 0.0);
  EXPECT_EQ(pulled[0].reasons & kReasonHalted, static_cast<std::uint32_t>(kReasonHalted));
  m.tick(500, 500);
  EXPECT(m.take().empty());
}

BOT4_TEST("quotes are taken back when the book breaks, when the policy goes, and for a stale book") {
  for (int way = 0; way < 3; ++way) {
    Market m;
    m.apply(0, quote_policy());
    m.open(500, 500);
    EXPECT_EQ(m.take().size(), std::size_t{1});
    if (way == 0) {
      m.id += 5;  // A lost update.
      m.tick(500, 500);
    } else if (way == 1) {
      PolicyBlock none{};
      m.apply(0, none);
      m.tick(500, 500);
    } else {
      m.now += 11 * kSecond;
      m.feed(0, Market::trade(1010, 1, false));
    }
    const auto pulled = m.take();
    EXPECT_EQ(pulled.size(), std::size_t{1});
    if (!pulled.empty()) EXPECT_EQ(pulled[0].bid_lots + pulled[0].ask_lots, 0.0);
  }
}

BOT4_TEST("a policy that does not quote takes back the quotes of the one before, then acts") {
  for (const PolicyKind kind : {PolicyKind::kTake, PolicyKind::kNone}) {
    Market m;
    m.apply(0, quote_policy());
    m.open(500, 500);
    EXPECT_EQ(m.take().size(), std::size_t{1});
    EXPECT(m.state(0).bid_lots > 0 && m.state(0).ask_lots > 0);
    PolicyBlock next = take_policy();
    next.kind = kind;
    next.model.buy_threshold = 1.0;  // Nothing to take at first.
    next.model.sell_threshold = 0.0;
    EXPECT(m.apply(0, next) == nullptr);
    EXPECT_EQ(m.tick(500, 500), RunResult::kIntent);
    auto intents = m.take();
    EXPECT_EQ(intents.size(), std::size_t{1});
    if (intents.size() != 1) continue;
    EXPECT_EQ(intents[0].kind, IntentKind::kQuote);
    EXPECT_EQ(intents[0].bid_lots + intents[0].ask_lots, 0.0);
    EXPECT_EQ(m.state(0).bid_lots + m.state(0).ask_lots, 0.0);
    m.tick(500, 500);
    EXPECT(m.take().empty());
  }
  Market m;  // A signal at once: the pull comes first, the order behind it.
  m.apply(0, quote_policy());
  m.open(500, 500);
  m.take();
  m.apply(0, take_policy());
  m.tick(900, 100);
  const auto intents = m.take();
  EXPECT_EQ(intents.size(), std::size_t{2});
  if (intents.size() != 2) return;
  EXPECT_EQ(intents[0].kind, IntentKind::kQuote);
  EXPECT_EQ(intents[0].bid_lots + intents[0].ask_lots, 0.0);
  EXPECT_EQ(intents[1].kind, IntentKind::kTake);
}

BOT4_TEST("quotes that find no room in the ring to be taken back are taken back later") {
  Market m(decision_kernels(test::target()), 1);
  m.apply(0, quote_policy());
  m.open(500, 500);
  PolicyBlock none{};
  m.apply(0, none);
  m.tick(500, 500);  // The first intent still stands in the ring of one.
  EXPECT_EQ(m.reasons() & kReasonRingFull, static_cast<std::uint32_t>(kReasonRingFull));
  EXPECT_EQ(m.take().size(), std::size_t{1});
  m.tick(500, 500);
  const auto pulled = m.take();
  EXPECT_EQ(pulled.size(), std::size_t{1});
  if (!pulled.empty()) EXPECT_EQ(pulled[0].bid_lots + pulled[0].ask_lots, 0.0);
}

BOT4_TEST_MAIN
