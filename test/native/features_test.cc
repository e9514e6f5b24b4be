// The features' estimators by themselves, and that no sequence of valid events makes a value that is
// not finite. That each feature equals its formula: test/features, against a plain reference.
#include "engine/features.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "core/market_message.h"
#include "native/testing.h"

using namespace bot4;
using namespace bot4::test;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'700'000'000 * kSecond;

/// A book with its features, fed by random events of every kind.
class RandomMarket {
 public:
  explicit RandomMarket(std::uint64_t seed, bool wild = true) : random_(seed), wild_(wild) {
    for (int i = 1; i <= 12; ++i) {
      book_.set(Side::kBuy, mid_ - i, random_.below(900) + 1);
      book_.set(Side::kSell, mid_ + i, random_.below(900) + 1);
    }
  }

  void step() {
    now_ += wait();
    const std::int64_t kind = random_.below(20);
    if (kind < 11) {
      update_book();
    } else if (kind < 17) {
      const std::int64_t ticks = mid_ + random_.below(9) - 4;
      features.on_trade(ticks, size(), random_.below(2) == 0 ? Side::kBuy : Side::kSell,
                        random_.below(3) != 0, now_);
    } else if (kind == 17) {
      features.on_mark(random_.below(1 << 30), random_.below(4) == 0 ? 0 : 1 + random_.below(1 << 30),
                       random_.below(2'000'000) - 1'000'000);
    } else if (kind == 18) {
      features.on_liquidation(size(), random_.below(2) == 0 ? Side::kBuy : Side::kSell, now_);
    }
  }

  double values[64] = {};
  Features features{values, 10'000'000};

 private:
  std::int64_t wait() {
    if (!wild_) return random_.below(kSecond / 5);
    switch (random_.below(40)) {
      case 0: return -random_.below(3 * kSecond);  // Venue clocks step back.
      case 1: return random_.below(100'000) * kSecond;
      case 2: return random_.below(90 * kSecond);
      case 3: return 0;
      default: return random_.below(kSecond / 5);
    }
  }

  std::int64_t size() {
    if (wild_ && random_.below(50) == 0) return 1 + random_.below(kMaxExact);
    return 1 + random_.below(500);
  }

  /// One message of up to eight levels; keeps a level on each side and the sides apart.
  void update_book() {
    BookDelta delta;
    mid_ += random_.below(5) - 2;
    if (mid_ < 1000) mid_ = 1000;
    for (const Side side : {Side::kBuy, Side::kSell}) {
      SideDelta& half = side == Side::kBuy ? delta.bid : delta.ask;
      const std::int64_t away = side == Side::kBuy ? -1 : 1;
      for (std::int64_t crossing = book_.best(side);
           crossing != L2Book::kNoPrice && (crossing - mid_) * away <= 0;
           crossing = book_.best(side)) {
        half.removed_lots += book_.set(side, crossing, 0);
      }
      for (std::int64_t i = random_.below(4); i >= 0; --i) {
        const std::int64_t lots = random_.below(3) == 0 ? 0 : size();
        const std::int64_t old = book_.set(side, mid_ + away * (1 + random_.below(25)), lots);
        (lots > old ? half.added_lots : half.removed_lots) += lots > old ? lots - old : old - lots;
        half.touch_removed_lots = half.removed_lots / 2;
      }
      if (book_.size(side) == 0) book_.set(side, mid_ + away, 1);
    }
    features.on_book(book_, delta, now_);
    compare(random_.below(8));
  }

  /// The same underlying elsewhere: none, locked, crossed or a few ticks apart, at any price.
  void compare(std::int64_t kind) {
    const std::int64_t bid = kind == 0 ? 0 : (mid_ + random_.below(9) - 4) * 10'000'000;
    const std::int64_t ask = kind == 1 ? 0 : bid + (random_.below(5) - 1) * 1'000'000;
    features.on_composite(bid, wild_ && kind == 2 ? INT64_MAX : ask);
  }

  Random random_;
  bool wild_;
  L2Book book_;
  std::int64_t mid_ = 600'000;
  std::int64_t now_ = kStart;
};

BOT4_TEST("every value stays finite through 600,000 random events with gaps, huge sizes and clocks that step back") {
  const int steps = emulated() ? 20'000 : 200'000;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    RandomMarket market(seed);
    for (int i = 0; i < steps; ++i) {
      market.step();
      for (int f = 0; f < kFeatureCount; ++f) {
        if (std::isfinite(market.values[f])) continue;
        fail(__FILE__, __LINE__, std::string(feature_name(f)) + " is not finite at seed " +
                                     shown(seed) + ", step " + shown(i));
        return;
      }
    }
  }
}

BOT4_TEST("every feature takes more than one value in a lively market") {
  RandomMarket market(11, false);
  double low[kFeatureCount], high[kFeatureCount];
  for (int i = 0; i < 30'000; ++i) {
    market.step();
    for (int f = 0; f < kFeatureCount; ++f) {
      low[f] = i == 0 || market.values[f] < low[f] ? market.values[f] : low[f];
      high[f] = i == 0 || market.values[f] > high[f] ? market.values[f] : high[f];
    }
  }
  for (int f = 0; f < kFeatureCount; ++f) {
    if (!(low[f] < high[f])) fail(__FILE__, __LINE__, std::string(feature_name(f)) + " never moves");
  }
}

