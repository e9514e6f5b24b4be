#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "book/l2_book.h"
#include "native/testing.h"

using namespace bot4;

namespace {

using Shadow = std::map<std::int64_t, std::int64_t>;

void expect_equal(const BookSide& side, const Shadow& shadow) {
  EXPECT_EQ(side.size(), static_cast<std::int64_t>(shadow.size()));
  EXPECT_EQ(side.empty(), shadow.empty());
  if (shadow.empty()) return;
  std::int64_t key = side.best();
  for (const auto& [expected, lots] : shadow) {
    EXPECT_EQ(key, expected);
    EXPECT_EQ(side.at(key), lots);
    key = side.next(key);
  }
  EXPECT_EQ(key, std::int64_t{BookSide::kNone});
  EXPECT_EQ(side.worst(), shadow.rbegin()->first);
  for (const int limit : {1, 10, 40}) {
    KeyLevel levels[40];
    const int count = side.copy_best(limit, levels);
    EXPECT_EQ(count, std::min(limit, static_cast<int>(shadow.size())));
    auto at = shadow.begin();
    for (int i = 0; i < count; ++i, ++at) {
      EXPECT(levels[i].key == at->first && levels[i].lots == at->second);
    }
  }
}

void set_both(BookSide& side, Shadow& shadow, std::int64_t key, std::int64_t lots) {
  const auto found = shadow.find(key);
  const std::int64_t before = found == shadow.end() ? 0 : found->second;
  EXPECT_EQ(side.set(key, lots), before);
  if (lots == 0) {
    shadow.erase(key);
  } else {
    shadow[key] = lots;
  }
}

}  // namespace

BOT4_TEST("an empty side has no best, no levels, and removing from it changes nothing") {
  BookSide side;
  EXPECT(side.empty());
  EXPECT_EQ(side.set(5, 0), std::int64_t{0});
  EXPECT_EQ(side.set(-5000000, 0), std::int64_t{0});
  EXPECT_EQ(side.at(5), std::int64_t{0});
  EXPECT_EQ(side.size(), std::int64_t{0});
}

BOT4_TEST("random changes near a wandering price equal a std::map") {
  for (std::uint64_t seed = 1; seed <= (test::emulated() ? 1u : 6u); ++seed) {
    test::Random random(seed);
    BookSide side;
    Shadow shadow;
    std::int64_t centre = seed % 2 == 0 ? 600000 : -600000;
    for (int n = 0; n < 60000; ++n) {
      centre += random.below(2001) - 1000;
      const std::int64_t width = random.below(50) == 0 ? 300000 : 3000;
      const std::int64_t key = centre + random.below(2 * width + 1) - width;
      set_both(side, shadow, key, random.below(3) == 0 ? 0 : 1 + random.below(1000));
      if (n % 7 == 0 && !shadow.empty()) set_both(side, shadow, shadow.begin()->first, 0);
      if (!shadow.empty()) EXPECT_EQ(side.best(), shadow.begin()->first);
      if (n % 5000 == 0) expect_equal(side, shadow);
    }
    expect_equal(side, shadow);
  }
}

BOT4_TEST("levels beyond the window are kept in order and come back when the window moves") {
  BookSide side;
  Shadow shadow;
  for (std::int64_t i = 0; i < 400; ++i) set_both(side, shadow, 1000 + i * 5000, i + 1);
  EXPECT(side.outside_count() > 300);
  expect_equal(side, shadow);
  // The best prices go one by one: the window follows, past every level.
  while (shadow.size() > 1) {
    set_both(side, shadow, shadow.begin()->first, 0);
    EXPECT_EQ(side.best(), shadow.begin()->first);
  }
  expect_equal(side, shadow);
}

