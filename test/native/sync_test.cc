#include <map>
#include <string>
#include <utility>
#include <vector>

#include "book/book_sync.h"
#include "native/testing.h"

using namespace bot4;

namespace {

/// One depth update or snapshot with its own storage.
struct Built {
  std::vector<Level> bids, asks;
  MarketMessage m{};
};

Built depth(std::int64_t first, std::int64_t last, std::int64_t previous, std::vector<Level> bids,
            std::vector<Level> asks = {}) {
  Built b{std::move(bids), std::move(asks), {}};
  b.m.kind = MessageKind::kDepth;
  b.m.first_id = first;
  b.m.last_id = last;
  b.m.previous_id = previous;
  return b;
}

Built snapshot(std::int64_t last, std::vector<Level> bids = {{100, 1}},
               std::vector<Level> asks = {{110, 1}}) {
  Built b{std::move(bids), std::move(asks), {}};
  b.m.kind = MessageKind::kSnapshot;
  b.m.last_id = last;
  return b;
}

Built partial(std::int64_t last, std::vector<Level> bids, std::vector<Level> asks) {
  Built b = snapshot(last, std::move(bids), std::move(asks));
  b.m.kind = MessageKind::kPartial;
  return b;
}

struct Feed {
  explicit Feed(SequenceRule rule) : sync(0, rule) {}
  BookSync sync;
  std::int64_t now = 1000;

  Status feed(Built b) {
    b.m.bids = b.bids.data();
    b.m.asks = b.asks.data();
    b.m.bid_count = static_cast<int>(b.bids.size());
    b.m.ask_count = static_cast<int>(b.asks.size());
    now += 1000;
    if (b.m.kind == MessageKind::kPartial) return sync.on_partial(b.m, now);
    return b.m.kind == MessageKind::kDepth ? sync.on_depth(b.m, now) : sync.on_snapshot(b.m, now);
  }
  Status ticker(std::int64_t id, Level bid, Level ask) {
    MarketMessage m{};
    m.kind = MessageKind::kTicker;
    m.last_id = id;
    m.best_bid = bid;
    m.best_ask = ask;
    return sync.on_ticker(m, now);
  }
};

}  // namespace

BOT4_TEST("spot: updates wait for the snapshot, covered ones are dropped, the rest is applied") {
  Feed v(SequenceRule::kBinanceSpot);
  EXPECT_EQ(v.feed(depth(1, 5, -1, {{101, 1}})), Status::kHeldForSnapshot);
  EXPECT_EQ(v.feed(depth(6, 10, -1, {{102, 2}})), Status::kHeldForSnapshot);
  EXPECT_EQ(v.feed(depth(11, 12, -1, {{103, 3}})), Status::kHeldForSnapshot);
  EXPECT_EQ(v.sync.pending(), std::size_t{3});
  EXPECT_EQ(v.feed(snapshot(7)), Status::kOk);
  EXPECT_EQ(v.sync.state(), SyncState::kSynchronised);
  EXPECT_EQ(v.sync.last_id(), std::int64_t{12});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 101), std::int64_t{0});  // In the snapshot already.
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 102), std::int64_t{2});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 103), std::int64_t{3});
  EXPECT_EQ(v.sync.counters().stale_dropped, std::int64_t{1});
  EXPECT_EQ(v.sync.counters().depth_applied, std::int64_t{2});
  EXPECT_EQ(v.sync.pending(), std::size_t{0});
}

BOT4_TEST("spot: the first update must span lastUpdateId + 1, the next ones must join exactly") {
  Feed v(SequenceRule::kBinanceSpot);
  EXPECT_EQ(v.feed(snapshot(100)), Status::kOk);
  EXPECT_EQ(v.feed(depth(90, 100, -1, {})), Status::kStaleUpdate);
  EXPECT_EQ(v.feed(depth(95, 101, -1, {})), Status::kOk);
  EXPECT_EQ(v.feed(depth(102, 103, -1, {})), Status::kOk);
  EXPECT_EQ(v.feed(depth(102, 103, -1, {})), Status::kDuplicateUpdate);
  EXPECT_EQ(v.feed(depth(103, 105, -1, {})), Status::kSequenceGap);  // Overlaps: not exact.
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.sync.broken_by(), Status::kSequenceGap);
  EXPECT(!v.sync.book().two_sided());
}

