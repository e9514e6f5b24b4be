#pragma once
#include <cstddef>
#include <cstdint>

#include "book/l2_book.h"

namespace bot4 {

/// Kraken's checksum of a book: the CRC-32 over its ten best asks, then its ten best bids.
///
/// Each level gives the digits of its price and of its quantity, as printed with the pair's
/// decimals but without the point and without leading zeros: those of ticks * price_factor and of
/// lots * quantity_factor. A side with fewer levels gives those it has.
///
/// Kept incrementally: an update beyond the tenth level costs a comparison; another one walks the
/// side that changed and prints and sums from the first level that differs.
///
/// Requires:    ticks * price_factor and lots * quantity_factor below 2^64, as decoded ones are.
/// Determinism: exact; no floating point.
/// Cost:        bench workload book.crc; no allocation.
/// Source:      https://docs.kraken.com/api/docs/guides/spot-ws-book-v2
class BookChecksum {
 public:
  static constexpr int kLevels = 10;

  /// The factors are InstrumentSpec's.
  BookChecksum(std::int64_t price_factor, std::int64_t quantity_factor) noexcept
      : price_factor_(static_cast<std::uint64_t>(price_factor)),
        quantity_factor_(static_cast<std::uint64_t>(quantity_factor)) {}

  /// Notes that a level changed. Every change of the book must be noted before `value`.
  void touch(Side side, std::int64_t ticks) noexcept {
    Half& half = halves_[static_cast<std::size_t>(side)];
    const std::int64_t tenth = half.ticks[kLevels - 1];
    const bool reaches = side == Side::kBuy ? ticks >= tenth : ticks <= tenth;
    half.changed = half.changed || half.count < kLevels || reaches;
  }

  /// Forgets everything: the book was cleared or replaced.
  void reset() noexcept {
    for (Half& half : halves_) {
      half.count = 0;
      half.changed = true;
    }
    asks_valid_ = false;
  }

  /// The checksum of the book as it is now.
  std::uint32_t value(const L2Book& book) noexcept;

 private:
  static constexpr std::size_t kTextMax = 40;  // Two numbers below 2^64.

  /// The best levels of a side with their digits, one after the other. text of level i lies in
  /// [begin[i], begin[i + 1]).
  struct Half {
    int count = 0;
    bool changed = true;
    std::int64_t ticks[kLevels] = {};
    std::int64_t lots[kLevels] = {};
    std::uint32_t begin[kLevels + 1] = {};
    char text[kLevels * kTextMax];
  };

  int refresh(const L2Book& book, Side side) noexcept;

  std::uint64_t price_factor_;
  std::uint64_t quantity_factor_;
  Half halves_[2];
  bool asks_valid_ = false;
  std::uint32_t ask_states_[kLevels + 1] = {};  // Register before each ask and after the last.
  std::uint32_t value_ = 0;
};

}  // namespace bot4
