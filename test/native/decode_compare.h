#pragma once
// Whether two decoders made the same event of a message.
#include <cstring>

#include "core/market_message.h"

namespace bot4::test {

inline bool same_levels(const Level* a, const Level* b, int count) {
  for (int i = 0; i < count; ++i) {
    if (a[i].ticks != b[i].ticks || a[i].lots != b[i].lots) return false;
  }
  return true;
}

/// The first field in which the events differ, or null. Levels are compared, not where they lie.
inline const char* difference(const MarketMessage& a, const MarketMessage& b) {
#define BOT4_SAME(field) \
  if (a.field != b.field) return #field
  BOT4_SAME(kind);
  BOT4_SAME(symbol);
  BOT4_SAME(event_ms);
  BOT4_SAME(transaction_ms);
  BOT4_SAME(first_id);
  BOT4_SAME(last_id);
  BOT4_SAME(previous_id);
  BOT4_SAME(bid_count);
  BOT4_SAME(ask_count);
  BOT4_SAME(trade_id);
  BOT4_SAME(ticks);
  BOT4_SAME(lots);
  BOT4_SAME(aggressor);
  BOT4_SAME(aggressor_given);
  BOT4_SAME(rounded);
  BOT4_SAME(best_bid.ticks);
  BOT4_SAME(best_bid.lots);
  BOT4_SAME(best_ask.ticks);
  BOT4_SAME(best_ask.lots);
  BOT4_SAME(sequence);
  BOT4_SAME(checksum);
  BOT4_SAME(mark_e8);
  BOT4_SAME(index_e8);
  BOT4_SAME(funding_rate_e8);
  BOT4_SAME(next_funding_ms);
#undef BOT4_SAME
  if (!same_levels(a.bids, b.bids, a.bid_count)) return "bids";
  return same_levels(a.asks, b.asks, a.ask_count) ? nullptr : "asks";
}

}  // namespace bot4::test
