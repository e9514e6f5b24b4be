// The order book by orders, against a plain one of std::map and std::list.
#include <algorithm>
#include <cstdlib>
#include <list>
#include <map>
#include <new>
#include <unordered_map>
#include <vector>

#include "book/l3_book.h"
#include "native/testing.h"

using namespace bot4;

namespace {

long allocations = 0;

}  // namespace

// Not inlined, or GCC 12 sees free() of memory from new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

/// What an L3Book must be, written without any thought of speed.
class PlainBook {
 public:
  struct Order {
    std::uint64_t id;
    std::int64_t lots;
    std::int64_t queued_ns;
  };
  struct Place {
    Side side;
    std::int64_t ticks;
  };

  explicit PlainBook(std::size_t capacity) : capacity_(capacity) {}

  L3Status add(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
               std::int64_t at_ns) {
    if (ticks <= 0) return L3Status::kBadPrice;
    if (lots <= 0) return L3Status::kBadQuantity;
    if (places.contains(id)) return L3Status::kDuplicateOrder;
    if (places.size() == capacity_) return L3Status::kFull;
    places[id] = {side, ticks};
    queue(side)[ticks].push_back({id, lots, at_ns});
    return L3Status::kOk;
  }

  L3Status modify(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
                  std::int64_t at_ns) {
    if (ticks <= 0) return L3Status::kBadPrice;
    if (lots <= 0) return L3Status::kBadQuantity;
    if (const L3Status status = owned(id, side); status != L3Status::kOk) return status;
    Order& order = *find(id);
    if (places[id].ticks == ticks && lots <= order.lots) {
      order.lots = lots;
      return L3Status::kOk;
    }
    erase(id);
    places[id] = {side, ticks};
    queue(side)[ticks].push_back({id, lots, at_ns});
    return L3Status::kOk;
  }

  L3Status cancel(std::uint64_t id, Side side) {
    const L3Status status = owned(id, side);
    if (status == L3Status::kOk) erase(id);
    return status;
  }

  L3Status execute(std::uint64_t id, Side side, std::int64_t lots) {
    if (const L3Status status = owned(id, side); status != L3Status::kOk) return status;
    Order& order = *find(id);
    if (lots <= 0 || lots > order.lots) return L3Status::kBadQuantity;
    order.lots -= lots;
    if (order.lots == 0) erase(id);
    return L3Status::kOk;
  }

  QueuePosition position(std::uint64_t id) {
    QueuePosition ahead;
    for (const Order& order : queue(places[id].side)[places[id].ticks]) {
      if (order.id == id) break;
      ahead.lots_ahead += order.lots;
      ++ahead.orders_ahead;
    }
    return ahead;
  }

  std::map<std::int64_t, std::list<Order>>& queue(Side side) {
    return queues_[static_cast<int>(side)];
  }

  std::unordered_map<std::uint64_t, Place> places;

 private:
  L3Status owned(std::uint64_t id, Side side) {
    const auto place = places.find(id);
    if (place == places.end()) return L3Status::kUnknownOrder;
    return place->second.side == side ? L3Status::kOk : L3Status::kWrongSide;
  }
  Order* find(std::uint64_t id) {
    for (Order& order : queue(places[id].side)[places[id].ticks]) {
      if (order.id == id) return &order;
    }
    return nullptr;
  }
  void erase(std::uint64_t id) {
    const Place place = places[id];
    auto& orders = queue(place.side)[place.ticks];
    orders.remove_if([id](const Order& order) { return order.id == id; });
    if (orders.empty()) queue(place.side).erase(place.ticks);
    places.erase(id);
  }

  std::size_t capacity_;
  std::map<std::int64_t, std::list<Order>> queues_[2];
};

/// The best price of the plain book.
std::int64_t best(PlainBook& plain, Side side) {
  const auto& queue = plain.queue(side);
  if (queue.empty()) return L3Book::kNoPrice;
  return side == Side::kBuy ? queue.rbegin()->first : queue.begin()->first;
}

