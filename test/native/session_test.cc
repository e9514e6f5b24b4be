// The whole native path without JavaScript: frames in, intents out.
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "binding/session.h"
#include "engine/reasons.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

PolicyBlock take_policy() {
  PolicyBlock p{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kImbalanceL1] = 4.0;  // A full bid against a thin ask: buy.
  p.model.platt_a = 1.0;
  p.model.payoff = 1.0;
  p.model.cost = 0.01;
  p.model.kelly_fraction = 1.0;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.model.minimum = 1.0;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 10.0 * kSecond;
  p.max_intents_per_s = 1000;
  p.intent_burst = 1000;
  p.collar_ticks = 2;
  return p;
}

PolicyBlock quote_policy() {
  PolicyBlock p = take_policy();
  p.kind = PolicyKind::kQuote;
  p.model.weights[kImbalanceL1] = 0.0;
  p.gamma = 0.0;
  p.horizon_s = 1.0;
  p.half_spread_ticks = 4.0;
  p.inventory_unit_lots = 10.0;
  p.quote_lots = 10.0;
  p.requote_ticks = 2.0;
  p.refresh_interval_ns = 1000.0 * kSecond;
  return p;
}

/// A session with two futures symbols, A and B: tick 0.1, step 0.001.
struct Market {
  Session session;
  std::int64_t now = 1'700'000'000 * kSecond;
  std::int64_t id = 100;

  explicit Market(const DecisionTable* kernels = decision_kernels(test::target()),
                  std::uint32_t intents = 8, std::uint32_t inbox = 1 << 16)
      : session(instruments(), inbox, intents, kernels) {
    for (int symbol = 0; symbol < 2; ++symbol) {
      steering(symbol).max_position_lots = 100;
      steering(symbol).max_order_lots = 50;
      steering(symbol).budget_lots = 1000;
    }
  }

  static Instruments instruments() {
    Instruments list;
    list.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    list.add("B", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    return list;
  }

  ControlBlock& control() { return session.control(); }
  SymbolSteering& steering(int symbol) {
    return *session.arena().at<SymbolSteering>(session.layout().steering +
                                               static_cast<std::size_t>(symbol) * sizeof(SymbolSteering));
  }
  SymbolState& state(int symbol) {
    return *session.arena().at<SymbolState>(session.layout().states +
                                            static_cast<std::size_t>(symbol) * sizeof(SymbolState));
  }

  const char* apply(int symbol, const PolicyBlock& policy) {
    *session.arena().at<PolicyBlock>(session.layout().policy) = policy;
    const char* field = nullptr;
    session.engine().apply_policy(symbol, &field);
    return field;
  }

  void push(int symbol, const std::string& text) { push_at(symbol, text, now); }
  void push_at(int symbol, const std::string& text, std::int64_t at_ns) {
    ControlBlock& c = control();
    if (c.inbox_read == c.inbox_write) c.inbox_read = c.inbox_write = 0;
    FrameHeader header{static_cast<std::uint32_t>(text.size()), symbol, at_ns};
    std::byte* at = session.arena().data() + session.layout().inbox + c.inbox_write;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, text.data(), text.size());
    c.inbox_write += static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
  }

  RunResult feed(int symbol, const std::string& text) {
    push(symbol, text);
    return session.run();
  }

  static std::string levels(const std::vector<Level>& list) {
    std::string out;
    for (const Level& l : list) {
      out += (out.empty() ? "[\"" : ",[\"") + std::to_string(l.ticks / 10) + "." +
             std::to_string(l.ticks % 10) + "\",\"" + std::to_string(l.lots / 1000) + "." +
             std::to_string(1000 + l.lots % 1000).substr(1) + "\"]";
    }
    return "[" + out + "]";
  }

  std::string snapshot(const std::vector<Level>& bids, const std::vector<Level>& asks) {
    return "{\"lastUpdateId\":" + std::to_string(id) + ",\"bids\":" + levels(bids) +
           ",\"asks\":" + levels(asks) + "}";
  }

  std::string depth(const std::vector<Level>& bids, const std::vector<Level>& asks,
                    const char* name = "A") {
    const std::int64_t previous = id;
    id += 2;
    return "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"" + std::string(name) +
           "\",\"U\":" + std::to_string(previous) + ",\"u\":" + std::to_string(id) +
           ",\"pu\":" + std::to_string(previous) + ",\"b\":" + levels(bids) +
           ",\"a\":" + levels(asks) + "}";
  }

