// Order-by-order records of markets: they make the queue positions of our orders exact.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "book/l2_book.h"
#include "book/l3_book.h"
#include "match/replay_matcher.h"

namespace bot4::match {

/// What a record tells of one order.
enum class OrderChange : std::int32_t {
  kAdd = 0,      ///< It rests: side, ticks, lots.
  kModify = 1,   ///< It has another price or quantity; less at the same price keeps its place.
  kCancel = 2,   ///< It is gone.
  kExecute = 3,  ///< `lots` of it traded, at its own price.
};

inline constexpr int kOrderChanges = 4;

/// One event of a record; `ticks` of kAdd and kModify only, `lots` not of kCancel.
struct RecordedChange {
  OrderChange what;
  Side side;
  std::uint64_t id;
  std::int64_t ticks;
  std::int64_t lots;
  std::int64_t at_ns;
};

/// The markets of an order-by-order record. A matcher of the model kExact works on their books.
///
/// Requires:    the record tells each execution before what it leads to, as venues do.
/// Determinism: a function of the calls.
/// Cost:        that of an L3Book, and of our resting orders, for each change. No allocation in
///              steady state.
class OrderRecords {
 public:
  /// `capacity` recorded orders for each symbol.
  OrderRecords(std::int32_t symbols, std::uint32_t capacity);

  std::size_t symbols() const noexcept { return markets_.size(); }

  /// For the constructor of the matcher.
  std::vector<const L2Book*> books() const;

  /// Applies a change and tells the matcher: kOk, or why it contradicts the book, which then stays
  /// as it is. Requires: a symbol of the record.
  L3Status apply(ReplayMatcher& matcher, std::int32_t symbol,
                 const RecordedChange& change) noexcept;

 private:
  struct Market {
    explicit Market(std::uint32_t capacity) : orders(capacity) {}
    L3Book orders;  ///< `queued_ns` holds places instead of times.
    L2Book levels;
  };

  L3Status change_order(Market& market, const RecordedChange& change, std::int64_t place) noexcept;
  static void show(Market& market, const MarketObserver& observer, int symbol, Side side,
                   std::int64_t ticks, std::int64_t at_ns) noexcept;

  std::vector<std::unique_ptr<Market>> markets_;
};

}  // namespace bot4::match
