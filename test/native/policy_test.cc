// Policies on their way in: bounds, and the swap while the engine runs on another thread.
#include <atomic>
#include <thread>

#include "native/session_market.h"

using namespace bot4;
using namespace bot4::test;

BOT4_TEST("a policy outside its bounds is refused by the name of its field and the old one stays") {
  struct BadPolicy {
    const char* field;
    void (*spoil)(PolicyBlock&);
  };
  const BadPolicy bad[] = {
      {"weights", [](PolicyBlock& p) { p.model.weights[kFeatureCount - 1] = INFINITY; }},
      {"weights", [](PolicyBlock& p) { p.model.weights[3] = NAN; }},
      {"inverseSds", [](PolicyBlock& p) { p.model.inverse_sds[0] = INFINITY; }},
      {"negativeMeans", [](PolicyBlock& p) { p.model.negative_means[63] = NAN; }},
      {"payoff", [](PolicyBlock& p) { p.model.payoff = 0; }},
      {"kellyFraction", [](PolicyBlock& p) { p.model.kelly_fraction = 1.5; }},
      {"sellThreshold", [](PolicyBlock& p) { p.model.sell_threshold = 0.7; }},
      {"buyThreshold", [](PolicyBlock& p) { p.model.buy_threshold = 1.01; }},
      {"intentBurst", [](PolicyBlock& p) { p.intent_burst = 0; }},
      {"gamma", [](PolicyBlock& p) { p.gamma = -1; }},
      {"maxSpreadTicks", [](PolicyBlock& p) { p.max_spread_ticks = NAN; }},
      {"kind", [](PolicyBlock& p) { p.kind = static_cast<PolicyKind>(9); }},
  };
  Market m;
  m.apply(0, take_policy());
  for (const BadPolicy& b : bad) {
    PolicyBlock policy = take_policy();
    b.spoil(policy);
    const char* field = m.apply(0, policy);
    EXPECT_EQ(std::string(field == nullptr ? "accepted" : field), std::string(b.field));
  }
  PolicyBlock quotes = quote_policy();
  quotes.inventory_unit_lots = 0;
  EXPECT_EQ(std::string(m.apply(0, quotes)), std::string("inventoryUnitLots"));
  EXPECT_EQ(std::string(m.apply(7, take_policy())), std::string("symbol"));
  m.open();
  EXPECT_EQ(m.take().size(), std::size_t{1});
}

BOT4_TEST("a policy handed over by another thread is in force from the next decision, not before") {
  Market m;
  m.open();
  const char* field = nullptr;
  const PolicyBlock take = take_policy();
  std::thread([&] { m.session.engine().apply_policy(0, take, &field); }).join();
  EXPECT(field == nullptr);
  EXPECT_EQ(m.state(0).policy, static_cast<std::uint32_t>(PolicyKind::kNone));
  EXPECT_EQ(m.tick(), RunResult::kIntent);
  EXPECT_EQ(m.state(0).policy, static_cast<std::uint32_t>(PolicyKind::kTake));
  PolicyBlock bad = take;
  bad.model.payoff = NAN;
  EXPECT_EQ(m.session.engine().apply_policy(0, bad, &field), Status::kBadArgument);
  EXPECT_EQ(std::string(field), std::string("payoff"));
  m.take();
  EXPECT_EQ(m.tick(), RunResult::kIntent);
}

BOT4_TEST("weights and calibration change together while the engine decides on another thread") {
  // Model n scores bias n and is calibrated with slope 1 / n: whole models give one probability,
  // and a mixture of two gives another.
  const auto model = [](int n) {
    PolicyBlock p = take_policy();
    for (double& weight : p.model.weights) weight = 0.0;
    p.model.bias = static_cast<double>(1 << n);
    p.model.platt_a = 1.0 / static_cast<double>(1 << n);
    p.max_intents_per_s = 0.0;
    return p;
  };
  Market m;
  m.apply(0, model(0));
  m.open();
  const double whole = m.state(0).probability;
  EXPECT(whole > 0.7 && whole < 0.75);  // 1 / (1 + 1 / e)
  std::atomic<bool> done{false};
  std::thread steering([&] {
    const char* field = nullptr;
    for (int n = 0; !done.load(std::memory_order_relaxed); n = (n + 1) % 8) {
      m.session.engine().apply_policy(0, model(n), &field);
    }
  });
  int mixed = 0;
  const int ticks = emulated() ? 200 : 20'000;
  for (int n = 0; n < ticks; ++n) {
    m.tick();
    m.take();
    mixed += m.state(0).probability == whole ? 0 : 1;
  }
  done.store(true, std::memory_order_relaxed);
  steering.join();
  EXPECT_EQ(mixed, 0);
  EXPECT_EQ(m.state(0).decisions, ticks + 1.0);
}

