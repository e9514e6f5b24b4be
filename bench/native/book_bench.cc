// L2 update plus best bid and ask: the bitmap window against std::map, on one random walk.
#include <map>
#include <memory>
#include <vector>

#include "book/l2_book.h"
#include "measure.h"

using namespace bot4;

namespace {

constexpr int kUpdates = 200'000;

struct Update {
  Side side;
  std::int64_t ticks;
  std::int64_t lots;
};

struct Work {
  std::vector<Update> updates;
  std::unique_ptr<L2Book> book = std::make_unique<L2Book>();
  std::map<std::int64_t, std::int64_t> bids, asks;
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

std::uint64_t run_book(void* state) {
  auto* w = static_cast<Work*>(state);
  bench::Checksum sum;
  w->book->clear();
  for (const Update& u : w->updates) {
    w->book->set(u.side, u.ticks, u.lots);
    sum.fold(w->book->best(Side::kBuy) * 3 + w->book->best(Side::kSell));
  }
  return sum.value();
}

std::uint64_t run_map(void* state) {
  auto* w = static_cast<Work*>(state);
  bench::Checksum sum;
  w->bids.clear();
  w->asks.clear();
  for (const Update& u : w->updates) {
    auto& half = u.side == Side::kBuy ? w->bids : w->asks;
    if (u.lots == 0) {
      half.erase(u.ticks);
    } else {
      half[u.ticks] = u.lots;
    }
    const std::int64_t bid = w->bids.empty() ? 0 : w->bids.rbegin()->first;
    const std::int64_t ask = w->asks.empty() ? 0 : w->asks.begin()->first;
    sum.fold(bid * 3 + ask);
  }
  return sum.value();
}

}  // namespace

int main() {
  bench::print_manifest("baseline");
  Work work;
  work.updates = walk();
  bench::paired("throughput", {"L2Book update + best", run_book, &work},
                {"std::map update + best", run_map, &work}, kUpdates);
  return 0;
}