BOT4_TEST("a reset makes every value zero and the state that of a fresh object") {
  RandomMarket used(5);
  for (int i = 0; i < 20'000; ++i) used.step();
  used.features.reset();
  for (const double value : used.values) EXPECT_EQ(value, 0.0);
  EXPECT_EQ(used.features.updates(), 0);

  double fresh_values[64] = {};
  Features fresh(fresh_values, 10'000'000);
  L2Book book;
  for (int i = 1; i <= 7; ++i) {
    book.set(Side::kBuy, 5000 - i, 10 * i);
    book.set(Side::kSell, 5000 + i, 7 * i);
  }
  for (int i = 0; i < 200; ++i) {
    const std::int64_t at = kStart + i * kSecond / 3;
    for (Features* features : {&used.features, &fresh}) {
      features->on_book(book, BookDelta{}, at);
      features->on_trade(5000 + i % 3 - 1, 3 + i % 5, Side::kBuy, false, at + 5);
      features->on_mark(50'000'000'000 + i, 50'000'000'000, 100);
    }
    book.set(Side::kBuy, 4999, 10 + i % 9);
  }
  EXPECT_EQ(std::memcmp(used.values, fresh_values, sizeof fresh_values), 0);
}

BOT4_TEST("a trade without a side is a buyer above the mid, a seller below, and follows the tick at the mid") {
  double values[64] = {};
  Features features(values, 1);
  L2Book book;
  book.set(Side::kBuy, 99, 5);
  book.set(Side::kSell, 101, 5);
  // Without a book: the first is a buyer's, then the ticks decide; an unchanged price keeps the last.
  EXPECT_EQ(features.on_trade(100, 1, Side::kSell, false, kStart), Side::kBuy);
  EXPECT_EQ(features.on_trade(99, 1, Side::kBuy, false, kStart), Side::kSell);
  EXPECT_EQ(features.on_trade(99, 1, Side::kBuy, false, kStart), Side::kSell);
  features.on_book(book, BookDelta{}, kStart);
  EXPECT_EQ(features.on_trade(101, 1, Side::kSell, false, kStart), Side::kBuy);
  EXPECT_EQ(features.on_trade(99, 1, Side::kBuy, false, kStart), Side::kSell);
  EXPECT_EQ(features.on_trade(100, 1, Side::kSell, false, kStart), Side::kBuy);   // Up-tick.
  EXPECT_EQ(features.on_trade(101, 1, Side::kSell, false, kStart), Side::kBuy);
  EXPECT_EQ(features.on_trade(100, 1, Side::kBuy, false, kStart), Side::kSell);   // Down-tick.
  EXPECT_EQ(features.on_trade(100, 1, Side::kBuy, false, kStart), Side::kSell);   // Zero-tick.
  EXPECT_EQ(features.on_trade(101, 1, Side::kSell, true, kStart), Side::kSell);   // The venue knows.
}

BOT4_TEST("the normal distribution polynomial is within 1.5e-7 of erfc and never falls") {
  double worst = 0.0;
  double previous = 0.0;
  for (int i = -9000; i <= 9000; ++i) {
    const double x = i * 1e-3;
    const double p = normal_cdf(x);
    worst = std::fmax(worst, std::fabs(p - 0.5 * std::erfc(-x / std::sqrt(2.0))));
    EXPECT(p >= previous && p >= 0.0 && p <= 1.0);
    previous = p;
  }
  EXPECT(worst < 1.5e-7);
  EXPECT(worst > 1e-9);  // Else the bound in its comment is stale.
  EXPECT_EQ(normal_cdf(0.0), 0.5);
  EXPECT_EQ(normal_cdf(1e300) , 1.0);
  EXPECT_EQ(normal_cdf(-1e300), 0.0);
}

BOT4_TEST("the running line is the least-squares line while its weight is one over the count") {
  Random random(3);
  RunningLine line;
  NewestWeight weight(1000);
  std::vector<double> x, y;
  for (int i = 0; i < 500; ++i) {
    x.push_back(random.between(-5.0, 9.0));
    y.push_back(2.5 * x.back() - 1.0 + random.between(-3.0, 3.0));
    line.add(x.back(), y.back(), weight.next());
  }
  double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) mx += x[i] / 500, my += y[i] / 500;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    xy += (x[i] - mx) * (y[i] - my);
    yy += (y[i] - my) * (y[i] - my);
  }
  EXPECT(std::fabs(line.slope() - xy / xx) < 1e-12 * std::fabs(xy / xx));
  EXPECT(std::fabs(line.fit() - xy * xy / (xx * yy)) < 1e-12);
}