BOT4_TEST("futures: drops u below, takes u at lastUpdateId, then follows pu") {
  Feed v(SequenceRule::kBinanceFutures);
  EXPECT_EQ(v.feed(snapshot(100)), Status::kOk);
  EXPECT_EQ(v.feed(depth(90, 99, 89, {})), Status::kStaleUpdate);
  EXPECT_EQ(v.feed(depth(95, 100, 94, {})), Status::kOk);
  EXPECT_EQ(v.feed(depth(105, 110, 100, {})), Status::kOk);  // U need not be previous u + 1.
  EXPECT_EQ(v.feed(depth(105, 110, 100, {})), Status::kDuplicateUpdate);
  EXPECT_EQ(v.feed(depth(121, 130, 120, {})), Status::kSequenceGap);
  EXPECT_EQ(v.sync.counters().gaps, std::int64_t{1});
}

BOT4_TEST("futures: an update that begins after the snapshot is a gap") {
  Feed v(SequenceRule::kBinanceFutures);
  EXPECT_EQ(v.feed(snapshot(100)), Status::kOk);
  EXPECT_EQ(v.feed(depth(102, 105, 101, {})), Status::kSequenceGap);
}

BOT4_TEST("futures: an update that names the snapshot as its predecessor follows it, held or live") {
  Feed live(SequenceRule::kBinanceFutures);
  live.feed(snapshot(100));
  EXPECT_EQ(live.feed(depth(101, 105, 100, {{105, 2}})), Status::kOk);
  EXPECT_EQ(live.sync.last_id(), std::int64_t{105});
  Feed held(SequenceRule::kBinanceFutures);
  held.feed(depth(101, 105, 100, {{105, 2}}));
  EXPECT_EQ(held.feed(snapshot(99)), Status::kStaleSnapshot);
  EXPECT_EQ(held.feed(snapshot(100)), Status::kOk);
  EXPECT_EQ(held.sync.book().quantity(Side::kBuy, 105), std::int64_t{2});
}

BOT4_TEST("futures: an update whose ids run backwards joins nothing, held or live") {
  Feed held(SequenceRule::kBinanceFutures);
  EXPECT_EQ(held.feed(depth(90, 100, 89, {{101, 1}})), Status::kHeldForSnapshot);
  EXPECT_EQ(held.feed(depth(40, 50, 100, {{102, 2}})), Status::kDuplicateUpdate);
  EXPECT_EQ(held.feed(depth(101, 120, 100, {{103, 3}})), Status::kHeldForSnapshot);
  EXPECT_EQ(held.feed(snapshot(95)), Status::kOk);
  EXPECT_EQ(held.sync.last_id(), std::int64_t{120});
  EXPECT_EQ(held.sync.book().quantity(Side::kBuy, 102), std::int64_t{0});
  Feed live(SequenceRule::kBinanceFutures);
  live.feed(snapshot(100));
  live.feed(depth(95, 110, 94, {}));
  EXPECT_EQ(live.feed(depth(40, 50, 110, {{102, 2}})), Status::kDuplicateUpdate);
  EXPECT_EQ(live.sync.last_id(), std::int64_t{110});
}

BOT4_TEST("after a gap the missing update is waited for in a fresh snapshot") {
  Feed v(SequenceRule::kBinanceFutures);
  v.feed(snapshot(100));
  v.feed(depth(100, 101, 99, {{101, 5}}));
  EXPECT_EQ(v.feed(depth(103, 104, 102, {{102, 6}})), Status::kSequenceGap);
  EXPECT_EQ(v.feed(depth(105, 106, 104, {{103, 7}})), Status::kHeldForSnapshot);
  EXPECT_EQ(v.feed(snapshot(101)), Status::kStaleSnapshot);  // Older than the held chain.
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.feed(snapshot(103)), Status::kOk);
  EXPECT_EQ(v.sync.state(), SyncState::kSynchronised);
  EXPECT_EQ(v.sync.broken_by(), Status::kOk);
  EXPECT_EQ(v.sync.last_id(), std::int64_t{106});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 102), std::int64_t{6});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 103), std::int64_t{7});
}

BOT4_TEST("a gap among the held updates gives up those before it") {
  Feed v(SequenceRule::kBinanceSpot);
  v.feed(depth(1, 2, -1, {}));
  v.feed(depth(3, 4, -1, {}));
  EXPECT_EQ(v.feed(depth(3, 4, -1, {})), Status::kDuplicateUpdate);
  EXPECT_EQ(v.feed(depth(9, 10, -1, {{105, 4}})), Status::kHeldForSnapshot);
  EXPECT_EQ(v.sync.pending(), std::size_t{1});
  EXPECT_EQ(v.sync.counters().held_dropped, std::int64_t{2});
  EXPECT_EQ(v.feed(snapshot(3)), Status::kStaleSnapshot);
  EXPECT_EQ(v.feed(snapshot(8)), Status::kOk);
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 105), std::int64_t{4});
}

