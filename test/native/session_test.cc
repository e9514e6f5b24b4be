// The whole native path without JavaScript: frames, their order, what is refused, fingerprints.
#include "native/session_market.h"

using namespace bot4;
using namespace bot4::test;

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
  m.feed(0, "{\"e\":\"aggTrade\",\"s\":\"A\"}");
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
