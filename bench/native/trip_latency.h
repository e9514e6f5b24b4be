#pragma once
#include "histogram.h"

namespace bot4::bench {

/// Latencies of a breaker's trip from one pinned core to another that spins on the check, by one
/// time-stamp counter on both. Empty where the build has no breaker or this process only one core.
LatencyHistogram trip_latencies(int trips);

}  // namespace bot4::bench