BOT4_TEST("an open breaker of the venue or of all venues stops intents and lets go when it closes") {
  Market m;
  std::uint32_t global = 0, venue = 0;
  m.session.engine().watch_breakers(0, &global, &venue);
  m.apply(0, take_policy());
  m.open();
  EXPECT_EQ(m.take().size(), std::size_t{1});
  for (std::uint32_t* word : {&global, &venue}) {
    *word = 1;
    m.tick();
    EXPECT(m.take().empty());
    EXPECT_EQ(m.reasons() & kReasonBreaker, static_cast<std::uint32_t>(kReasonBreaker));
    *word = 0;
    m.tick();
    EXPECT_EQ(m.take().size(), std::size_t{1});
  }
}

namespace {

MarketMessage message(MessageKind kind) {
  MarketMessage m{};
  m.kind = kind;
  m.sequence = m.checksum = -1;
  return m;
}

}  // namespace

BOT4_TEST("a mark price is published, is the band's reference, and its age closes the gate when asked") {
  Market m;
  m.apply(0, take_policy());
  m.steering(0).collar_bps = 50;  // 1012 is 70 bps beyond the mid, the reference of last resort.
  m.open();
  EXPECT_EQ(m.reasons() & kReasonPriceBand, static_cast<std::uint32_t>(kReasonPriceBand));
  EXPECT(m.take().empty());
  m.steering(0).collar_bps = 70;
  m.tick();
  EXPECT_EQ(m.take().size(), std::size_t{1});
  MarketMessage mark = message(MessageKind::kMark);
  mark.mark_e8 = 110 * std::int64_t{100'000'000};  // 1100 ticks of 0.1: far from the book's 1005.
  mark.index_e8 = mark.mark_e8 - 1;
  mark.funding_rate_e8 = -12;
  mark.next_funding_ms = 99;
  EXPECT_EQ(m.session.engine().apply(mark, m.now), Status::kOk);
  EXPECT_EQ(m.state(0).marks, 1.0);
  EXPECT_EQ(m.state(0).mark_e8, 11'000'000'000.0);
  EXPECT_EQ(m.state(0).index_e8, 10'999'999'999.0);
  EXPECT_EQ(m.state(0).funding_rate_e8, -12.0);
  EXPECT_EQ(m.state(0).next_funding_ms, 99.0);
  EXPECT_EQ(m.state(0).mark_ns, m.now);
  m.tick();
  EXPECT_EQ(m.reasons() & kReasonPriceBand, static_cast<std::uint32_t>(kReasonPriceBand));
  EXPECT(m.take().empty());
  m.steering(0).collar_bps = 1000;
  m.steering(0).stale_mark_after_ns = 0.15 * kSecond;
  m.tick();  // The mark is 0.2 s old.
  EXPECT_EQ(m.reasons() & kReasonStaleMark, static_cast<std::uint32_t>(kReasonStaleMark));
  EXPECT(m.take().empty());
  m.session.engine().apply(mark, m.now);
  m.tick();
  EXPECT_EQ(m.take().size(), std::size_t{1});
}

BOT4_TEST("forced orders and heartbeats are counted or passed over and decide nothing") {
  Market m;
  m.apply(0, take_policy());
  m.open();
  m.take();
  const double decisions = m.state(0).decisions;
  MarketMessage liquidation = message(MessageKind::kLiquidation);
  liquidation.lots = 5;
  liquidation.aggressor = Side::kSell;
  EXPECT_EQ(m.session.engine().apply(liquidation, m.now), Status::kOk);
  EXPECT_EQ(m.session.engine().apply(message(MessageKind::kHeartbeat), m.now), Status::kOk);
  EXPECT_EQ(m.state(0).liquidations, 1.0);
  EXPECT_EQ(m.state(0).decisions, decisions);
  EXPECT(m.take().empty());
}

BOT4_TEST("a trade without an aggressor is taped with the side that the features infer") {
  Market m;
  m.open();
  MarketMessage trade = message(MessageKind::kTrade);
  trade.lots = 3;
  trade.aggressor = Side::kBuy;
  trade.ticks = 1000;  // At the bid: a seller came.
  m.session.engine().apply(trade, m.now);
  trade.ticks = 1010;
  trade.aggressor = Side::kSell;
  m.session.engine().apply(trade, m.now);
  const auto* tape = m.session.arena().at<TradeRecord>(m.session.layout().trades);
  EXPECT_EQ(tape[0].aggressor, static_cast<std::uint32_t>(Side::kSell));
  EXPECT_EQ(tape[1].aggressor, static_cast<std::uint32_t>(Side::kBuy));
}

BOT4_TEST_MAIN
