#pragma once
#include <cstdint>

#include "core/side.h"

namespace bot4 {

/// Which rule proves that two depth updates follow each other.
enum class SequenceRule : std::uint8_t {
  kBinanceSpot = 0,      ///< U == previous u + 1.
  kBinanceFutures = 1,   ///< pu == previous u.
  kBinancePartial = 2,   ///< Every message is the whole best part of the book; its id must rise.
  kKrakenChecksum = 3,   ///< The CRC32 of the best ten levels after every update.
  kCoinbaseSequence = 4, ///< sequence_num of the connection rises by one from message to message.
};

/// Who speaks: which decoder reads the bytes.
enum class Venue : std::uint8_t { kBinance = 0, kKraken = 1, kCoinbase = 2 };

/// The venue of a rule.
constexpr Venue venue_of(SequenceRule rule) noexcept {
  if (rule == SequenceRule::kKrakenChecksum) return Venue::kKraken;
  return rule == SequenceRule::kCoinbaseSequence ? Venue::kCoinbase : Venue::kBinance;
}

/// The circuit of the venue's feed that a rule's messages come by: spot and futures of one venue
/// are apart, since either may fail alone. Below CircuitBreaker::kVenues.
constexpr int circuit_of(SequenceRule rule) noexcept { return static_cast<int>(rule); }

/// Largest price, quantity or id that is exact on both sides of the bridge: 2^53 - 1.
inline constexpr std::int64_t kMaxExact = (std::int64_t{1} << 53) - 1;

/// Latest receive time that is believed: the beginning of 2200, ns since the epoch. Times up to it
/// leave room for sixty years of durations in an int64.
inline constexpr std::int64_t kMaxReceivedNs = 7'258'118'400'000'000'000;

/// Whether a receive time can be one: from 1970 up to kMaxReceivedNs.
constexpr bool is_receive_time(std::int64_t ns) noexcept {
  return ns >= 0 && ns <= kMaxReceivedNs;
}

/// One price level.
struct Level {
  std::int64_t ticks;  ///< Price, > 0.
  std::int64_t lots;   ///< Displayed quantity, whole lots; 0 removes the level.
};

/// What a venue message says.
enum class MessageKind : std::uint8_t {
  kDepth = 0,     ///< Changed levels between two update ids.
  kSnapshot = 1,  ///< The whole known book at one update id.
  kTrade = 2,     ///< One print.
  kTicker = 3,    ///< Best bid and ask at one update id.
  kUnknown = 4,   ///< Of a refused message only: it may have been anything.
  kPartial = 5,   ///< The best levels of the book, complete as far as they reach.
  kMark = 6,      ///< Mark price, index price and funding of a perpetual.
  kLiquidation = 7,  ///< A forced order of the venue: no print, but a sign of stress.
  kHeartbeat = 8,    ///< Nothing but the connection's sequence number.
};

/// One decoded message: exact integers on the instrument's grids. Levels point into the decoder and
/// are valid until it decodes again.
struct MarketMessage {
  MessageKind kind;
  int symbol;                   ///< Dense instrument index.
  std::int64_t event_ms;        ///< E: venue time of the message, ms since the epoch; 0 absent.
  std::int64_t transaction_ms;  ///< T: venue time of the match, ms since the epoch; 0 absent.
  std::int64_t first_id;        ///< U of a depth update.
  std::int64_t last_id;         ///< u, or lastUpdateId of a snapshot.
  std::int64_t previous_id;     ///< pu of a futures depth update; -1 absent.
  const Level* bids;
  const Level* asks;
  int bid_count;
  int ask_count;
  std::int64_t trade_id;
  std::int64_t ticks;  ///< Price of a trade.
  std::int64_t lots;   ///< Quantity of a trade, > 0.
  Side aggressor;      ///< Who took liquidity in a trade; the side of a forced order.
  bool aggressor_given;  ///< Whether the venue said so; else the engine infers it (Lee-Ready).
  int rounded;         ///< Quantities that were no multiple of the step; see BinanceDecoder.
  Level best_bid;      ///< Of a ticker.
  Level best_ask;      ///< Of a ticker.
  std::int64_t sequence;         ///< Of the connection (Coinbase sequence_num); -1 absent.
  std::int64_t checksum;         ///< CRC32 that the book must have after this message; -1 absent.
  std::int64_t mark_e8;          ///< Mark price, 1e-8 quote units.
  std::int64_t index_e8;         ///< Index price, 1e-8 quote units; 0 absent.
  std::int64_t funding_rate_e8;  ///< Funding rate of the period, signed, 1e-8; 0 absent.
  std::int64_t next_funding_ms;  ///< Time of the next funding, ms since the epoch; 0 absent.
};

/// A message with every field's absent value: what a decoder starts from.
inline constexpr MarketMessage kEmptyMessage{
    .kind = MessageKind::kUnknown,
    .symbol = -1,
    .event_ms = 0,
    .transaction_ms = 0,
    .first_id = 0,
    .last_id = 0,
    .previous_id = -1,
    .bids = nullptr,
    .asks = nullptr,
    .bid_count = 0,
    .ask_count = 0,
    .trade_id = 0,
    .ticks = 0,
    .lots = 0,
    .aggressor = Side::kBuy,
    .aggressor_given = false,
    .rounded = 0,
    .best_bid = {0, 0},
    .best_ask = {0, 0},
    .sequence = -1,
    .checksum = -1,
    .mark_e8 = 0,
    .index_e8 = 0,
    .funding_rate_e8 = 0,
    .next_funding_ms = 0,
};

}  // namespace bot4