BOT4_TEST("held updates are bounded: the oldest go and the status says so") {
  Feed v(SequenceRule::kBinanceSpot);
  const auto bound = static_cast<std::int64_t>(PendingUpdates::kMaxUpdates);
  for (std::int64_t i = 0; i < bound; ++i) {
    EXPECT_EQ(v.feed(depth(i, i, -1, {{50, i + 1}})), Status::kHeldForSnapshot);
  }
  for (std::int64_t i = bound; i < 3 * bound; ++i) {
    EXPECT_EQ(v.feed(depth(i, i, -1, {{50, i + 1}})), Status::kPendingOverflow);
    EXPECT_EQ(v.sync.pending(), PendingUpdates::kMaxUpdates);
  }
  EXPECT_EQ(v.sync.counters().held_dropped, 2 * bound);
  EXPECT_EQ(v.feed(snapshot(2 * bound - 2)), Status::kStaleSnapshot);
  EXPECT_EQ(v.feed(snapshot(2 * bound - 1)), Status::kOk);
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 50), 3 * bound);
}

BOT4_TEST("held levels are bounded too, whatever their sizes") {
  test::Random random(21);
  Feed v(SequenceRule::kBinanceSpot);
  std::map<std::int64_t, std::int64_t> expected;
  std::vector<std::pair<std::int64_t, std::vector<Level>>> sent;
  for (std::int64_t i = 0; i < 300; ++i) {
    std::vector<Level> levels;
    for (std::int64_t k = random.below(4000); k > 0; --k) {
      levels.push_back({1 + random.below(90), 1 + random.below(50)});
    }
    sent.emplace_back(i, levels);
    v.feed(depth(i, i, -1, levels));
  }
  const auto kept = static_cast<std::int64_t>(v.sync.pending());
  EXPECT(kept > 0 && kept < 300);
  EXPECT_EQ(v.feed(snapshot(300 - kept - 1, {{95, 1}})), Status::kOk);
  for (const auto& [id, levels] : sent) {
    if (id < 300 - kept) continue;
    for (const Level& level : levels) expected[level.ticks] = level.lots;
  }
  for (const auto& [ticks, lots] : expected) {
    EXPECT_EQ(v.sync.book().quantity(Side::kBuy, ticks), lots);
  }
  EXPECT_EQ(v.sync.book().size(Side::kBuy), static_cast<std::int64_t>(expected.size()) + 1);
}

BOT4_TEST("a crossed book is broken, in an update and in a snapshot") {
  Feed v(SequenceRule::kBinanceSpot);
  EXPECT_EQ(v.feed(snapshot(1, {{110, 1}}, {{110, 1}})), Status::kCrossedBook);
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.feed(snapshot(1)), Status::kOk);
  EXPECT_EQ(v.feed(depth(2, 2, -1, {{110, 3}})), Status::kCrossedBook);
  EXPECT_EQ(v.sync.broken_by(), Status::kCrossedBook);
  EXPECT_EQ(v.sync.counters().crossed, std::int64_t{2});
}

BOT4_TEST("an old snapshot of a synchronised book changes nothing, a newer one replaces it") {
  Feed v(SequenceRule::kBinanceSpot);
  v.feed(snapshot(10));
  v.feed(depth(11, 20, -1, {{104, 2}}));
  EXPECT_EQ(v.feed(snapshot(15)), Status::kStaleSnapshot);
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 104), std::int64_t{2});
  EXPECT_EQ(v.feed(snapshot(30, {{90, 9}}, {{91, 9}})), Status::kOk);
  EXPECT_EQ(v.sync.book().size(Side::kBuy), std::int64_t{1});
  EXPECT_EQ(v.feed(depth(21, 30, -1, {})), Status::kStaleUpdate);
  EXPECT_EQ(v.feed(depth(25, 31, -1, {})), Status::kOk);
}

