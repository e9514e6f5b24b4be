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
/// side that changed, prints the levels it did not have, and sums from the first byte that may
/// differ.
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
    const std::int64_t tenth = half.levels[kLevels - 1].ticks;
    const bool reaches = side == Side::kBuy ? ticks >= tenth : ticks <= tenth;
    half.changed = half.changed || half.count < kLevels || reaches;
  }

  /// Forgets everything: the book was cleared or replaced.
  void reset() noexcept {
    for (Half& half : halves_) {
      half.count = 0;
      half.changed = true;
    }
  }

  /// The checksum of the book as it is now.
  std::uint32_t value(const L2Book& book) noexcept;

 private:
  static constexpr std::size_t kTextMax = 40;  // Two numbers below 2^64.
  static constexpr std::size_t kStride = 16;   // Bytes between two kept registers.
  static constexpr std::size_t kTextAll = 2 * kLevels * kTextMax;

  struct Printed {
    std::int64_t ticks = 0;
    std::int64_t lots = 0;
    std::size_t size = 0;
    char text[kTextMax];
  };
  /// The best levels of a side with their digits.
  struct Half {
    int count = 0;
    bool changed = true;
    Printed levels[kLevels];
  };

  int refresh(const L2Book& book, Side side) noexcept;
  void print(Printed* level, std::int64_t ticks, std::int64_t lots) const noexcept;
  std::size_t assemble(const Half& half, int first, std::size_t at) noexcept;
  void sum_from(std::size_t changed) noexcept;

  std::uint64_t price_factor_;
  std::uint64_t quantity_factor_;
  Half halves_[2];
  Printed former_[kLevels];              // Scratch of refresh.
  std::size_t begin_[2 * kLevels] = {};  // Where each level's text begins, asks first.
  std::size_t asks_size_ = 0;
  std::size_t size_ = 0;
  char text_[kTextAll + kTextMax];  // Both sides' digits, and room for a whole level's copy.
  std::uint32_t states_[kTextAll / kStride + 1] = {};  // Register after every kStride bytes.
  std::uint32_t value_ = 0;
};

}  // namespace bot4
