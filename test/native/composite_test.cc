#include <algorithm>
#include <tuple>
#include <vector>

#include "book/composite.h"
#include "native/testing.h"

using namespace bot4;

BOT4_TEST("the best bid and ask come from the venues that have them, across different grids") {
  CompositeBook book;
  EXPECT_EQ(book.add_venue(10'000'000, 100'000, 1000), 0);  // 0.1 and 0.001.
  EXPECT_EQ(book.add_venue(1'000'000, 1, 1000), 1);         // 0.01 and 1e-8.
  EXPECT_EQ(book.update(0, 1000, 5, 1001, 7, 10), Status::kOk);      // 100.0 / 100.1.
  EXPECT_EQ(book.update(1, 10003, 400, 10009, 900, 11), Status::kOk);  // 100.03 / 100.09.
  const CompositeTop top = book.top(12);
  EXPECT_EQ(top.bid.price_e8, std::int64_t{10'003'000'000});
  EXPECT_EQ(top.bid.quantity_e8, std::int64_t{400});
  EXPECT_EQ(top.bid.venue, 1);
  EXPECT_EQ(top.ask.price_e8, std::int64_t{10'009'000'000});
  EXPECT_EQ(top.ask.venue, 1);
  EXPECT_EQ(top.live, 3u);
  EXPECT(!top.locked && !top.crossed);
}

BOT4_TEST("at equal prices quantities add up; the largest names the venue, then the lower index") {
  CompositeBook book;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(book.add_venue(1, 1, 1000), i);
  book.update(0, 100, 5, 110, 4, 1);
  book.update(1, 100, 9, 110, 4, 1);
  book.update(2, 100, 9, 111, 8, 1);
  const CompositeTop top = book.top(1);
  EXPECT_EQ(top.bid.venue, 1);
  EXPECT_EQ(top.bid.quantity_e8, std::int64_t{9});
  EXPECT_EQ(top.bid.total_quantity_e8, std::int64_t{23});
  EXPECT_EQ(top.ask.venue, 0);
  EXPECT_EQ(top.ask.total_quantity_e8, std::int64_t{8});
}

BOT4_TEST("a venue drops out when its quote is older than its limit and comes back with the next") {
  CompositeBook book;
  book.add_venue(1, 1, 100);
  book.add_venue(1, 1, 1000);
  book.update(0, 105, 1, 106, 1, 0);
  book.update(1, 100, 1, 110, 1, 0);
  EXPECT_EQ(book.top(100).bid.venue, 0);  // Exactly at the limit.
  EXPECT_EQ(book.top(101).bid.venue, 1);
  EXPECT_EQ(book.top(101).stale, 1u);
  EXPECT_EQ(book.top(101).live, 2u);
  EXPECT_EQ(book.top(1001).bid.venue, -1);
  EXPECT_EQ(book.top(1001).bid.price_e8, std::int64_t{0});
  EXPECT_EQ(book.update(0, 104, 1, 106, 1, 1001), Status::kOk);
  EXPECT_EQ(book.top(1001).bid.price_e8, std::int64_t{104});
  EXPECT_EQ(book.top(INT64_MAX).live, 0u);
  EXPECT_EQ(book.top(INT64_MIN).live, 3u);  // Asked of a time before them, none is old.
}

BOT4_TEST("locked and crossed composites are flagged, one-sided ones are neither") {
  CompositeBook book;
  book.add_venue(1, 1, 100);
  book.add_venue(1, 1, 100);
  book.update(0, 100, 1, 102, 1, 0);
  book.update(1, 102, 1, 104, 1, 0);
  EXPECT(book.top(0).locked && !book.top(0).crossed);
  book.update(1, 103, 1, 104, 1, 1);
  EXPECT(book.top(1).crossed && !book.top(1).locked);
  book.withdraw(1);
  EXPECT(!book.top(1).crossed);
  EXPECT_EQ(book.top(1).live, 1u);
  EXPECT_EQ(book.top(1).stale, 0u);
  book.update(0, 0, 0, 102, 1, 2);
  EXPECT_EQ(book.top(2).bid.venue, -1);
  EXPECT_EQ(book.top(2).ask.price_e8, std::int64_t{102});
  EXPECT(!book.top(2).locked && !book.top(2).crossed);
}

BOT4_TEST("bad venues, numbers and times are refused and change nothing") {
  CompositeBook book;
  EXPECT_EQ(book.add_venue(0, 1, 1), -1);
  EXPECT_EQ(book.add_venue(1, -1, 1), -1);
  EXPECT_EQ(book.add_venue(1, 1, -1), -1);
  EXPECT_EQ(book.update(0, 1, 1, 2, 1, 1), Status::kBadArgument);
  for (int i = 0; i < CompositeBook::kMaxVenues; ++i) EXPECT_EQ(book.add_venue(1000, 1000, 50), i);
  EXPECT_EQ(book.add_venue(1, 1, 1), -1);
  EXPECT_EQ(book.update(0, 10, 1, 20, 1, 5), Status::kOk);
  EXPECT_EQ(book.update(-1, 10, 1, 20, 1, 5), Status::kBadArgument);
  EXPECT_EQ(book.update(16, 10, 1, 20, 1, 5), Status::kBadArgument);
  EXPECT_EQ(book.update(0, -1, 1, 20, 1, 5), Status::kBadArgument);
  EXPECT_EQ(book.update(0, 10, 0, 20, 1, 5), Status::kBadArgument);
  EXPECT_EQ(book.update(0, 10, 1, 0, 1, 5), Status::kBadArgument);
  EXPECT_EQ(book.update(0, INT64_MAX / 999, 1, 20, 1, 5), Status::kNumberOverflow);
  EXPECT_EQ(book.update(0, 11, 1, 20, 1, 4), Status::kStaleUpdate);
  EXPECT_EQ(book.top(5).bid.price_e8, std::int64_t{10'000});
}

BOT4_TEST("random quotes of 16 venues give the same top as a sorted list") {
  test::Random random(41);
  CompositeBook book;
  for (int i = 0; i < CompositeBook::kMaxVenues; ++i) book.add_venue(1 + i % 3, 1 + i % 2, 40 + i);
  struct Quote {
    std::int64_t bid = 0, bid_quantity = 0, ask = 0, ask_quantity = 0, at = -1;
  };
  Quote quotes[CompositeBook::kMaxVenues];
  for (std::int64_t now = 0; now < 20000; ++now) {
    const int venue = static_cast<int>(random.below(16));
    const std::int64_t bid = random.below(8) == 0 ? 0 : 500 + random.below(6);
    const std::int64_t ask = 503 + random.below(6);
    const std::int64_t bid_lots = bid == 0 ? 0 : 1 + random.below(3);
    EXPECT_EQ(book.update(venue, bid, bid_lots, ask, 2, now), Status::kOk);
    const std::int64_t tick = 1 + venue % 3, step = 1 + venue % 2;
    quotes[venue] = {bid * tick, bid_lots * step, ask * tick, 2 * step, now};
    std::vector<std::tuple<std::int64_t, std::int64_t, int>> bids, asks;
    for (int i = 0; i < CompositeBook::kMaxVenues; ++i) {
      if (quotes[i].at < 0 || now - quotes[i].at > 40 + i) continue;
      if (quotes[i].bid > 0) bids.emplace_back(-quotes[i].bid, -quotes[i].bid_quantity, i);
      asks.emplace_back(quotes[i].ask, -quotes[i].ask_quantity, i);
    }
    const CompositeTop top = book.top(now);
    if (!bids.empty()) {
      const auto [price, quantity, index] = *std::min_element(bids.begin(), bids.end());
      EXPECT_EQ(top.bid.price_e8, -price);
      EXPECT_EQ(top.bid.quantity_e8, -quantity);
      EXPECT_EQ(top.bid.venue, index);
    }
    const auto [price, quantity, index] = *std::min_element(asks.begin(), asks.end());
    EXPECT_EQ(top.ask.price_e8, price);
    EXPECT_EQ(top.ask.venue, index);
    EXPECT_EQ(top.ask.quantity_e8, -quantity);
    EXPECT_EQ(top.crossed, top.bid.price_e8 > top.ask.price_e8);
  }
}

BOT4_TEST_MAIN
