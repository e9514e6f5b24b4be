#pragma once
#include <cstdint>
#include <string_view>

#include "core/market_message.h"
#include "core/status.h"

namespace bot4 {

/// The event that a message names in "e".
enum class BinanceEvent : std::uint8_t { kNone, kDepth, kTrade, kAggTrade, kTicker, kMark, kOrder };

/// A message's fields as the text of their values; empty where the message has none.
struct BinanceFields {
  /// Fields that may stand once and are kept until the kind of message is known.
  enum Field : int {
    kEvent,
    kEventTime,
    kTransactionTime,
    kSymbol,
    kFirstId,
    kLastId,
    kPreviousId,
    kSnapshotId,
    kTradeId,
    kPrice,
    kQuantity,
    kIndexPrice,
    kRate,
    kBuyerIsMaker,
    kPrintKind,
    kBid,  ///< "b" where it is no list of levels: a price, or an order id.
    kAsk,  ///< "a" likewise, or an aggregate trade's id.
    kBidQuantity,
    kAskQuantity,
    kStream,
    kSide,  ///< S of a forced order.
    kFieldCount
  };

  BinanceEvent event = BinanceEvent::kNone;
  bool enveloped = false;
  bool complete = false;  ///< The inner message has ended.
  bool has_bids = false;
  bool has_asks = false;
  bool has_order = false;  ///< The object of a forced order was read.
  std::string_view values[kFieldCount];

  bool has(Field field) const noexcept { return !values[field].empty(); }

  /// Whether a field of a message, not of its envelope, was read.
  bool any() const noexcept {
    if (has_bids || has_asks || has_order) return true;
    for (int i = 0; i < kFieldCount; ++i) {
      if (i != kStream && !values[i].empty()) return true;
    }
    return false;
  }

  /// What the message is, as far as it was read: by its name, else by what only one kind has.
  MessageKind kind(bool partial) const noexcept {
    switch (event) {
      case BinanceEvent::kDepth: return partial ? MessageKind::kPartial : MessageKind::kDepth;
      case BinanceEvent::kTrade:
      case BinanceEvent::kAggTrade: return MessageKind::kTrade;
      case BinanceEvent::kTicker: return MessageKind::kTicker;
      case BinanceEvent::kMark: return MessageKind::kMark;
      case BinanceEvent::kOrder: return MessageKind::kLiquidation;
      case BinanceEvent::kNone: break;
    }
    if (has(kFirstId) || has(kPreviousId)) return MessageKind::kUnknown;
    if (has(kSnapshotId)) {
      if (has(kLastId)) return MessageKind::kUnknown;
      return partial ? MessageKind::kPartial : MessageKind::kSnapshot;
    }
    if (has_bids || has_asks) return MessageKind::kUnknown;
    return is_price(kBid) || is_price(kAsk) ? MessageKind::kTicker : MessageKind::kUnknown;
  }

  bool is_price(Field field) const noexcept { return values[field].starts_with('"'); }
};

}  // namespace bot4