BOT4_TEST("far better prices that come and go move no level until there are too many of them") {
  BookSide side;
  Shadow shadow;
  for (std::int64_t i = 0; i < 100; ++i) set_both(side, shadow, 1000000 + i, 10 + i);
  for (std::int64_t i = 0; i < BookSide::kMaxAhead; ++i) {
    set_both(side, shadow, 5 * ((7 * i) % BookSide::kMaxAhead), 1 + i);
    EXPECT_EQ(side.best(), shadow.begin()->first);
    EXPECT_EQ(side.outside_count(), std::int64_t{0});
    expect_equal(side, shadow);
  }
  for (std::int64_t i = 0; i < BookSide::kMaxAhead; ++i) set_both(side, shadow, 5 * i, 0);
  EXPECT_EQ(side.outside_count(), std::int64_t{0});
  EXPECT_EQ(side.best(), std::int64_t{1000000});
  for (std::int64_t i = 0; i <= BookSide::kMaxAhead; ++i) set_both(side, shadow, 5 * i, 1);
  EXPECT_EQ(side.outside_count(), std::int64_t{100});
  expect_equal(side, shadow);
  side.clear();
  shadow.clear();
  expect_equal(side, shadow);
}

BOT4_TEST("a price far better than the window is the best, and leaving again loses nothing") {
  BookSide side;
  Shadow shadow;
  for (std::int64_t i = 0; i < 100; ++i) set_both(side, shadow, 1000000 + i, 10 + i);
  set_both(side, shadow, 3, 7);
  EXPECT_EQ(side.best(), std::int64_t{3});
  expect_equal(side, shadow);
  set_both(side, shadow, 3, 0);
  EXPECT_EQ(side.best(), std::int64_t{1000000});
  expect_equal(side, shadow);
}

BOT4_TEST("the edges of bitmap words, groups and the window are ordinary places") {
  BookSide side;
  Shadow shadow;
  set_both(side, shadow, 0, 1);  // The window begins kMargin below.
  const std::int64_t base = -BookSide::kMargin;
  for (const std::int64_t index : {0ll, 1ll, 63ll, 64ll, 4095ll, 4096ll, 65535ll, 65536ll, 65537ll}) {
    set_both(side, shadow, base + index, index + 1);
    expect_equal(side, shadow);
  }
  side.clear();
  shadow.clear();
  expect_equal(side, shadow);
  set_both(side, shadow, -77, 5);
  expect_equal(side, shadow);
}

BOT4_TEST("a book orders bids downwards and asks upwards and knows when it is crossed") {
  L2Book book;
  EXPECT_EQ(book.best(Side::kBuy), L2Book::kNoPrice);
  EXPECT(!book.two_sided() && !book.crossed());
  book.set(Side::kBuy, 100, 1);
  book.set(Side::kBuy, 102, 2);
  book.set(Side::kBuy, 101, 3);
  book.set(Side::kSell, 105, 4);
  book.set(Side::kSell, 104, 5);
  EXPECT_EQ(book.best(Side::kBuy), std::int64_t{102});
  EXPECT_EQ(book.best_quantity(Side::kBuy), std::int64_t{2});
  EXPECT_EQ(book.best(Side::kSell), std::int64_t{104});
  EXPECT(book.two_sided() && !book.crossed());
  std::vector<std::int64_t> seen;
  book.visit(Side::kBuy, [&](std::int64_t ticks, std::int64_t) {
    seen.push_back(ticks);
    return seen.size() < 2;
  });
  EXPECT(seen == (std::vector<std::int64_t>{102, 101}));
  EXPECT_EQ(book.set(Side::kSell, 102, 9), std::int64_t{0});
  EXPECT(book.crossed());
  EXPECT_EQ(book.quantity(Side::kSell, 102), std::int64_t{9});
  EXPECT_EQ(book.size(Side::kSell), std::int64_t{3});
  book.clear();
  EXPECT(!book.two_sided());
}

BOT4_TEST("prices near the exact bound are held") {
  L2Book book;
  const std::int64_t top = (std::int64_t{1} << 53) - 1;
  book.set(Side::kSell, top, 1);
  book.set(Side::kBuy, 1, 2);
  book.set(Side::kBuy, top - 1, 3);
  EXPECT_EQ(book.best(Side::kBuy), top - 1);
  EXPECT_EQ(book.best(Side::kSell), top);
  EXPECT_EQ(book.quantity(Side::kBuy, 1), std::int64_t{2});
}

BOT4_TEST_MAIN