  static std::string trade(std::int64_t ticks, std::int64_t lots, bool seller) {
    return "{\"e\":\"trade\",\"E\":1,\"T\":9,\"s\":\"A\",\"t\":7,\"p\":\"" +
           std::to_string(ticks / 10) + "." + std::to_string(ticks % 10) + "\",\"q\":\"" +
           std::to_string(lots / 1000) + "." + std::to_string(1000 + lots % 1000).substr(1) +
           "\",\"X\":\"MARKET\",\"m\":" + (seller ? "true" : "false") + "}";
  }

  /// The intents written since the last call.
  std::vector<IntentRecord> take() {
    std::vector<IntentRecord> out;
    ControlBlock& c = control();
    auto* ring = session.arena().at<IntentRecord>(session.layout().intents);
    for (; c.intent_tail != c.intent_head; ++c.intent_tail) {
      out.push_back(ring[c.intent_tail & (session.layout().intent_capacity - 1)]);
    }
    return out;
  }

  /// Synchronises symbol 0 around 1000 / 1010 ticks.
  void open(std::int64_t bid_lots = 900, std::int64_t ask_lots = 100) {
    feed(0, snapshot({{1000, bid_lots}, {990, 500}}, {{1010, ask_lots}, {1020, 500}}));
    now += kSecond / 10;
  }
  /// One more depth update; the touch stays where it is.
  RunResult tick(std::int64_t bid_lots = 900, std::int64_t ask_lots = 100) {
    now += kSecond / 10;
    return feed(0, depth({{1000, bid_lots}}, {{1010, ask_lots}}));
  }
  std::uint32_t reasons() { return state(0).reasons; }
};

}  // namespace

BOT4_TEST("frames are processed in order and the inbox drains") {
  Market m;
  m.push(0, m.snapshot({{1000, 1}}, {{1010, 1}}));
  m.push(-1, m.depth({{1000, 5}}, {}));
  m.push(-1, Market::trade(1010, 3, false));
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  EXPECT_EQ(m.control().frames, 3.0);
  EXPECT_EQ(m.control().inbox_read, m.control().inbox_write);
  EXPECT_EQ(m.state(0).best_bid_lots, 5.0);
  EXPECT_EQ(m.state(0).last_trade_ticks, 1010.0);
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  EXPECT_EQ(m.control().frames, 3.0);
}

BOT4_TEST("a frame later than until stays in the inbox for the next run") {
  Market m;
  m.control().until_ns = m.now;
  m.push(0, m.snapshot({{1000, 1}}, {{1010, 1}}));
  m.push_at(0, m.depth({{1000, 5}}, {}), m.now + 1);
  EXPECT_EQ(m.session.run(), RunResult::kUntil);
  EXPECT_EQ(m.state(0).best_bid_lots, 1.0);
  EXPECT_EQ(m.session.run(), RunResult::kUntil);
  m.control().until_ns = m.now + 1;
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  EXPECT_EQ(m.state(0).best_bid_lots, 5.0);
}

BOT4_TEST("time inside the engine never goes back") {
  Market m;
  m.push_at(0, m.snapshot({{1000, 1}}, {{1010, 1}}), 5000);
  m.push_at(0, m.depth({{1000, 5}}, {}), 4000);
  m.session.run();
  EXPECT_EQ(m.control().now_ns, std::int64_t{5000});
  EXPECT_EQ(m.state(0).last_depth_ns, std::int64_t{5000});
}

BOT4_TEST("inbox words and headers that make no sense are refused, not followed") {
  Market m;
  m.control().inbox_write = m.session.layout().inbox_bytes + 8;
  EXPECT_EQ(m.session.run(), RunResult::kMalformed);
  m.control().inbox_write = 8;
  EXPECT_EQ(m.session.run(), RunResult::kMalformed);
  m.control().inbox_read = 16;
  EXPECT_EQ(m.session.run(), RunResult::kMalformed);
  m.control().inbox_read = m.control().inbox_write = 0;
  m.push(0, "{}");
  const std::uint32_t huge = 0xfffffff0u;
  std::memcpy(m.session.arena().data() + m.session.layout().inbox, &huge, 4);
  EXPECT_EQ(m.session.run(), RunResult::kMalformed);
}

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
  for (int i = 0; i < 50; ++i) {  // 5 s at 10 updates a second.
    m.tick();
    allowed += static_cast<int>(m.take().size());
  }
  EXPECT_EQ(allowed, 6);  // The burst of 2, then one a second.
  EXPECT_EQ(m.reasons() & kReasonRate, static_cast<std::uint32_t>(kReasonRate));
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

