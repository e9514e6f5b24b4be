#pragma once
#include <cstdint>

#include "core/side.h"

namespace bot4 {

/// Which rule proves that two depth updates follow each other.
enum class SequenceRule : std::uint8_t {
  kBinanceSpot = 0,     ///< U == previous u + 1.
  kBinanceFutures = 1,  ///< pu == previous u.
};

/// Largest price, quantity or id that is exact on both sides of the bridge: 2^53 - 1.
inline constexpr std::int64_t kMaxExact = (std::int64_t{1} << 53) - 1;

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
  Side aggressor;      ///< Who took liquidity in a trade.
  int rounded;         ///< Quantities that were no multiple of the step; see BinanceDecoder.
  Level best_bid;      ///< Of a ticker.
  Level best_ask;      ///< Of a ticker.
};

}  // namespace bot4