void expect_same_level(const L3Book& book, PlainBook& plain, Side side, std::int64_t ticks) {
  std::int64_t lots = 0;
  std::vector<PlainBook::Order> expected;
  if (plain.queue(side).contains(ticks)) {
    for (const auto& order : plain.queue(side)[ticks]) {
      expected.push_back(order);
      lots += order.lots;
    }
  }
  EXPECT_EQ(book.level(side, ticks).lots, lots);
  EXPECT_EQ(book.level(side, ticks).orders, static_cast<int>(expected.size()));
  std::size_t i = 0;
  book.visit_orders(side, ticks, [&](const L3Order& order) {
    EXPECT(i < expected.size() && order.id == expected[i].id && order.lots == expected[i].lots &&
           order.queued_ns == expected[i].queued_ns && order.ticks == ticks && order.side == side);
    return ++i < expected.size();
  });
  EXPECT_EQ(i, expected.size());
}

void expect_same(const L3Book& book, PlainBook& plain) {
  EXPECT_EQ(std::size_t{book.size()}, plain.places.size());
  for (const Side side : {Side::kBuy, Side::kSell}) {
    EXPECT_EQ(book.levels(side), static_cast<std::int64_t>(plain.queue(side).size()));
    std::vector<std::int64_t> prices;
    for (const auto& [ticks, orders] : plain.queue(side)) {
      prices.push_back(ticks);
      expect_same_level(book, plain, side, ticks);
    }
    if (side == Side::kBuy) std::reverse(prices.begin(), prices.end());
    std::size_t i = 0;
    book.visit_levels(side, [&](std::int64_t ticks, const L3Level&) {
      EXPECT(i < prices.size() && prices[i] == ticks);
      return ++i < prices.size();
    });
    EXPECT_EQ(i, prices.size());
  }
}

/// One random request to both books, most of them sensible.
void random_request(test::Random& random, L3Book& book, PlainBook& plain,
                    std::vector<std::uint64_t>& ids, std::int64_t mid, std::int64_t now) {
  const Side side = random.below(2) == 0 ? Side::kBuy : Side::kSell;
  const std::int64_t width = random.below(100) == 0 ? 200000 : 8;
  const std::int64_t ticks = mid + (side == Side::kBuy ? -1 : 1) * random.below(width);
  const std::int64_t lots = random.below(100) == 0 ? random.below(3) - 2 : 1 + random.below(50);
  const std::int64_t what = random.below(10);
  if (what < 4 || ids.empty()) {
    const bool again = random.below(50) == 0 && !ids.empty();
    const std::uint64_t id =
        again ? ids[static_cast<std::size_t>(random.below(std::ssize(ids)))] : random.next();
    const L3Status status = book.add(id, side, ticks, lots, now);
    EXPECT_EQ(status, plain.add(id, side, ticks, lots, now));
    if (status == L3Status::kOk) ids.push_back(id);
    return;
  }
  const auto pick = static_cast<std::size_t>(random.below(std::ssize(ids)));
  const std::uint64_t id = random.below(200) == 0 ? random.next() : ids[pick];
  L3Order order{};
  const bool rests = book.find(id, &order);
  EXPECT_EQ(rests, plain.places.contains(id));
  const Side owner = rests && random.below(100) != 0 ? order.side : side;
  if (what < 7) {
    EXPECT_EQ(book.cancel(id, owner), plain.cancel(id, owner));
  } else if (what < 8) {
    EXPECT_EQ(book.execute(id, owner, lots), plain.execute(id, owner, lots));
  } else {
    const std::int64_t price = random.below(2) == 0 && rests ? order.ticks : ticks;
    EXPECT_EQ(book.modify(id, owner, price, lots, now), plain.modify(id, owner, price, lots, now));
  }
  if (!plain.places.contains(ids[pick])) {
    ids[pick] = ids.back();
    ids.pop_back();
  }
}

}  // namespace

