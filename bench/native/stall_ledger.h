#pragma once
#include <cstdint>

namespace bot4::bench {

/// What the machine took from a loop that only waited: gaps between two looks at the clock.
struct StallLedger {
  static constexpr int kBounds = 5;
  /// Lower bounds of the classes, ns: 1 us, 10 us, 100 us, 1 ms, 10 ms.
  static constexpr double kFromNs[kBounds] = {1e3, 1e4, 1e5, 1e6, 1e7};

  double counts[kBounds] = {};
  double longest_ns = 0;
  double lost_ns = 0;     ///< Sum of the gaps from 1 us on.
  double watched_ns = 0;  ///< Time spent waiting in all.

  void gap(double ns) noexcept {
    watched_ns += ns;
    if (ns > longest_ns) longest_ns = ns;
    if (ns < kFromNs[0]) return;
    lost_ns += ns;
    int bound = 0;
    while (bound + 1 < kBounds && ns >= kFromNs[bound + 1]) ++bound;
    counts[bound] += 1;
  }
};

}  // namespace bot4::bench
