#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"
#include "decode/cursor.h"

namespace bot4 {

/// Decodes Binance market messages of spot, USD-M and COIN-M futures into exact integers.
///
/// Reads combined-stream envelopes {"stream":…,"data":{…}} and bare messages: depthUpdate, trade,
/// bookTicker (with or without "e"), and REST depth snapshots. Of an envelope only "data" is read:
/// what follows it is skipped, and a field of a message before it is refused. The message's fields
/// may come in any order; unknown ones are skipped, those of the message's kind must have their
/// type and stand once. Decimal text becomes
/// an integer of 1e-8 and is divided by the grid: no float on the way. A price off its grid is
/// refused. A quantity off its grid is rounded down to whole lots, but never to zero, and counted:
/// venues display such remainders of orders that are older than the present step.
///
/// Errors: every message it does not understand gets a `Status` other than kOk and no part of it
///         is used. Trades outside the market give kSkippedTrade. What kind of message it was
///         stands in `message->kind` all the same, so that only one that may have been a depth
///         update costs a book its proof.
/// Cost:   one pass, no allocation; bench/native/session_bench.
/// Source: https://developers.binance.com/docs, "Diff. Book Depth Streams", "Trade Streams",
///         "Individual Symbol Book Ticker Streams", "Order Book" of spot, USD-M and COIN-M.
class BinanceDecoder {
 public:
  /// Most levels of one side in one message.
  static constexpr int kMaxLevels = 10000;

  /// `instruments` must outlive the decoder.
  explicit BinanceDecoder(const Instruments& instruments);

  /// Decodes one message. `frame_symbol` is the instrument's index, or -1 when the message names
  /// its symbol itself. On kOk `*message` is filled, and its levels are valid until the next call.
  /// On any other status `message->symbol` still says which instrument it concerned, or -1, and
  /// `message->kind` what it was, or kUnknown.
  Status decode(const char* data, std::size_t length, int frame_symbol,
                MarketMessage* message) noexcept;

 private:
  /// One bit for each field that was read.
  enum Field : std::uint32_t {
    kE = 1u << 0,
    kEventTime = 1u << 1,
    kTransactionTime = 1u << 2,
    kSymbol = 1u << 3,
    kFirstId = 1u << 4,
    kLastId = 1u << 5,
    kPreviousId = 1u << 6,
    kBidLevels = 1u << 7,
    kAskLevels = 1u << 8,
    kTradeId = 1u << 9,
    kPrice = 1u << 10,
    kQuantity = 1u << 11,
    kBuyerIsMaker = 1u << 12,
    kKind = 1u << 13,
    kBidPrice = 1u << 14,
    kBidQuantity = 1u << 15,
    kAskPrice = 1u << 16,
    kAskQuantity = 1u << 17,
    kSnapshotId = 1u << 18,
    kBidOther = 1u << 19,  // "b" and "a" that are neither levels nor a price.
    kAskOther = 1u << 20,
  };

  struct State;

  Status read_object(Cursor& cursor, State& state) noexcept;
  Status read_field(Cursor& cursor, Text key, State& state) noexcept;
  Status read_event_name(Cursor& cursor, State& state) noexcept;
  Status read_symbol(Cursor& cursor, State& state) noexcept;
  Status read_side(Cursor& cursor, Side side, State& state) noexcept;
  Status read_levels(Cursor& cursor, Level* levels, int* count, State& state) noexcept;
  Status read_price(Cursor& cursor, std::int64_t* ticks, State& state) noexcept;
  Status read_quantity(Cursor& cursor, std::int64_t* lots, State& state) noexcept;
  Status need_symbol(Cursor cursor, State& state) noexcept;
  Status finish(State& state) noexcept;
  Status finish_depth(const State& state) noexcept;
  Status finish_trade(const State& state) noexcept;

  const Instruments& instruments_;
  std::unique_ptr<Level[]> bids_;
  std::unique_ptr<Level[]> asks_;
};

}  // namespace bot4
