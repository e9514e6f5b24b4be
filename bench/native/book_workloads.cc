// Books: L2 update plus best bid and ask against std::map on one walk of the price; adding and
// cancelling orders against std::map and std::list; the checksum of every update.
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "book/book_checksum.h"
#include "book/l2_book.h"
#include "book/l3_book.h"
#include "order_stream.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kUpdates = 200'000;

struct Update {
  Side side;
  std::int64_t ticks;
  std::int64_t lots;
};

/// The stream's own random numbers.
class Lcg {
 public:
  explicit Lcg(std::uint64_t seed) : state_(seed) {}
  std::int64_t below(std::int64_t n) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }

 private:
  std::uint64_t state_;
};

/// A book whose price rises 50,000 ticks and falls back, so that the window moves on the way.
/// Levels that the price has passed, and those 3,000 ticks behind it, are taken away as a venue
/// does; of the others most are within 60 ticks, one in twenty within 3,000, a third removals.
std::vector<Update> walk() {
  constexpr std::int64_t kReach = 3000;
  std::vector<Update> updates;
  Lcg random(7);
  std::set<std::int64_t> bids, asks;
  std::int64_t mid = 600'000;
  while (updates.size() < kUpdates) {
    const std::int64_t trend = updates.size() < kUpdates / 2 ? 2 : -2;
    if (random.below(4) == 0) mid += random.below(7) - 3 + trend;
    Update u{Side::kBuy, 0, 0};
    if (!bids.empty() && *bids.rbegin() >= mid) {
      u.ticks = *bids.rbegin();
    } else if (!asks.empty() && *asks.begin() <= mid) {
      u = {Side::kSell, *asks.begin(), 0};
    } else if (!bids.empty() && *bids.begin() < mid - kReach) {
      u.ticks = *bids.begin();
    } else if (!asks.empty() && *asks.rbegin() > mid + kReach) {
      u = {Side::kSell, *asks.rbegin(), 0};
    } else {
      const std::int64_t away = 1 + random.below(random.below(20) == 0 ? kReach : 60);
      u.side = random.below(2) == 0 ? Side::kBuy : Side::kSell;
      u.ticks = u.side == Side::kBuy ? mid - away : mid + away;
      u.lots = random.below(3) == 0 ? 0 : 1 + random.below(999);
    }
    auto& half = u.side == Side::kBuy ? bids : asks;
    if (u.lots == 0) {
      half.erase(u.ticks);
    } else {
      half.insert(u.ticks);
    }
    updates.push_back(u);
  }
  return updates;
}

/// The updates are made once and shared by the peers.
const std::vector<Update>& updates() {
  static const std::vector<Update> all = walk();
  return all;
}

class BitmapBook : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kUpdates; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    book_.clear();
    for (const Update& u : updates()) {
      book_.set(u.side, u.ticks, u.lots);
      sum.fold(book_.best(Side::kBuy) * 3 + book_.best(Side::kSell));
    }
    return sum.value();
  }

 private:
  L2Book book_;
};

class MapBook : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kUpdates; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    bids_.clear();
    asks_.clear();
    for (const Update& u : updates()) {
      auto& half = u.side == Side::kBuy ? bids_ : asks_;
      if (u.lots == 0) {
        half.erase(u.ticks);
      } else {
        half[u.ticks] = u.lots;
      }
      const std::int64_t bid = bids_.empty() ? 0 : bids_.rbegin()->first;
      const std::int64_t ask = asks_.empty() ? 0 : asks_.begin()->first;
      sum.fold(bid * 3 + ask);
    }
    return sum.value();
  }

 private:
  std::map<std::int64_t, std::int64_t> bids_, asks_;
};

class OrderBook : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return bench::order_requests().size(); }
  std::uint64_t run() noexcept override {
    bench::OrderChecksum sum;
    std::size_t until_quote = 1;
    for (const bench::OrderRequest& r : bench::order_requests()) {
      if (r.is_add) {
        book_.add(r.id, r.side, r.ticks, r.lots, 0);
      } else {
        L3Order removed{};
        book_.cancel(r.id, r.side, &removed);
        sum.fold(removed.ticks * 4096 + removed.lots);
      }
      if (--until_quote != 0) continue;
      until_quote = 1000;
      sum.fold(book_.best(Side::kBuy) + book_.best(Side::kSell));
    }
    return sum.value();
  }

 private:
  L3Book book_{4096};
};

class MapOrderBook : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return bench::order_requests().size(); }
  std::uint64_t run() noexcept override {
    bench::OrderChecksum sum;
    std::size_t until_quote = 1;
    for (const bench::OrderRequest& r : bench::order_requests()) {
      if (r.is_add) {
        auto level = queues_[index_of(r.side)].try_emplace(r.ticks).first;
        level->second.push_back({r.ticks, r.lots});
        places_[r.id] = {r.side, level, std::prev(level->second.end())};
      } else {
        const auto found = places_.find(r.id);
        const Place place = found->second;
        sum.fold(place.order->ticks * 4096 + place.order->lots);
        place.level->second.erase(place.order);
        if (place.level->second.empty()) queues_[index_of(place.side)].erase(place.level);
        places_.erase(found);
      }
      if (--until_quote != 0) continue;
      until_quote = 1000;
      const std::int64_t bid = queues_[0].empty() ? 0 : queues_[0].rbegin()->first;
      const std::int64_t ask = queues_[1].empty() ? 0 : queues_[1].begin()->first;
      sum.fold(bid + ask);
    }
    return sum.value();
  }

 private:
  struct Resting {
    std::int64_t ticks;
    std::int64_t lots;
  };
  using Queue = std::list<Resting>;
  using Queues = std::map<std::int64_t, Queue>;
  struct Place {
    Side side;
    Queues::iterator level;
    Queue::iterator order;
  };
  static std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

  Queues queues_[2];
  std::unordered_map<std::uint64_t, Place> places_;
};

/// The walk's first updates, each followed by the checksum of its ten best
/// levels: incrementally, or from nothing.
template <bool kWhole>
class ChecksummedBook : public bench::Workload {
 public:
  static constexpr std::size_t kCount = 20'000;
  std::uint64_t operations() const noexcept override { return kCount; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    book_.clear();
    checksum_.reset();
    for (std::size_t i = 0; i < kCount; ++i) {
      const Update& u = updates()[i];
      book_.set(u.side, u.ticks, u.lots);
      if constexpr (kWhole) {
        checksum_.reset();
      } else {
        checksum_.touch(u.side, u.ticks);
      }
      sum.fold(std::uint64_t{checksum_.value(book_)});
    }
    return sum.value();
  }

 private:
  L2Book book_;
  BookChecksum checksum_{1, 100'000};
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
const WorkloadEntry kBookWorkloads[] = {{"book.l2", make<BitmapBook>},
                                        {"book.l2/std::map", make<MapBook>},
                                        {"book.l3", make<OrderBook>},
                                        {"book.l3/std::map+list", make<MapOrderBook>},
                                        {"book.crc", make<ChecksummedBook<false>>},
                                        {"book.crc/whole", make<ChecksummedBook<true>>},
                                        {nullptr, nullptr}};

}  // namespace bot4::bench