BOT4_TEST("bulk buckets are exact: one-sided bars give 1, even ones 0, and huge bars end") {
  Vpin vpin;
  for (int i = 0; i < 1000; ++i) vpin.add(3.0, 1.0, 3.0);
  EXPECT_EQ(vpin.value(), 1.0);
  EXPECT_EQ(vpin.imbalance(), 1.0);
  for (int i = 0; i < 1000; ++i) vpin.add(3.0, 0.0, 3.0);
  EXPECT_EQ(vpin.value(), 1.0);
  EXPECT_EQ(vpin.imbalance(), -1.0);
  vpin.add(9e15, 0.5, 1.0);
  EXPECT_EQ(vpin.value(), 0.0);
}

BOT4_TEST("removals that trades explain are not cancellations") {
  double values[64] = {};
  Features features(values, 1);
  L2Book book;
  book.set(Side::kBuy, 99, 50);
  book.set(Side::kSell, 101, 50);
  features.on_book(book, BookDelta{}, kStart);
  features.on_trade(101, 20, Side::kBuy, true, kStart + 1);
  book.set(Side::kSell, 101, 30);
  BookDelta traded;
  traded.ask.removed_lots = traded.ask.touch_removed_lots = 20;
  features.on_book(book, traded, kStart + 2);
  EXPECT_EQ(values[kCancelIntensity], 0.0);
  EXPECT_EQ(values[kCancelAsymmetry], 0.0);
  book.set(Side::kSell, 101, 10);
  features.on_book(book, traded, kStart + 3);
  EXPECT(values[kCancelIntensity] > 0.0);
  EXPECT_EQ(values[kCancelAsymmetry], -1.0);
  EXPECT(values[kAskQueueWait] < 60.0);
  EXPECT_EQ(values[kBidQueueWait], 60.0);
}

BOT4_TEST("the best levels copied at once are those of a walk, also across words and outside the window") {
  Random random(21);
  for (int round = 0; round < 300; ++round) {
    BookSide side;
    const std::int64_t reach = round % 3 == 0 ? 40 : round % 3 == 1 ? 3000 : 300'000;
    for (std::int64_t i = random.below(40); i > 0; --i) {
      side.set(1'000'000 + random.below(reach), 1 + random.below(99));
    }
    const int limit = static_cast<int>(random.below(25));
    KeyLevel copied[25];
    const int count = side.copy_best(limit, copied);
    int walked = 0;
    if (!side.empty()) {
      for (std::int64_t key = side.best(); key != BookSide::kNone && walked < limit;
           key = side.next(key), ++walked) {
        EXPECT_EQ(copied[walked].key, key);
        EXPECT_EQ(copied[walked].lots, side.at(key));
      }
    }
    EXPECT_EQ(count, walked);
  }
}

BOT4_TEST("mark, index and funding come in basis points, and the mark is compared with the mid") {
  double values[64] = {};
  Features features(values, 10'000'000);  // Tick 0.1.
  features.on_mark(6'000'600'000'000, 6'000'000'000'000, 12'500);
  EXPECT(std::fabs(values[kMarkBasis] - 1.0) < 1e-9);  // 60,006 over 60,000.
  EXPECT_EQ(values[kFundingRate], 1.25);               // 0.000125.
  EXPECT_EQ(values[kMarkDeviation], 0.0);              // No book yet.
  L2Book book;
  book.set(Side::kBuy, 600'059, 5);
  book.set(Side::kSell, 600'061, 5);
  features.on_book(book, BookDelta{}, kStart);
  EXPECT_EQ(values[kMarkDeviation], 0.0);
  book.set(Side::kBuy, 600'119, 5);
  book.set(Side::kSell, 600'061, 0);
  book.set(Side::kSell, 600'121, 5);
  features.on_book(book, BookDelta{}, kStart + kSecond);
  EXPECT_EQ(values[kMarkDeviation], (600'120.0 / 600'060.0 - 1.0) * 1e4);
  features.on_mark(0, 6'000'000'000'000, 0);  // Absent: nothing changes.
  EXPECT_EQ(values[kFundingRate], 1.25);
  features.on_mark(6'000'600'000'000, 0, -100);
  EXPECT_EQ(values[kMarkBasis], 0.0);
  EXPECT_EQ(values[kFundingRate], -0.01);
}

BOT4_TEST("forced buys push the liquidation pressure up, forced sells down, and time takes it back") {
  double values[64] = {};
  Features features(values, 1);
  L2Book book;
  book.set(Side::kBuy, 99, 40);
  book.set(Side::kSell, 101, 60);  // Mean touch depth 50.
  features.on_liquidation(100, Side::kBuy, kStart);
  EXPECT_EQ(values[kLiquidationPressure], 0.0);  // No depth to measure it by.
  features.on_book(book, BookDelta{}, kStart);
  EXPECT_EQ(values[kLiquidationPressure], 2.0);
  features.on_liquidation(150, Side::kSell, kStart);
  EXPECT_EQ(values[kLiquidationPressure], -1.0);
  features.on_book(book, BookDelta{}, kStart + 30 * kSecond);
  EXPECT_EQ(values[kLiquidationPressure], -0.5);  // tau / (tau + dt) with tau 30 s.
}

}  // namespace

BOT4_TEST_MAIN