BOT4_TEST("a frame that fills an order may write an intent, too: it is in the ring at once") {
  Market m;
  m.apply(0, take_policy());
  MarketObserver observer;
  observer.self = m.session.engine().attention_word();
  observer.on_level = [](void*, int, Side, std::int64_t, std::int64_t, std::int64_t,
                         std::int64_t) noexcept {};
  observer.on_trade = [](void*, int, std::int64_t, std::int64_t, Side, std::int64_t) noexcept {};
  observer.on_update = [](void* word, int, std::int64_t) noexcept {
    *static_cast<std::uint32_t*>(word) = 1;
  };
  observer.on_reset = [](void*, int, std::int64_t) noexcept {};
  m.session.engine().observe(observer);
  EXPECT_EQ(m.feed(0, m.snapshot({{1000, 900}}, {{1010, 100}})), RunResult::kAttention);
  EXPECT_EQ(m.take().size(), std::size_t{1});
}

BOT4_TEST("a malformed message of a known symbol breaks its book, and only its") {
  Market m;
  m.open();
  m.id = 100;
  m.feed(1, m.snapshot({{1000, 1}}, {{1010, 1}}));
  m.feed(0, "{\"e\":\"depthUpdate\",\"s\":\"A\",\"U\":1");
  EXPECT_EQ(m.state(0).sync_state, static_cast<std::uint32_t>(SyncState::kBroken));
  EXPECT_EQ(m.state(0).broken_by, static_cast<std::uint32_t>(Status::kTruncated));
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kTruncated)], 1u);
  EXPECT_EQ(m.state(1).sync_state, static_cast<std::uint32_t>(SyncState::kSynchronised));
  EXPECT_EQ(m.state(0).features[kSpread], 0.0);
  m.feed(-1, "nonsense");
  EXPECT_EQ(m.control().refused[static_cast<int>(Status::kUnexpectedToken)], 1u);
  EXPECT_EQ(m.state(1).sync_state, static_cast<std::uint32_t>(SyncState::kSynchronised));
}

BOT4_TEST("messages that say nothing of the book leave it alone") {
  Market m;
  m.open();
  m.feed(0, "{\"e\":\"kline\",\"s\":\"A\"}");
  m.feed(0, "{\"result\":null,\"id\":1}");
  std::string insurance = Market::trade(1010, 1, true);
  insurance.replace(insurance.find("MARKET"), 6, "INSURANCE_FUND");
  m.feed(0, insurance);
  const auto off_grid = [](std::string text) {
    text.replace(text.find("101.0"), 5, "101.05");
    return text;
  };
  m.feed(0, off_grid(insurance));  // Skipped, too: no grid holds for it.
  m.feed(0, off_grid(Market::trade(1010, 1, true)));
  m.feed(0, Market::trade(1010, 1, true).substr(0, 50));
  m.feed(0, R"({"e":"bookTicker","u":9,"s":"A","b":"0.0","B":"0","a":"101.0","A":"1"})");
  m.feed(0, R"({"u":9,"s":"A","b":"0.0","B":"0","a":"101.0","A":"1"})");
  m.feed(0, R"({"lastUpdateId":7,"bids":[["1.05","1"]],"asks":[]})");
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kOffGrid)], 2u);
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kNegative)], 2u);
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kTruncated)], 1u);
  EXPECT_EQ(m.state(0).sync_state, static_cast<std::uint32_t>(SyncState::kSynchronised));
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kUnknownEvent)], 2u);
  EXPECT_EQ(m.state(0).refused[static_cast<int>(Status::kSkippedTrade)], 2u);
  EXPECT_EQ(m.state(0).trades, 0.0);
}

BOT4_TEST("the trade ring holds every trade that fits into the inbox at once") {
  Market m(decision_kernels(test::target()), 8, 4096);
  const std::string shortest =
      R"({"e":"trade","T":1,"s":"A","t":1,"p":"1","q":"1","m":true})";
  int pushed = 0;
  while (m.control().inbox_write + 16 + ((shortest.size() + 7) & ~std::size_t{7}) <=
         m.session.layout().inbox_bytes) {
    m.push(0, shortest);
    ++pushed;
  }
  EXPECT(pushed > 40);
  m.session.run();
  EXPECT_EQ(m.control().trade_head, static_cast<std::uint32_t>(pushed));
  EXPECT_EQ(m.control().trades_dropped, 0.0);
  for (int i = 0; i < 200; ++i) m.feed(0, shortest);
  EXPECT(m.control().trades_dropped > 0);  // Nobody took them.
  EXPECT_EQ(static_cast<double>(m.control().trade_head) + m.control().trades_dropped, pushed + 200.0);
}

