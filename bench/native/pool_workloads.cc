// Objects of 128 bytes, as an order has, with random lifetimes: runs of births and of deaths of
// random objects, about ten thousand alive. The index pool against malloc.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "ring/index_pool.h"
#include "workload.h"

using namespace bot4;

namespace {

/// Enough that what the other of a pair left in the caches no longer counts.
constexpr std::size_t kSteps = 1'600'000;
constexpr std::uint64_t kMost = 20'000;

struct Order {
  std::uint64_t id;
  std::uint64_t rest[15];
};

/// Births and then deaths, as many of each as said; the dead by their positions among the living.
struct Run {
  std::uint32_t births;
  std::uint32_t deaths;
};

struct Plan {
  std::vector<Run> runs;
  /// For each step in order, where the name of its object lies in the table of the living.
  std::vector<std::uint16_t> places;
};

/// Who is born and dies when: drawn beforehand, so that a step reads its place and does nothing
/// else beside the work of the store.
const Plan& plan() {
  static const Plan made = [] {
    Plan p;
    std::uint64_t state = 99;
    const auto below = [&state](std::uint64_t n) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      return (state >> 33) % n;
    };
    std::vector<std::uint32_t> living, vacant;
    for (std::uint32_t place = kMost; place > 0; --place) vacant.push_back(place - 1);
    const auto bury = [&](std::size_t at) {
      p.places.push_back(static_cast<std::uint16_t>(living[at]));
      vacant.push_back(living[at]);
      living[at] = living.back();
      living.pop_back();
    };
    for (std::size_t steps = 0; steps < kSteps;) {
      // More births than deaths below half of the bound, fewer above: about ten thousand live.
      const std::uint64_t longest = 1 + kMost * 64 / (kMost / 2 + living.size());
      const std::uint64_t left = kSteps - steps;
      const std::uint64_t births = std::min({below(longest), kMost - living.size(), left});
      for (std::uint64_t n = 0; n < births; ++n) {
        p.places.push_back(static_cast<std::uint16_t>(vacant.back()));
        living.push_back(vacant.back());
        vacant.pop_back();
      }
      const std::uint64_t deaths = std::min({below(64), living.size(), left - births});
      p.runs.push_back({static_cast<std::uint32_t>(births), static_cast<std::uint32_t>(deaths)});
      for (std::uint64_t n = 0; n < deaths; ++n) bury(below(living.size()));
      steps += births + deaths;
    }
    p.runs.push_back({0, static_cast<std::uint32_t>(living.size())});
    while (!living.empty()) bury(living.size() - 1);
    return p;
  }();
  return made;
}

/// Runs the plan over `Store`, which makes, reads and frees; ends with nobody alive.
template <typename Store>
class RandomLifetimes : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return plan().places.size(); }
  std::uint64_t run() noexcept override {
    const std::uint16_t* place = plan().places.data();
    std::uint64_t id = 0;
    std::uint64_t total = 0;
    for (const Run& step : plan().runs) {
      for (const auto* end = place + step.births; place != end; ++place) {
        living_[*place] = store_.make(++id);
      }
      for (const auto* end = place + step.deaths; place != end; ++place) {
        total += store_.drop(living_[*place]) * *place;
      }
    }
    bench::Checksum sum;
    sum.fold(total);
    return sum.value();
  }

 private:
  Store store_;
  typename Store::Name living_[kMost];
};

class PoolStore {
 public:
  using Name = IndexPool<Order>::Index;
  Name make(std::uint64_t id) noexcept {
    const Name name = pool_.allocate();
    pool_[name].id = id;
    return name;
  }
  std::uint64_t drop(Name name) noexcept {
    const std::uint64_t id = pool_[name].id;
    pool_.release(name);
    return id;
  }

 private:
  IndexPool<Order> pool_{kMost};
};

class MallocStore {
 public:
  using Name = Order*;
  /// Keeps the heap between batches, as a service that never empties it does: giving it back and
  /// faulting it in again would be a burden of the benchmark's own.
  MallocStore() noexcept { mallopt(M_TRIM_THRESHOLD, 1 << 30); }
  Name make(std::uint64_t id) noexcept {
    auto* order = static_cast<Order*>(std::malloc(sizeof(Order)));
    order->id = id;
    return order;
  }
  std::uint64_t drop(Name order) noexcept {
    const std::uint64_t id = order->id;
    std::free(order);
    return id;
  }
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kPoolWorkloads[];
const WorkloadEntry kPoolWorkloads[] = {{"pool.random", make<RandomLifetimes<PoolStore>>},
                                        {"pool.random/malloc", make<RandomLifetimes<MallocStore>>},
                                        {nullptr, nullptr}};

}  // namespace bot4::bench