BOT4_TEST("a million random requests leave the same book as std::map and std::list") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    test::Random random(seed);
    const std::uint32_t capacity = seed == 1 ? 60 : 700;  // The first is full most of the time.
    L3Book book(capacity);
    PlainBook plain(capacity);
    std::vector<std::uint64_t> ids, watched;
    std::int64_t mid = 500000;
    for (std::int64_t n = 0; n < (test::emulated() ? 20000 : 300000); ++n) {
      mid += random.below(21) - 10;
      random_request(random, book, plain, ids, mid, n);
      for (const Side side : {Side::kBuy, Side::kSell}) {
        EXPECT_EQ(book.best(side), best(plain, side));
      }
      if (random.below(40) == 0 && !ids.empty()) {
        const auto pick = static_cast<std::size_t>(random.below(std::ssize(ids)));
        const bool full = book.watched() == L3Book::kMaxWatches;
        const L3Status status = book.watch(ids[pick]);
        EXPECT(status == L3Status::kOk || (full && status == L3Status::kFull));
        if (status == L3Status::kOk) watched.push_back(ids[pick]);
      }
      if (random.below(60) == 0 && !watched.empty()) {
        const auto pick = static_cast<std::size_t>(random.below(std::ssize(watched)));
        const std::uint64_t id = watched[pick];
        EXPECT_EQ(book.unwatch(id) == L3Status::kOk, plain.places.contains(id));
      }
      std::erase_if(watched, [&](std::uint64_t id) { return !plain.places.contains(id); });
      if (n % 16 == 0 && !ids.empty()) {
        const bool any = watched.empty() || random.below(4) == 0;
        const std::uint64_t id = any ? ids.back() : watched.back();
        QueuePosition ahead;
        EXPECT_EQ(book.position(id, &ahead), L3Status::kOk);
        EXPECT_EQ(ahead.lots_ahead, plain.position(id).lots_ahead);
        EXPECT_EQ(ahead.orders_ahead, plain.position(id).orders_ahead);
      }
      if (n % 5000 == 0) expect_same(book, plain);
    }
    expect_same(book, plain);
    book.clear();
    PlainBook empty(capacity);
    expect_same(book, empty);
    EXPECT_EQ(book.watched(), 0);
  }
}

BOT4_TEST("less at the same price keeps place and time; more, or another price, goes to the end") {
  L3Book book(8);
  EXPECT_EQ(book.add(1, Side::kBuy, 100, 5, 10), L3Status::kOk);
  EXPECT_EQ(book.add(2, Side::kBuy, 100, 6, 20), L3Status::kOk);
  EXPECT_EQ(book.add(3, Side::kBuy, 100, 7, 30), L3Status::kOk);
  for (const std::uint64_t id : {2u, 3u}) EXPECT_EQ(book.watch(id), L3Status::kOk);
  QueuePosition ahead;
  L3Order oldest{};
  EXPECT_EQ(book.modify(1, Side::kBuy, 100, 4, 40), L3Status::kOk);
  EXPECT(book.oldest_at_touch(Side::kBuy, &oldest) && oldest.id == 1 && oldest.queued_ns == 10);
  EXPECT(book.position(3, &ahead) == L3Status::kOk && ahead.lots_ahead == 10);
  EXPECT_EQ(book.modify(1, Side::kBuy, 100, 9, 50), L3Status::kOk);
  EXPECT(book.oldest_at_touch(Side::kBuy, &oldest) && oldest.id == 2 && oldest.queued_ns == 20);
  EXPECT(book.position(1, &ahead) == L3Status::kOk && ahead.lots_ahead == 13);
  EXPECT(book.position(3, &ahead) == L3Status::kOk && ahead.orders_ahead == 1);
  EXPECT_EQ(book.modify(2, Side::kBuy, 101, 6, 60), L3Status::kOk);
  EXPECT_EQ(book.best(Side::kBuy), std::int64_t{101});
  EXPECT(book.position(2, &ahead) == L3Status::kOk && ahead.lots_ahead == 0);
  EXPECT(book.position(3, &ahead) == L3Status::kOk && ahead.lots_ahead == 0);
  EXPECT_EQ(book.level(Side::kBuy, 100).lots, std::int64_t{16});
  EXPECT_EQ(book.modify(2, Side::kBuy, 100, 6, 70), L3Status::kOk);
  EXPECT(book.position(2, &ahead) == L3Status::kOk && ahead.lots_ahead == 16 &&
         ahead.orders_ahead == 2);
  EXPECT_EQ(book.execute(3, Side::kBuy, 3), L3Status::kOk);
  EXPECT(book.position(2, &ahead) == L3Status::kOk && ahead.lots_ahead == 13 &&
         ahead.orders_ahead == 2);
  EXPECT_EQ(book.execute(3, Side::kBuy, 4), L3Status::kOk);
  EXPECT(book.position(2, &ahead) == L3Status::kOk && ahead.orders_ahead == 1);
}

