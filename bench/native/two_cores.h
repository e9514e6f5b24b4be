#pragma once
#include <atomic>
#include <thread>
#include <vector>

#include "core/affinity.h"

namespace bot4::bench {

/// The CPUs that this process may use, found once.
inline const std::vector<int>& usable_cpus() {
  static const std::vector<int> found = [] {
    std::vector<int> all(1024);
    const std::size_t count = allowed_cpus(all.data(), all.size());
    all.resize(count < all.size() ? count : all.size());
    return all;
  }();
  return found;
}

/// Runs `near` on this thread and `far` on another, each pinned to a core of its own.
/// Requires: two usable CPUs.
template <typename Near, typename Far>
void on_two_cores(const Near& near, const Far& far) {
  const std::vector<int>& cpus = usable_cpus();
  std::atomic<bool> ready{false};  // The far thread's release pairs with the acquire below.
  std::thread thread([&] {
    pin_to_cpu(cpus[1]);
    ready.store(true, std::memory_order_release);
    far();
  });
  pin_to_cpu(cpus[0]);
  while (!ready.load(std::memory_order_acquire)) spin_pause();
  near();
  thread.join();
  allow_cpus(cpus.data(), cpus.size());
}

}  // namespace bot4::bench