BOT4_TEST("a ticker at the book's update id must equal it, whichever comes first") {
  Feed v(SequenceRule::kBinanceSpot);
  v.feed(snapshot(1));
  v.feed(depth(2, 5, -1, {{104, 2}}));
  EXPECT_EQ(v.ticker(4, {1, 1}, {2, 2}), Status::kOk);  // Older than the book: says nothing.
  EXPECT_EQ(v.ticker(5, {104, 2}, {110, 1}), Status::kOk);
  EXPECT_EQ(v.ticker(8, {105, 3}, {110, 1}), Status::kOk);  // Ahead: kept.
  EXPECT_EQ(v.ticker(9, {99, 9}, {110, 1}), Status::kOk);
  EXPECT_EQ(v.feed(depth(6, 8, -1, {{105, 3}})), Status::kOk);
  EXPECT_EQ(v.sync.counters().ticker_checks, std::int64_t{2});
  EXPECT_EQ(v.feed(depth(9, 9, -1, {{105, 4}})), Status::kTickerMismatch);
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.sync.counters().ticker_mismatches, std::int64_t{1});
  EXPECT_EQ(v.feed(snapshot(20)), Status::kOk);
  v.feed(depth(21, 21, -1, {}));
  EXPECT_EQ(v.ticker(21, {100, 2}, {110, 1}), Status::kTickerMismatch);  // Quantity differs.
}

BOT4_TEST("breaking the proof empties a synchronised book once and holds what follows") {
  Feed v(SequenceRule::kBinanceSpot);
  v.sync.break_proof(Status::kTruncated, 1);
  EXPECT_EQ(v.sync.state(), SyncState::kWaiting);  // There was nothing to break.
  v.feed(snapshot(1));
  v.sync.break_proof(Status::kTruncated, 2);
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.sync.broken_by(), Status::kTruncated);
  v.sync.break_proof(Status::kOffGrid, 3);
  EXPECT_EQ(v.sync.broken_by(), Status::kTruncated);
  EXPECT_EQ(v.feed(depth(2, 2, -1, {})), Status::kHeldForSnapshot);
}

namespace {

/// Rebuilds the book from what the observer is told.
struct Mirror {
  std::map<std::int64_t, std::int64_t> levels[2];
  int updates = 0, resets = 0, trades = 0, wrong_old = 0;
  std::int64_t last_ns = 0;

  static MarketObserver observer(Mirror* self) {
    MarketObserver o;
    o.self = self;
    o.on_level = [](void* s, int, Side side, std::int64_t ticks, std::int64_t old_lots,
                    std::int64_t new_lots, std::int64_t at_ns) noexcept {
      auto* m = static_cast<Mirror*>(s);
      auto& half = m->levels[static_cast<int>(side)];
      const auto found = half.find(ticks);
      m->wrong_old += (found == half.end() ? 0 : found->second) == old_lots ? 0 : 1;
      if (new_lots == 0) half.erase(ticks); else half[ticks] = new_lots;
      m->wrong_old += at_ns >= m->last_ns ? 0 : 1;
      m->last_ns = at_ns;
    };
    o.on_trade = [](void* s, int, std::int64_t, std::int64_t, Side, std::int64_t) noexcept {
      ++static_cast<Mirror*>(s)->trades;
    };
    o.on_update = [](void* s, int, std::int64_t) noexcept { ++static_cast<Mirror*>(s)->updates; };
    o.on_reset = [](void* s, int, std::int64_t) noexcept {
      auto* m = static_cast<Mirror*>(s);
      ++m->resets;
      m->levels[0].clear();
      m->levels[1].clear();
    };
    return o;
  }
};

}  // namespace

BOT4_TEST("an observer can rebuild the book from what it is told, through gaps and snapshots") {
  test::Random random(22);
  Feed v(SequenceRule::kBinanceSpot);
  Mirror mirror;
  v.sync.observe(Mirror::observer(&mirror));
  std::int64_t id = 0;
  for (int n = 0; n < 20000; ++n) {
    if (random.below(100) == 0) ++id;  // A lost update.
    std::vector<Level> bids, asks;
    for (std::int64_t k = random.below(5); k > 0; --k) {
      bids.push_back({500 - random.below(50), random.below(4)});
      asks.push_back({501 + random.below(50), random.below(4)});
    }
    ++id;
    v.feed(depth(id, id, -1, bids, asks));
    if (v.sync.state() != SyncState::kSynchronised && random.below(5) == 0) {
      v.feed(snapshot(id, {{490, 5}, {480, 6}}, {{510, 5}}));
    }
    for (const Side side : {Side::kBuy, Side::kSell}) {
      const auto& half = mirror.levels[static_cast<int>(side)];
      EXPECT_EQ(v.sync.book().size(side), static_cast<std::int64_t>(half.size()));
      v.sync.book().visit(side, [&](std::int64_t ticks, std::int64_t lots) {
        const auto found = half.find(ticks);
        EXPECT(found != half.end() && found->second == lots);
        return true;
      });
    }
  }
  EXPECT_EQ(mirror.wrong_old, 0);
  EXPECT(mirror.resets > 100);
  EXPECT(v.sync.counters().gaps > 100);
  MarketMessage trade{};
  v.sync.observe_trade(trade, v.now);
  EXPECT_EQ(mirror.trades, 1);
}

