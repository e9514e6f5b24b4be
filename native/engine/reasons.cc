#include "engine/reasons.h"

namespace bot4 {

const char* reason_name(int bit) noexcept {
  static const char* const kNames[kReasonCount] = {
      "not-finite",     "no-signal", "no-edge", "below-minimum",  "halted",  "capped",
      "no-policy",      "unsynchronised", "one-sided-book", "not-warm", "stale", "spread-too-wide",
      "position-limit", "reduced",   "interval", "rate",          "ring-full", "unchanged",
      "breaker-open",   "stale-mark", "price-band", "order-lots", "position-room",
      "order-notional", "position-notional", "collar"};
  return kNames[bit];
}

}  // namespace bot4
