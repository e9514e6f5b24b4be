#pragma once
#include <cstdint>

#include "core/side.h"

namespace bot4 {

/// Receives what the verified book and the tape do, in the order it happens, on the engine's own
/// thread. Implemented by the replay matcher; every function must be set when `self` is.
///
/// Order within one depth message: `on_level` for each changed level (the book already holds the
/// new quantity), then one `on_update` when the whole message is applied and the book is
/// consistent. A snapshot or a broken sequence calls `on_reset` (the book is empty then); the
/// levels of a snapshot follow as `on_level` with `old_lots` 0 and one `on_update`.
///
/// Units: `symbol` is the instrument's dense index, prices in ticks, quantities in lots, `at_ns`
///        the receive time of the frame in ns since the epoch.
struct MarketObserver {
  void* self = nullptr;
  /// A level's displayed quantity went from `old_lots` to `new_lots` (0 = the level is gone).
  void (*on_level)(void* self, int symbol, Side side, std::int64_t ticks, std::int64_t old_lots,
                   std::int64_t new_lots, std::int64_t at_ns) noexcept = nullptr;
  /// A trade printed; `aggressor` took liquidity.
  void (*on_trade)(void* self, int symbol, std::int64_t ticks, std::int64_t lots, Side aggressor,
                   std::int64_t at_ns) noexcept = nullptr;
  /// A whole depth message or snapshot is in the book.
  void (*on_update)(void* self, int symbol, std::int64_t at_ns) noexcept = nullptr;
  /// The book was emptied: its truth is unknown until levels follow.
  void (*on_reset)(void* self, int symbol, std::int64_t at_ns) noexcept = nullptr;
};

}  // namespace bot4