BOT4_TEST("what cannot be done says why and changes nothing") {
  L3Book book(2);
  constexpr std::int64_t kTop = std::int64_t{1} << 53;
  EXPECT_EQ(book.add(1, Side::kSell, 0, 5, 1), L3Status::kBadPrice);
  EXPECT_EQ(book.add(1, Side::kSell, kTop, 5, 1), L3Status::kBadPrice);
  EXPECT_EQ(book.add(1, Side::kSell, 100, 0, 1), L3Status::kBadQuantity);
  EXPECT_EQ(book.add(1, Side::kSell, 100, kTop, 1), L3Status::kBadQuantity);
  EXPECT_EQ(book.add(1, Side::kSell, kTop - 1, kTop - 1, 1), L3Status::kOk);
  EXPECT_EQ(book.add(1, Side::kSell, 100, 5, 1), L3Status::kDuplicateOrder);
  EXPECT_EQ(book.cancel(1, Side::kBuy), L3Status::kWrongSide);
  EXPECT_EQ(book.modify(1, Side::kBuy, 100, 5, 1), L3Status::kWrongSide);
  EXPECT_EQ(book.execute(1, Side::kBuy, 5), L3Status::kWrongSide);
  EXPECT_EQ(book.execute(1, Side::kSell, kTop), L3Status::kBadQuantity);
  EXPECT_EQ(book.execute(1, Side::kSell, -1), L3Status::kBadQuantity);
  EXPECT_EQ(book.cancel(9, Side::kBuy), L3Status::kUnknownOrder);
  EXPECT_EQ(book.watch(9), L3Status::kUnknownOrder);
  QueuePosition ahead;
  EXPECT_EQ(book.position(9, &ahead), L3Status::kUnknownOrder);
  EXPECT_EQ(book.add(2, Side::kBuy, 100, 5, 1), L3Status::kOk);
  EXPECT_EQ(book.add(3, Side::kBuy, 100, 5, 1), L3Status::kFull);
  EXPECT_EQ(book.level(Side::kBuy, 100).orders, 1);
  EXPECT_EQ(book.level(Side::kSell, kTop - 1).lots, kTop - 1);
}

BOT4_TEST("a level whose sum would pass 2^62 takes no more") {
  L3Book book(1024);
  constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;
  L3Status status = L3Status::kOk;
  std::uint64_t id = 0;
  while (status == L3Status::kOk) status = book.add(++id, Side::kBuy, 7, kMost, 1);
  EXPECT_EQ(status, L3Status::kBadQuantity);
  EXPECT_EQ(id, std::uint64_t{513});
  EXPECT_EQ(book.level(Side::kBuy, 7).lots, 512 * kMost);
  EXPECT_EQ(book.add(id, Side::kBuy, 8, kMost, 1), L3Status::kOk);
  EXPECT_EQ(book.modify(id, Side::kBuy, 7, kMost, 2), L3Status::kBadQuantity);
  EXPECT_EQ(book.modify(1, Side::kBuy, 7, kMost - 5, 2), L3Status::kOk);
  EXPECT_EQ(book.modify(1, Side::kBuy, 7, kMost, 3), L3Status::kOk);
}

