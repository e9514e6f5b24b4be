#pragma once
#include <cstddef>
#include <cstdint>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"
#include "decode/binance_exact.h"
#include "decode/binance_json.h"

namespace bot4 {

/// Decodes Binance market messages of spot, USD-M and COIN-M futures into exact integers.
///
/// Reads combined-stream envelopes {"stream":…,"data":{…}} and bare messages: depthUpdate and
/// partial depth, trade, aggTrade, bookTicker (with or without "e"), markPriceUpdate, forceOrder,
/// and REST depth snapshots. A message in the venue's usual shape goes through `BinanceExact`; any
/// other through `BinanceJson`, which takes the same fields in any order and is what defines the
/// outcome: the exact decoders accept only what it accepts, with the same event.
///
/// Decimal text becomes an integer of 1e-8 and is divided by the grid: no float on the way. A price
/// off its grid is refused. A quantity off its grid is rounded down to whole lots, but never to
/// zero, and counted: venues display such remainders of orders that are older than the present
/// step.
///
/// Errors: every message it does not understand gets a `Status` other than kOk and no part of it
///         is used. Trades outside the market give kSkippedTrade. What kind of message it was
///         stands in `message->kind` all the same, so that only one that may have been a depth
///         update costs a book its proof.
/// Cost:   one pass, no allocation for usual shapes; workloads decode.*.
/// Source: https://developers.binance.com/docs, "Diff. Book Depth Streams", "Partial Book Depth
///         Streams", "Trade Streams", "Aggregate Trade Streams", "Individual Symbol Book Ticker
///         Streams", "Mark Price Stream", "Liquidation Order Streams", "Order Book" of spot, USD-M
///         and COIN-M.
class BinanceDecoder {
 public:
  /// Most levels of one side in one message.
  static constexpr int kMaxLevels = kMaxBinanceLevels;

  /// `instruments` must outlive the decoder.
  explicit BinanceDecoder(const Instruments& instruments)
      : instruments_(instruments), exact_(instruments), general_(instruments) {}

  /// Decodes one message. `frame_symbol` is the instrument's index, or -1 when the message names
  /// its symbol itself or, as partial depth of spot, the stream in its envelope does. On kOk
  /// `*message` is filled, and its levels are valid until the next call. On any other status
  /// `message->symbol` still says which instrument it concerned, or -1, and `message->kind` what it
  /// was, or kUnknown.
  /// Requires: `kDecodePadding` readable bytes of any content behind the message.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept;

  /// The next event of the same message; Binance sends one in each.
  bool next(MarketMessage*) noexcept { return false; }

  /// Messages that an exact-shape decoder read.
  std::int64_t exact() const noexcept { return exact_count_; }
  /// Messages that were handed to the general decoder, whatever it made of them.
  std::int64_t fallbacks() const noexcept { return fallback_count_; }

 private:
  const Instruments& instruments_;
  BinanceExact exact_;
  BinanceJson general_;
  std::int64_t exact_count_ = 0;
  std::int64_t fallback_count_ = 0;
};

}  // namespace bot4
