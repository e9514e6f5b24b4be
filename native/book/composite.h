#pragma once
#include <cstdint>

#include "core/status.h"

namespace bot4 {

/// One side of a composite best bid and offer.
struct CompositeQuote {
  std::int64_t price_e8 = 0;           ///< Best price, 1e-8 quote units; 0 = no venue has one.
  std::int64_t quantity_e8 = 0;        ///< Quantity at the best venue, 1e-8 base units.
  std::int64_t total_quantity_e8 = 0;  ///< Quantity at that price over all live venues.
  int venue = -1;                      ///< The venue of the price; the larger quantity wins a tie,
                                       ///< then the lower index. -1 = none.
};

/// The best bid and offer over several venues at one time.
struct CompositeTop {
  CompositeQuote bid;
  CompositeQuote ask;
  std::uint32_t live = 0;   ///< Bit v: venue v has a quote within its age limit.
  std::uint32_t stale = 0;  ///< Bit v: venue v has a quote that is too old.
  bool locked = false;      ///< Best bid == best ask.
  bool crossed = false;     ///< Best bid > best ask: at two venues, or one of them is late.
};

/// Best bid and offer of one underlying over up to 16 venues with grids of their own.
///
/// A venue whose last quote is older than its age limit drops out until its next one; the limit is
/// inclusive. A venue without levels on a side quotes price 0 there.
///
/// Units:       prices in 1e-8 quote units, quantities in 1e-8 base units, times in ns since the
///              epoch, as events give them.
/// Determinism: a function of the updates and the times asked for.
/// Cost:        update O(1), top O(venues); no allocation.
class CompositeBook {
 public:
  static constexpr int kMaxVenues = 16;

  /// Adds a venue and returns its index, or -1 when there are 16, a grid is not above 0, or the age
  /// limit is negative.
  int add_venue(std::int64_t tick_e8, std::int64_t step_e8, std::int64_t max_age_ns) noexcept;

  /// Takes a venue's best bid and ask in its own ticks and lots; 0 ticks stand for an empty side.
  /// kOk; kBadArgument (no such venue, a negative number, a price without a quantity or the other
  /// way round), kNumberOverflow (beyond int64 in 1e-8 units) or kStaleUpdate (earlier than the
  /// venue's last): nothing changed.
  Status update(int venue, std::int64_t bid_ticks, std::int64_t bid_lots, std::int64_t ask_ticks,
                std::int64_t ask_lots, std::int64_t at_ns) noexcept;

  /// Takes a venue's quotes away, because its book is broken, until its next update. Requires a
  /// venue.
  void withdraw(int venue) noexcept;

  /// The composite at a time, which is not before the updates it is to judge: a quote from later
  /// than `now_ns` counts as fresh.
  CompositeTop top(std::int64_t now_ns) const noexcept;

 private:
  struct Venue {
    std::int64_t tick_e8 = 0;
    std::int64_t step_e8 = 0;
    std::int64_t max_age_ns = 0;
    std::int64_t at_ns = INT64_MIN;
    std::int64_t bid_e8 = 0;
    std::int64_t bid_quantity_e8 = 0;
    std::int64_t ask_e8 = 0;
    std::int64_t ask_quantity_e8 = 0;
    bool quoted = false;
  };

  Venue venues_[kMaxVenues];
  int count_ = 0;
};

}  // namespace bot4
