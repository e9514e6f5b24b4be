#pragma once
#include "core/instruments.h"
#include "core/market_message.h"
#include "decode/scan.h"

namespace bot4 {

/// Most levels of one side in one Binance message.
inline constexpr int kMaxBinanceLevels = 10000;

/// How many places the venue shows for an instrument's prices and quantities: only a guess, kept
/// from message to message; a wrong one costs time and is corrected.
struct LevelPlaces {
  int price = 2;
  int quantity = 3;
};

/// Reads the levels of one side, [["price","quantity"],…], from behind the opening bracket up to
/// and with the closing one, into ticks and lots. False where the text has another shape, a price
/// is off its grid or zero, or a number is beyond the exact range.
bool read_exact_levels(Scanner& scanner, const InstrumentSpec& spec, LevelPlaces& places,
                       Level* levels, int* count, int* rounded) noexcept;

}  // namespace bot4
