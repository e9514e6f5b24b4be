// What the fields of a whole message mean together.
#include "decode/binance_fields.h"
#include "decode/binance_json.h"
#include "decode/binance_json_fields.h"
#include "decode/json_value.h"
#include "decode/try_status.h"

namespace bot4 {

namespace {

using Fields = BinanceFields;

/// An integer that may be absent.
Status optional_integer(const Fields& f, Fields::Field field, std::int64_t* value) noexcept {
  return f.has(field) ? plain_integer(f.values[field], value) : Status::kOk;
}

/// A price on its grid and above zero.
Status price(const InstrumentSpec& spec, std::string_view token, std::int64_t* ticks) noexcept {
  std::int64_t e8 = 0;
  BOT4_TRY(quoted_decimal(token, &e8));
  if (!spec.tick.divide(e8, ticks)) return Status::kOffGrid;
  if (*ticks == 0) return Status::kNegative;
  return *ticks > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

Status quantity(const InstrumentSpec& spec, std::string_view token, MarketMessage& m,
                std::int64_t* lots) noexcept {
  std::int64_t e8 = 0;
  BOT4_TRY(quoted_decimal(token, &e8));
  m.rounded += round_lots(spec.step, e8, lots);
  return *lots > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

}  // namespace

/// Settles what kind of message it was and whether it is complete.
Status BinanceJson::finish(const Fields& f, MarketMessage& m) noexcept {
  std::string_view stream;
  const bool has_stream = f.enveloped && f.has(Fields::kStream);
  if (has_stream) BOT4_TRY(plain_text(f.values[Fields::kStream], &stream));
  if (m.symbol < 0) m.symbol = stream_symbol(instruments_, stream);
  const bool partial =
      m.symbol >= 0 ? is_partial(has_stream, stream, instruments_[m.symbol].rule)
                    : is_partial_stream(stream);
  m.kind = f.kind(partial);
  BOT4_TRY(optional_integer(f, Fields::kEventTime, &m.event_ms));
  if (f.event != BinanceEvent::kMark) {
    BOT4_TRY(optional_integer(f, Fields::kTransactionTime, &m.transaction_ms));
  }
  if (f.has(Fields::kSnapshotId) && f.event != BinanceEvent::kNone) return Status::kUnexpectedToken;
  switch (f.event) {
    case BinanceEvent::kTrade:
    case BinanceEvent::kAggTrade: return finish_trade(f, m);
    case BinanceEvent::kMark: return finish_mark(f, m);
    case BinanceEvent::kOrder: return finish_forced_order(f, m);
    default: break;
  }
  for (const Fields::Field side : {Fields::kBid, Fields::kAsk}) {
    if (f.has(side) && !f.is_price(side)) return Status::kUnexpectedToken;
  }
  if (f.has_bids || f.has_asks) return finish_book(f, m);
  if (m.kind == MessageKind::kTicker) return finish_ticker(f, m);
  return m.kind == MessageKind::kUnknown ? Status::kUnknownEvent : Status::kMissingField;
}

/// A depth update, a partial book or a snapshot.
Status BinanceJson::finish_book(const Fields& f, MarketMessage& m) noexcept {
  if (m.symbol < 0) return Status::kSymbolMissing;
  BOT4_TRY(to_grid(bids_.get(), m.bid_count, m));
  BOT4_TRY(to_grid(asks_.get(), m.ask_count, m));
  BOT4_TRY(optional_integer(f, Fields::kFirstId, &m.first_id));
  BOT4_TRY(optional_integer(f, Fields::kPreviousId, &m.previous_id));
  BOT4_TRY(optional_integer(f, Fields::kLastId, &m.last_id));
  if (f.event == BinanceEvent::kTicker) return Status::kMissingField;
  if (f.has(Fields::kSnapshotId)) {
    if (m.kind == MessageKind::kUnknown) return Status::kUnexpectedToken;
    if (!f.has_bids || !f.has_asks) return Status::kMissingField;
    return plain_integer(f.values[Fields::kSnapshotId], &m.last_id);
  }
  if (f.event != BinanceEvent::kDepth) return Status::kUnknownEvent;
  if (!f.has(Fields::kSymbol) || !f.has(Fields::kFirstId) || !f.has(Fields::kLastId) ||
      !f.has_bids || !f.has_asks) {
    return Status::kMissingField;
  }
  if (m.first_id > m.last_id) return Status::kUnexpectedToken;
  if (instruments_[m.symbol].rule == SequenceRule::kBinanceFutures) {
    if (m.previous_id < 0) return Status::kMissingField;
    if (m.previous_id >= m.last_id) return Status::kUnexpectedToken;
  }
  return Status::kOk;
}

Status BinanceJson::finish_ticker(const Fields& f, MarketMessage& m) const noexcept {
  for (const Fields::Field field : {Fields::kSymbol, Fields::kLastId, Fields::kBid,
                                    Fields::kBidQuantity, Fields::kAsk, Fields::kAskQuantity}) {
    if (!f.has(field)) return Status::kMissingField;
  }
  const InstrumentSpec& spec = instruments_[m.symbol];
  BOT4_TRY(plain_integer(f.values[Fields::kLastId], &m.last_id));
  BOT4_TRY(price(spec, f.values[Fields::kBid], &m.best_bid.ticks));
  BOT4_TRY(price(spec, f.values[Fields::kAsk], &m.best_ask.ticks));
  BOT4_TRY(quantity(spec, f.values[Fields::kBidQuantity], m, &m.best_bid.lots));
  return quantity(spec, f.values[Fields::kAskQuantity], m, &m.best_ask.lots);
}

/// Whether the print counts is settled before its price: one outside the market needs no grid.
Status BinanceJson::finish_trade(const Fields& f, MarketMessage& m) const noexcept {
  const Fields::Field id = f.event == BinanceEvent::kTrade ? Fields::kTradeId : Fields::kAsk;
  for (const Fields::Field field : {Fields::kSymbol, id, Fields::kPrice, Fields::kQuantity,
                                    Fields::kBuyerIsMaker, Fields::kTransactionTime}) {
    if (!f.has(field)) return Status::kMissingField;
  }
  BOT4_TRY(plain_integer(f.values[id], &m.trade_id));
  bool buyer_is_maker = false;
  BOT4_TRY(plain_boolean(f.values[Fields::kBuyerIsMaker], &buyer_is_maker));
  m.aggressor = buyer_is_maker ? Side::kSell : Side::kBuy;
  m.aggressor_given = true;
  std::int64_t price_e8 = 0;
  std::int64_t quantity_e8 = 0;
  BOT4_TRY(quoted_decimal(f.values[Fields::kPrice], &price_e8));
  BOT4_TRY(quoted_decimal(f.values[Fields::kQuantity], &quantity_e8));
  std::string_view print_kind = "MARKET";
  if (f.has(Fields::kPrintKind)) {
    BOT4_TRY(plain_text(f.values[Fields::kPrintKind], &print_kind));
  }
  if (print_kind != "MARKET" || price_e8 == 0 || quantity_e8 == 0) return Status::kSkippedTrade;
  const InstrumentSpec& spec = instruments_[m.symbol];
  if (!spec.tick.divide(price_e8, &m.ticks)) return Status::kOffGrid;
  m.rounded += round_lots(spec.step, quantity_e8, &m.lots);
  return m.ticks > kMaxExact || m.lots > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

/// T is the time of the next funding here. Contracts that pay none have an empty rate.
Status BinanceJson::finish_mark(const Fields& f, MarketMessage& m) const noexcept {
  for (const Fields::Field field : {Fields::kSymbol, Fields::kPrice, Fields::kRate,
                                    Fields::kTransactionTime}) {
    if (!f.has(field)) return Status::kMissingField;
  }
  BOT4_TRY(quoted_decimal(f.values[Fields::kPrice], &m.mark_e8));
  if (f.has(Fields::kIndexPrice)) {
    BOT4_TRY(quoted_decimal(f.values[Fields::kIndexPrice], &m.index_e8));
  }
  if (f.values[Fields::kRate] != "\"\"") {
    BOT4_TRY(signed_decimal(f.values[Fields::kRate], &m.funding_rate_e8));
  }
  BOT4_TRY(plain_integer(f.values[Fields::kTransactionTime], &m.next_funding_ms));
  if (m.mark_e8 == 0) return Status::kNegative;
  return m.mark_e8 > kMaxExact || m.index_e8 > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

Status BinanceJson::finish_forced_order(const Fields& f, MarketMessage& m) const noexcept {
  for (const Fields::Field field : {Fields::kSymbol, Fields::kSide, Fields::kPrice,
                                    Fields::kQuantity, Fields::kTransactionTime}) {
    if (!f.has_order || !f.has(field)) return Status::kMissingField;
  }
  std::string_view side;
  BOT4_TRY(plain_text(f.values[Fields::kSide], &side));
  if (side != "BUY" && side != "SELL") return Status::kUnexpectedToken;
  m.aggressor = side == "BUY" ? Side::kBuy : Side::kSell;
  m.aggressor_given = true;
  const InstrumentSpec& spec = instruments_[m.symbol];
  BOT4_TRY(price(spec, f.values[Fields::kPrice], &m.ticks));
  BOT4_TRY(quantity(spec, f.values[Fields::kQuantity], m, &m.lots));
  return m.lots == 0 ? Status::kNegative : Status::kOk;
}

/// Turns levels of 1e-8 into ticks and lots, in place.
Status BinanceJson::to_grid(Level* levels, int count, MarketMessage& m) const noexcept {
  const InstrumentSpec& spec = instruments_[m.symbol];
  for (int i = 0; i < count; ++i) {
    const Level e8 = levels[i];
    Level& level = levels[i];
    if (!spec.tick.divide(e8.ticks, &level.ticks)) return Status::kOffGrid;
    m.rounded += round_lots(spec.step, e8.lots, &level.lots);
    if (level.ticks == 0) return Status::kNegative;
    if (level.ticks > kMaxExact || level.lots > kMaxExact) return Status::kNumberOverflow;
  }
  return Status::kOk;
}

}  // namespace bot4