BOT4_TEST("partial: every message replaces the book; its id must rise; others are unknown") {
  Feed v(SequenceRule::kBinancePartial);
  EXPECT_EQ(v.feed(partial(10, {{100, 1}, {99, 2}}, {{101, 3}})), Status::kOk);
  EXPECT_EQ(v.sync.state(), SyncState::kSynchronised);
  EXPECT_EQ(v.feed(partial(12, {{100, 4}}, {{102, 3}, {103, 1}})), Status::kOk);
  EXPECT_EQ(v.sync.book().size(Side::kBuy), std::int64_t{1});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 100), std::int64_t{4});
  EXPECT_EQ(v.sync.book().best(Side::kSell), std::int64_t{102});
  EXPECT_EQ(v.feed(partial(12, {{90, 4}}, {{91, 3}})), Status::kDuplicateUpdate);
  EXPECT_EQ(v.feed(partial(11, {{90, 4}}, {{91, 3}})), Status::kStaleUpdate);
  EXPECT_EQ(v.feed(depth(13, 13, 12, {{100, 9}})), Status::kUnknownEvent);
  EXPECT_EQ(v.feed(snapshot(20)), Status::kUnknownEvent);
  EXPECT_EQ(v.sync.last_id(), std::int64_t{12});
  EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 100), std::int64_t{4});
  for (const SequenceRule rule : {SequenceRule::kBinanceSpot, SequenceRule::kBinanceFutures,
                                  SequenceRule::kKrakenChecksum, SequenceRule::kCoinbaseSequence}) {
    Feed other(rule);
    EXPECT_EQ(other.feed(partial(1, {{100, 1}}, {{101, 1}})), Status::kUnknownEvent);
    EXPECT_EQ(other.sync.state(), SyncState::kWaiting);
  }
}

BOT4_TEST("partial: crossed or unordered messages break the book until the next one") {
  Feed v(SequenceRule::kBinancePartial);
  EXPECT_EQ(v.feed(partial(1, {{100, 1}}, {{100, 1}})), Status::kCrossedBook);
  EXPECT_EQ(v.sync.state(), SyncState::kBroken);
  EXPECT_EQ(v.feed(partial(1, {{100, 1}}, {{101, 1}})), Status::kOk);
  EXPECT_EQ(v.feed(partial(2, {{99, 1}, {100, 1}}, {{101, 1}})), Status::kUnexpectedToken);
  EXPECT_EQ(v.sync.broken_by(), Status::kUnexpectedToken);
  EXPECT(!v.sync.book().two_sided());
  EXPECT_EQ(v.feed(partial(3, {{100, 1}}, {{101, 1}, {101, 2}})), Status::kUnexpectedToken);
  EXPECT_EQ(v.feed(partial(3, {{100, 1}}, {{101, 1}})), Status::kOk);
  EXPECT_EQ(v.ticker(3, {100, 1}, {101, 2}), Status::kTickerMismatch);
}

BOT4_TEST("partial: an observer is told what differs and holds the same book, without resets") {
  test::Random random(23);
  Feed v(SequenceRule::kBinancePartial);
  Mirror mirror;
  v.sync.observe(Mirror::observer(&mirror));
  std::int64_t mid = 5000;
  for (int n = 0; n < 5000; ++n) {
    mid += random.below(5) - 2;
    std::vector<Level> bids, asks;
    for (std::int64_t k = 1; k <= 20; ++k) {
      if (random.below(3) != 0) bids.push_back({mid - k, 1 + random.below(3)});
      if (random.below(3) != 0) asks.push_back({mid + k, 1 + random.below(3)});
    }
    EXPECT_EQ(v.feed(partial(n + 1, bids, asks)), Status::kOk);
    EXPECT_EQ(mirror.levels[0].size(), bids.size());
    EXPECT_EQ(mirror.levels[1].size(), asks.size());
    for (const Level& level : bids) EXPECT_EQ(mirror.levels[0][level.ticks], level.lots);
    for (const Level& level : asks) {
      EXPECT_EQ(v.sync.book().quantity(Side::kSell, level.ticks), level.lots);
    }
  }
  EXPECT_EQ(mirror.wrong_old, 0);
  EXPECT_EQ(mirror.resets, 1);
  EXPECT_EQ(mirror.updates, 5000);
}

