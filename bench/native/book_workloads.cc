// Books: L2 update plus best bid and ask against std::map on one walk of the price.
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "book/l2_book.h"
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

/// A book whose price rises 50,000 ticks and falls back, so that the window moves on the way. Levels
/// that the price has passed, and those 3,000 ticks behind it, are taken away as a venue does; of
/// the other updates most are within 60 ticks, one in twenty within 3,000, a third are removals.
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

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
const WorkloadEntry kBookWorkloads[] = {{"book.l2", make<BitmapBook>},
                                        {"book.l2/std::map", make<MapBook>},
                                        {nullptr, nullptr}};

}  // namespace bot4::bench
