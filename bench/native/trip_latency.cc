#include "trip_latency.h"

#include <atomic>

#include "core/breaker.h"
#include "tick_clock.h"
#include "two_cores.h"

namespace bot4::bench {

namespace {

constexpr int kVenue = 4;

struct Meeting {
  alignas(128) std::uint32_t words[CircuitBreaker::kWords] = {};
  CircuitBreaker breaker{words};
  /// The watcher's release after `seen_at` pairs with the tripper's acquire: the trip was seen.
  alignas(128) std::atomic<int> seen{0};
  std::uint64_t seen_at = 0;
};

}  // namespace

LatencyHistogram trip_latencies(int trips) {
  LatencyHistogram latencies;
  if (usable_cpus().size() < 2) return latencies;
  const double ns_per_tick = TickClock::ns_per_tick();
  Meeting meeting;
  on_two_cores(
      [&] {
        for (int n = 1; n <= trips; ++n) {
          // Long enough that the watcher is back at its check, with the line in its own cache.
          const std::uint64_t until = TickClock::now() + 2'000;
          while (TickClock::now() < until) {
          }
          const std::uint64_t tripped_at = TickClock::now();
          meeting.breaker.trip(kVenue, 1);
          while (meeting.seen.load(std::memory_order_acquire) != n) {
          }
          const auto ticks = static_cast<double>(meeting.seen_at - tripped_at);
          latencies.record(static_cast<std::int64_t>(ticks * ns_per_tick));
        }
      },
      [&] {
        for (int n = 1; n <= trips; ++n) {
          while (!meeting.breaker.is_open(kVenue)) {
          }
          meeting.seen_at = TickClock::now();
          meeting.breaker.reset(kVenue, 1);
          meeting.seen.store(n, std::memory_order_release);
        }
      });
  return latencies;
}

}  // namespace bot4::bench
