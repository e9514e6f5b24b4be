#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/instruments.h"
#include "core/market_message.h"
#include "decode/binance_levels.h"
#include "decode/scan.h"

namespace bot4 {

/// Decodes Binance messages whose shape is the venue's to the byte: fields in their order, no white
/// space, no escapes, numbers of at most 8 whole digits and 8 places.
///
/// One function for each message kind; each goes through the bytes once and gives up at the first
/// that differs. It accepts only what `BinanceJson` accepts, with the identical event.
class BinanceExact {
 public:
  /// `instruments` must outlive the decoder.
  explicit BinanceExact(const Instruments& instruments);

  /// Whether the message had a known shape and good content; then `*message` is filled, and its
  /// levels are valid until the next call. Otherwise nothing in `*message` means anything.
  /// Requires: -1 <= frame_symbol < number of instruments; `kDecodePadding` readable bytes behind
  ///           the message.
  bool decode(const char* data, std::size_t length, int frame_symbol,
              MarketMessage* message) noexcept;

 private:
  struct Frame;

  bool by_event(Frame& f) noexcept;
  bool depth(Frame& f) noexcept;
  bool snapshot(Frame& f) noexcept;
  bool ticker(Frame& f, bool named) noexcept;
  bool trade(Frame& f) noexcept;
  bool aggregate_trade(Frame& f) noexcept;
  bool mark(Frame& f) noexcept;
  bool forced_order(Frame& f) noexcept;

  bool symbol(Frame& f) noexcept;
  bool price(Frame& f, std::int64_t* ticks) const noexcept;
  bool quantity(Frame& f, std::int64_t* lots) const noexcept;
  bool print(Frame& f) const noexcept;
  bool taker(Frame& f) const noexcept;

  const Instruments& instruments_;
  std::unique_ptr<Level[]> bids_;
  std::unique_ptr<Level[]> asks_;
  LevelPlaces places_[Instruments::kMax];
  int last_found_ = -1;
};

}  // namespace bot4
