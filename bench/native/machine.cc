#include "machine.h"

#include "tick_clock.h"

namespace bot4::bench {

double effective_ghz() noexcept {
  constexpr int kSteps = 30'000'000;
  constexpr double kCycles = 3.0;
  std::uint64_t value = 3;
  const std::uint64_t from = TickClock::now();
  for (int i = 0; i < kSteps; ++i) {
    asm volatile("imul %0, %0" : "+r"(value));
  }
  const double ns = static_cast<double>(TickClock::now() - from) * TickClock::ns_per_tick();
  return kSteps * kCycles / ns;
}

double tick_step_ns() noexcept {
  // The smallest differences are the jitter of a scaled counter, so the first per mille is left out.
  LatencyHistogram steps;
  std::uint64_t last = TickClock::now();
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint64_t now = TickClock::now();
    const double ns = static_cast<double>(now - last) * TickClock::ns_per_tick();
    if (now != last) steps.record(static_cast<std::int64_t>(ns + 0.5));
    last = now;
  }
  return steps.percentile(0.1);
}

LatencyHistogram clock_pairs(int count) {
  LatencyHistogram pairs;
  const double ns_per_tick = TickClock::ns_per_tick();
  for (int i = 0; i < count; ++i) {
    const std::uint64_t from = TickClock::now();
    const std::uint64_t to = TickClock::now();
    pairs.record(static_cast<std::int64_t>(static_cast<double>(to - from) * ns_per_tick));
  }
  return pairs;
}

StallLedger watch_stalls(double ms) noexcept {
  StallLedger ledger;
  const double ns_per_tick = TickClock::ns_per_tick();
  const std::uint64_t end = TickClock::now() + static_cast<std::uint64_t>(ms * 1e6 / ns_per_tick);
  std::uint64_t seen = TickClock::now();
  while (seen < end) {
    const std::uint64_t at = TickClock::now();
    ledger.gap(static_cast<double>(at - seen) * ns_per_tick);
    seen = at;
  }
  return ledger;
}

}  // namespace bot4::bench