BOT4_TEST("coinbase: updates follow a snapshot until a gap; those without one are stale") {
  Feed v(SequenceRule::kCoinbaseSequence);
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{100, 5}})), Status::kStaleUpdate);
  EXPECT_EQ(v.sync.pending(), std::size_t{0});
  EXPECT_EQ(v.feed(snapshot(0)), Status::kOk);
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{101, 5}})), Status::kOk);
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{102, 6}})), Status::kOk);
  EXPECT_EQ(v.sync.book().best(Side::kBuy), std::int64_t{102});
  EXPECT_EQ(v.ticker(0, {100, 1}, {110, 1}), Status::kUnknownEvent);
  v.sync.break_proof(Status::kSequenceGap, v.now);
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{103, 7}})), Status::kStaleUpdate);
  EXPECT_EQ(v.feed(snapshot(0)), Status::kOk);
  EXPECT_EQ(v.feed(snapshot(0, {{90, 1}}, {{91, 1}})), Status::kOk);  // A new subscription.
  EXPECT_EQ(v.sync.book().best(Side::kSell), std::int64_t{91});
}

BOT4_TEST("a snapshot in any order is the same book, and of a price twice the last counts") {
  std::vector<Level> rising;
  for (std::int64_t k = 1; k <= 300; ++k) rising.push_back({k * 3000, k});
  rising.push_back({3000, 7});
  std::vector<Level> falling(rising.rbegin(), rising.rend());
  Feed v(SequenceRule::kBinanceSpot);
  for (const bool upwards : {true, false}) {
    EXPECT_EQ(v.feed(snapshot(1, upwards ? rising : falling, {{1'000'000, 1}})), Status::kOk);
    EXPECT_EQ(v.sync.book().size(Side::kBuy), std::int64_t{300});
    EXPECT_EQ(v.sync.book().best(Side::kBuy), std::int64_t{900'000});
    EXPECT_EQ(v.sync.book().worst(Side::kBuy), std::int64_t{3000});
    EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 3000), std::int64_t{upwards ? 7 : 1});
    EXPECT_EQ(v.sync.book().quantity(Side::kBuy, 6000), std::int64_t{2});
  }
}

BOT4_TEST("a delta of more lots than it can hold stays at its bound") {
  Feed v(SequenceRule::kBinanceSpot);
  v.feed(snapshot(1, {{1'000'000, 1}}, {{2'000'000, 1}}));
  std::vector<Level> huge, gone;
  for (std::int64_t k = 0; k < 1100; ++k) {
    huge.push_back({1'000'000 + k, kMaxExact});
    gone.push_back({1'000'000 + k, 0});
  }
  EXPECT_EQ(v.feed(depth(2, 2, -1, huge)), Status::kOk);
  EXPECT_EQ(v.sync.delta().bid.added_lots, kMaxDeltaLots);
  EXPECT_EQ(v.feed(depth(3, 3, -1, gone)), Status::kOk);
  EXPECT_EQ(v.sync.delta().bid.removed_lots, kMaxDeltaLots);
}

BOT4_TEST("the delta says what an update grew and shrank, at the touch and in all") {
  Feed v(SequenceRule::kCoinbaseSequence);
  v.feed(snapshot(0, {{100, 10}, {99, 20}}, {{110, 10}}));
  EXPECT_EQ(v.sync.delta().bid.added_lots, std::int64_t{0});
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{101, 3}, {100, 4}, {99, 25}, {98, 0}, {97, 7}}, {{110, 12}})),
            Status::kOk);
  const SideDelta& bid = v.sync.delta().bid;
  EXPECT_EQ(bid.added_lots, std::int64_t{15});
  EXPECT_EQ(bid.removed_lots, std::int64_t{6});
  EXPECT_EQ(bid.touch_removed_lots, std::int64_t{6});
  EXPECT_EQ(v.feed(depth(0, 0, -1, {{99, 0}})), Status::kOk);
  EXPECT_EQ(v.sync.delta().bid.removed_lots, std::int64_t{25});
  EXPECT_EQ(v.sync.delta().bid.touch_removed_lots, std::int64_t{0});
  v.sync.break_proof(Status::kSequenceGap, v.now);
}

BOT4_TEST_MAIN
