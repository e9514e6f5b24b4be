// Features as rates of time: without bias from the first step on, and finite at the ends of the
// numbers that a book and an inbox can hold.
#include <cmath>
#include <string>
#include <vector>

#include "book/book_sync.h"
#include "core/instruments.h"
#include "core/market_message.h"
#include "engine/features.h"
#include "native/testing.h"

using namespace bot4;
using namespace bot4::test;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'700'000'000 * kSecond;

/// Two sides around `mid`, one tick from it, ten lots each.
L2Book book_at(std::int64_t mid) {
  L2Book book;
  book.set(Side::kBuy, mid - 1, 10);
  book.set(Side::kSell, mid + 1, 10);
  return book;
}

}  // namespace

BOT4_TEST("volatilities and rates have no bias, one second after the book was proven or an hour") {
  const L2Book books[2] = {book_at(10'000), book_at(10'001)};
  for (const int updates : {10, 50, 300, 36'000}) {
    double values[64] = {};
    Features features(values, 1'000'000);
    BookDelta delta;
    delta.bid.added_lots = 3;
    delta.ask.removed_lots = delta.ask.touch_removed_lots = 2;
    for (int i = 0; i <= updates; ++i) {  // One tick up or down, and one trade, every 100 ms.
      const std::int64_t at = kStart + i * (kSecond / 10);
      features.on_book(books[i % 2], delta, at);
      if (i < updates) features.on_trade(10'000, 5, Side::kSell, true, at + kSecond / 10);
    }
    const auto is_near = [&](Feature f, double expected) {
      if (std::fabs(values[f] / expected - 1.0) < 1e-3) return;
      fail(__FILE__, __LINE__, std::string(feature_name(f)) + " is " + shown(values[f]) +
                                   " instead of " + shown(expected) + " after " + shown(updates));
    };
    is_near(kRealisedVolatility, std::sqrt(10.0));  // 1 bps every 0.1 s.
    is_near(kRealisedVolatility5m, std::sqrt(10.0));
    is_near(kUpdateIntensity, 10.0);
    is_near(kTradeIntensity, 10.0);
    is_near(kVolumeIntensity, 5.0);  // 50 lots/s, depth 10.
    is_near(kLimitIntensity, 3.0);
    is_near(kCancelIntensity, 2.0);
    is_near(kAskQueueWait, 0.5);  // 10 lots at 20 lots/s.
    EXPECT(std::fabs(values[kCancelBurst]) < 1e-9);
    EXPECT(std::fabs(values[kTradeBurst]) < 0.2);  // The first update had no trade before it.
    EXPECT(std::fabs(values[kVolatilityRatio]) < 1e-3);
  }
}

BOT4_TEST("rates are zero while no time has gone by") {
  double values[64] = {};
  Features features(values, 1'000'000);
  BookDelta delta;
  delta.bid.added_lots = delta.bid.removed_lots = delta.bid.touch_removed_lots = 7;
  for (int i = 0; i < 3; ++i) {
    features.on_book(book_at(10'000 + i), delta, kStart);
    features.on_trade(10'000, 5, Side::kBuy, true, kStart);
  }
  for (const Feature f : {kRealisedVolatility, kRealisedVolatility5m, kVolatilityRatio,
                          kUpdateIntensity, kTradeIntensity, kVolumeIntensity, kLimitIntensity,
                          kCancelIntensity, kCancelBurst, kTradeBurst}) {
    EXPECT_EQ(values[f], 0.0);
  }
  EXPECT_EQ(values[kBidQueueWait], 60.0);
}

BOT4_TEST("the largest sizes and the last times of int64, through a verified book, leave every value finite") {
  Instruments list;
  list.add("A", 1, 1, 1, SequenceRule::kCoinbaseSequence);
  BookSync sync(0, list[0]);
  double values[64] = {};
  Features features(values, 1);
  Random random(77);
  std::int64_t now = INT64_MAX - 400 * kSecond;
  std::vector<Level> sides[2];
  for (int i = 0; i < 3000; ++i) {
    for (std::vector<Level>& side : sides) {
      side.clear();
      const std::int64_t away = &side == sides ? -1 : 1;
      for (std::int64_t level = i == 0 ? 60 : random.below(60); level >= 0; --level) {
        const std::int64_t lots = random.below(2) == 0 ? kMaxExact : random.below(3);
        side.push_back({kMaxExact / 2 + away * (1 + level), level == 0 ? lots + 1 : lots});
      }
    }
    sides[0].back().lots = sides[1].back().lots = 1 + random.below(kMaxExact);
    MarketMessage m = kEmptyMessage;
    m.kind = i == 0 ? MessageKind::kSnapshot : MessageKind::kDepth;
    m.symbol = 0;
    m.bids = sides[0].data();
    m.asks = sides[1].data();
    m.bid_count = static_cast<int>(sides[0].size());
    m.ask_count = static_cast<int>(sides[1].size());
    EXPECT_EQ(i == 0 ? sync.on_snapshot(m, now) : sync.on_depth(m, now), Status::kOk);
    EXPECT(sync.book().two_sided());
    features.on_book(sync.book(), sync.delta(), now);
    features.on_trade(kMaxExact / 2, kMaxExact, Side::kBuy, i % 2 == 0, now);
    features.on_liquidation(kMaxExact, Side::kSell, now);
    for (int f = 0; f < kFeatureCount; ++f) {
      if (!std::isfinite(values[f])) fail(__FILE__, __LINE__, feature_name(f));
    }
    const std::int64_t step = random.below(kSecond / 4);
    now = i > 2900 || INT64_MAX - now < step ? INT64_MAX : now + step;
  }
  EXPECT_EQ(now, INT64_MAX);
}

BOT4_TEST_MAIN
