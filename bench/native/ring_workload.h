#pragma once
// How workloads over queues between two threads are made.
#include <memory>
#include <type_traits>

#include "ring_queues.h"
#include "two_cores.h"
#include "workload.h"

namespace bot4::bench {

/// Null where this process may use one CPU only.
template <typename Kind>
std::unique_ptr<Workload> make_on_two(const char*) {
  if (usable_cpus().size() < 2) return nullptr;
  return std::make_unique<Kind>();
}

/// Null where the peer is not installed: its name stays, so that a run can say so.
template <template <typename> typename Kind, typename Queue>
std::unique_ptr<Workload> make_ring_peer(const char* directory) {
  if constexpr (std::is_same_v<Queue, Missing>) {
    return nullptr;
  } else {
    return make_on_two<Kind<Queue>>(directory);
  }
}

}  // namespace bot4::bench
