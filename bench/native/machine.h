#pragma once
#include "histogram.h"
#include "stall_ledger.h"

namespace bot4::bench {

/// Core clock under load, GHz: a chain of dependent 64-bit multiplications, three cycles each on
/// every x86-64 core of the last fifteen years.
double effective_ghz() noexcept;

/// The step of the time-stamp counter, ns: the smallest usual difference of two readings.
double tick_step_ns() noexcept;

/// Latencies of nothing: two readings of the clock, one after the other.
LatencyHistogram clock_pairs(int count);

/// Waits for `ms` and notes what the machine took away.
StallLedger watch_stalls(double ms) noexcept;

}  // namespace bot4::bench