BOT4_TEST("ids made to collide fill their part of the index and are then refused") {
  L3Book book(100000);
  int kept = 0;
  L3Status status = L3Status::kOk;
  std::vector<std::uint64_t> ids;
  for (std::uint64_t i = 1; i <= 400 && status == L3Status::kOk; ++i) {
    // The id whose product with the index's multiplier is i: the upper 32 bits of all are 0.
    constexpr std::uint64_t kInverse = 0xF1DE83E19937733Dull;
    static_assert(0x9E3779B97F4A7C15ull * kInverse == 1);
    const std::uint64_t folded = i * kInverse;
    const std::uint64_t id = folded ^ (folded >> 32);
    status = book.add(id, Side::kBuy, 1000, 1, 1);
    if (status == L3Status::kOk) {
      ids.push_back(id);
      ++kept;
    }
  }
  EXPECT_EQ(kept, OrderSlots::kMaxProbes);
  EXPECT_EQ(status, L3Status::kFull);
  EXPECT_EQ(std::int64_t{book.size()}, std::int64_t{OrderSlots::kMaxProbes});
  for (const std::uint64_t id : ids) EXPECT_EQ(book.cancel(id, Side::kBuy), L3Status::kOk);
  EXPECT_EQ(book.size(), 0u);
}

BOT4_TEST("nothing is allocated after construction, however far prices spread and move") {
  test::Random random(51);
  L3Book book(5000);
  const long before = allocations;
  std::int64_t mid = 10'000'000;
  std::uint64_t next = 1, oldest = 1;
  for (int n = 0; n < 100000; ++n) {
    mid += random.below(401) - 200;
    const std::int64_t away = random.below(random.below(3) == 0 ? 5'000'000 : 2000);
    if (book.size() == book.capacity()) {
      for (int i = 0; i < 3000; ++i, ++oldest) {
        L3Order order{};
        EXPECT(book.find(oldest, &order));
        EXPECT_EQ(book.cancel(oldest, order.side), L3Status::kOk);
      }
    }
    const Side side = random.below(2) == 0 ? Side::kBuy : Side::kSell;
    const std::int64_t ticks = side == Side::kBuy ? mid - away : mid + away;
    EXPECT_EQ(book.add(next++, side, ticks, 1 + random.below(9), n), L3Status::kOk);
  }
  EXPECT_EQ(allocations, before);
}

BOT4_TEST("orders by text id, as Kraken's level3 sends them: snapshot, add, modify, delete") {
  // The venue's fixtures: ids stand for the hash of "order-bid-1" and so on.
  enum : std::uint64_t { kBid1 = 11, kBid2, kBid3, kAsk1, kAsk2, kBidNew };
  L3Book book(16);
  EXPECT_EQ(book.add(kBid1, Side::kBuy, 420005, 50000000, 58), L3Status::kOk);
  EXPECT_EQ(book.add(kBid2, Side::kBuy, 420005, 120000000, 59), L3Status::kOk);
  EXPECT_EQ(book.add(kBid3, Side::kBuy, 419990, 30000000, 59), L3Status::kOk);
  EXPECT_EQ(book.add(kAsk1, Side::kSell, 420010, 80000000, 57), L3Status::kOk);
  EXPECT_EQ(book.add(kAsk2, Side::kSell, 420020, 200000000, 58), L3Status::kOk);
  EXPECT_EQ(book.add(kBidNew, Side::kBuy, 420000, 10000000, 61), L3Status::kOk);
  EXPECT_EQ(book.modify(kAsk1, Side::kSell, 420010, 50000000, 62), L3Status::kOk);
  EXPECT_EQ(book.modify(kBid1, Side::kBuy, 419980, 50000000, 63), L3Status::kOk);
  EXPECT_EQ(book.cancel(kAsk2, Side::kSell), L3Status::kOk);
  EXPECT_EQ(book.best(Side::kBuy), std::int64_t{420005});
  EXPECT_EQ(book.level(Side::kBuy, 420005).lots, std::int64_t{120000000});
  EXPECT_EQ(book.levels(Side::kBuy), std::int64_t{4});
  EXPECT_EQ(book.level(Side::kSell, 420010).lots, std::int64_t{50000000});
  EXPECT_EQ(book.levels(Side::kSell), std::int64_t{1});
}

BOT4_TEST_MAIN
