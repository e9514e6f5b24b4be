// L2 update plus best bid and ask: the bitmap window against std::map, on one random walk.
#include <map>
#include <memory>
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

/// A price that wanders, levels near it, a third of the updates removals, far ones now and then.
std::vector<Update> walk() {
  std::vector<Update> updates;
  std::uint64_t state = 7;
  const auto below = [&state](std::int64_t n) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(n));
  };
  std::int64_t mid = 600'000;
  while (updates.size() < kUpdates) {
    mid += below(7) - 3;
    const std::int64_t reach = below(20) == 0 ? 3000 : 60;
    const Side side = below(2) == 0 ? Side::kBuy : Side::kSell;
    const std::int64_t away = 1 + below(reach);
    updates.push_back({side, side == Side::kBuy ? mid - away : mid + away, below(3) == 0 ? 0 : 1 + below(999)});
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