BOT4_TEST("a policy outside its bounds is refused by the name of its field and the old one stays") {
  struct BadPolicy {
    const char* field;
    void (*spoil)(PolicyBlock&);
  };
  const BadPolicy bad[] = {
      {"weights", [](PolicyBlock& p) { p.model.weights[kFeatureCount] = 0.1; }},
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

BOT4_TEST("the observer's attention word makes run return before the next frame") {
  struct Watch {
    std::uint32_t* word;
    int trades = 0;
  };
  Market m;
  Watch watch{m.session.engine().attention_word()};
  MarketObserver observer;
  observer.self = &watch;
  observer.on_level = [](void*, int, Side, std::int64_t, std::int64_t, std::int64_t,
                         std::int64_t) noexcept {};
  observer.on_trade = [](void* self, int, std::int64_t, std::int64_t, Side, std::int64_t) noexcept {
    auto* w = static_cast<Watch*>(self);
    *w->word = 1;
    ++w->trades;
  };
  observer.on_update = [](void*, int, std::int64_t) noexcept {};
  observer.on_reset = [](void*, int, std::int64_t) noexcept {};
  m.session.engine().observe(observer);
  m.push(0, Market::trade(1010, 1, false));
  m.push(0, Market::trade(1010, 1, false));
  EXPECT_EQ(m.session.run(), RunResult::kAttention);
  EXPECT_EQ(watch.trades, 1);
  EXPECT_EQ(m.control().attention, 0u);
  EXPECT_EQ(m.session.run(), RunResult::kAttention);
  EXPECT_EQ(m.session.run(), RunResult::kDrained);
  m.session.engine().observe(MarketObserver{});
  EXPECT_EQ(m.feed(0, Market::trade(1010, 1, false)), RunResult::kDrained);
  EXPECT_EQ(watch.trades, 2);
}

namespace {

/// A random but reproducible market with gaps, resynchronisation, trades and both policies.
std::uint64_t random_run(const DecisionTable* kernels, std::uint64_t seed, int messages) {
  test::Random random(seed);
  Market m(kernels);
  m.apply(0, seed % 2 == 0 ? take_policy() : quote_policy());
  m.open(500, 500);
  std::int64_t mid = 1005;
  for (int n = 0; n < messages; ++n) {
    m.now += random.below(kSecond / 5);
    mid += random.below(3) - 1;
    if (random.below(200) == 0) m.id += 1;
    if (random.below(4) == 0) {
      m.feed(0, Market::trade(mid + 5, 1 + random.below(900), random.below(2) == 0));
    } else {
      std::vector<Level> bids, asks;
      for (int k = 0; k < 4; ++k) {
        bids.push_back({mid - 2 - random.below(12), random.below(900)});
        asks.push_back({mid + 2 + random.below(12), random.below(900)});
      }
      // Clear what the new prices would cross.
      for (std::int64_t t = mid - 1; t < mid + 4; ++t) bids.push_back({t, 0});
      for (std::int64_t t = mid - 4; t < mid + 2; ++t) asks.push_back({t, 0});
      m.feed(0, m.depth(bids, asks));
    }
    if (m.state(0).sync_state != static_cast<std::uint32_t>(SyncState::kSynchronised)) {
      m.feed(0, m.snapshot({{mid - 2, 400}}, {{mid + 2, 400}}));
    }
    for (const IntentRecord& intent : m.take()) {
      m.steering(0).position_lots += intent.side * intent.lots / 10.0;
    }
  }
  EXPECT(m.control().intents > messages / 100);
  return m.session.engine().state_hash();
}

}  // namespace

BOT4_TEST("the same messages give the same fingerprint on this target as on sse2, and again") {
  const int messages = test::emulated() ? 300 : 4000;
  std::uint64_t previous = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const std::uint64_t hash = random_run(decision_kernels(test::target()), seed, messages);
    EXPECT_EQ(hash, random_run(decision_kernels(Target::kSse2), seed, messages));
    EXPECT_EQ(hash, random_run(decision_kernels(test::target()), seed, messages));
    EXPECT(hash != previous);
    previous = hash;
  }
}

BOT4_TEST("the fingerprint tells two books apart that differ in one lot") {
  Market a, b;
  a.open(900, 100);
  b.open(901, 100);
  EXPECT(a.session.engine().state_hash() != b.session.engine().state_hash());
}

BOT4_TEST_MAIN
