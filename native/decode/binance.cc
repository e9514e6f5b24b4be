#include "decode/binance.h"

namespace bot4 {

/// What is known of the message under way.
struct BinanceDecoder::State {
  MarketMessage* message;
  int symbol;
  std::uint32_t seen = 0;
  enum class Event : std::uint8_t { kNone, kDepth, kTrade, kTicker } event = Event::kNone;
  std::int64_t price_e8 = 0;     // Of a trade: its grid is asked for when the print counts.
  std::int64_t quantity_e8 = 0;  // Of a trade.
  bool market_trade = true;
  bool enveloped = false;
  bool complete = false;  // The inner message has ended: the envelope only ends, too.

  Status once(Field field) noexcept {
    if ((seen & field) != 0) return Status::kDuplicateField;
    seen |= field;
    return Status::kOk;
  }
  bool has(std::uint32_t fields) const noexcept { return (seen & fields) == fields; }
  bool has_any(std::uint32_t fields) const noexcept { return (seen & fields) != 0; }

  /// What the message is, as far as it was read: by its name, else by what only one kind has.
  MessageKind kind() const noexcept {
    switch (event) {
      case Event::kDepth: return MessageKind::kDepth;
      case Event::kTrade: return MessageKind::kTrade;
      case Event::kTicker: return MessageKind::kTicker;
      case Event::kNone: break;
    }
    if (has_any(kFirstId | kPreviousId)) return MessageKind::kUnknown;
    if (has(kSnapshotId)) return has(kLastId) ? MessageKind::kUnknown : MessageKind::kSnapshot;
    if (has_any(kBidLevels | kAskLevels)) return MessageKind::kUnknown;
    return has_any(kBidPrice | kAskPrice) ? MessageKind::kTicker : MessageKind::kUnknown;
  }
};

#define BOT4_TRY(expression)                                            \
  do {                                                                  \
    if (const Status bot4_status = (expression); bot4_status != Status::kOk) return bot4_status; \
  } while (false)

namespace {

/// Whole lots of a quantity, at least one when it is not zero; returns 1 when it was off the grid.
int round_lots(const Grid& step, std::int64_t quantity_e8, std::int64_t* lots) noexcept {
  if (step.divide(quantity_e8, lots)) return 0;
  if (*lots == 0) *lots = 1;
  return 1;
}

}  // namespace

BinanceDecoder::BinanceDecoder(const Instruments& instruments)
    : instruments_(instruments),
      bids_(std::make_unique<Level[]>(kMaxLevels)),
      asks_(std::make_unique<Level[]>(kMaxLevels)) {}

Status BinanceDecoder::decode(const char* data, std::size_t length, int frame_symbol,
                              MarketMessage* message) noexcept {
  Cursor cursor(data, length);
  State state{message, frame_symbol};
  message->symbol = frame_symbol;
  message->kind = MessageKind::kUnknown;
  if (frame_symbol < -1 || frame_symbol >= instruments_.size()) {
    message->symbol = -1;
    return Status::kUnknownSymbol;
  }
  message->event_ms = 0;
  message->transaction_ms = 0;
  message->first_id = 0;
  message->previous_id = -1;
  message->rounded = 0;
  Status status = read_object(cursor, state);
  if (status == Status::kOk && !cursor.at_end()) status = Status::kTrailingBytes;
  if (status == Status::kOk) status = finish(state);
  message->symbol = state.symbol;
  message->kind = state.kind();
  return status;
}

/// Reads the members of the message, or of the envelope around it.
Status BinanceDecoder::read_object(Cursor& cursor, State& state) noexcept {
  BOT4_TRY(cursor.expect('{'));
  if (cursor.accept('}')) return Status::kOk;
  do {
    Text key;
    BOT4_TRY(cursor.plain_string(&key));
    BOT4_TRY(cursor.expect(':'));
    BOT4_TRY(read_field(cursor, key, state));
  } while (cursor.accept(','));
  return cursor.expect('}');
}

Status BinanceDecoder::read_field(Cursor& cursor, Text key, State& state) noexcept {
  MarketMessage& m = *state.message;
  if (state.complete) {
    return key.is("data", 4) ? Status::kDuplicateField : cursor.skip_value();
  }
  if (key.length == 1) {
    switch (key.data[0]) {
      case 'e': return read_event_name(cursor, state);
      case 's': return read_symbol(cursor, state);
      case 'b': return read_side(cursor, Side::kBuy, state);
      case 'a': return read_side(cursor, Side::kSell, state);
      case 'E': BOT4_TRY(state.once(kEventTime)); return cursor.integer(&m.event_ms);
      case 'T': BOT4_TRY(state.once(kTransactionTime)); return cursor.integer(&m.transaction_ms);
      case 'U': BOT4_TRY(state.once(kFirstId)); return cursor.integer(&m.first_id);
      case 'u': BOT4_TRY(state.once(kLastId)); return cursor.integer(&m.last_id);
      case 't': BOT4_TRY(state.once(kTradeId)); return cursor.integer(&m.trade_id);
      case 'p': BOT4_TRY(state.once(kPrice)); return cursor.quoted_decimal(&state.price_e8);
      case 'q': BOT4_TRY(state.once(kQuantity)); return cursor.quoted_decimal(&state.quantity_e8);
      case 'B':
        BOT4_TRY(state.once(kBidQuantity));
        return read_quantity(cursor, &m.best_bid.lots, state);
      case 'A':
        BOT4_TRY(state.once(kAskQuantity));
        return read_quantity(cursor, &m.best_ask.lots, state);
      case 'm': {
        BOT4_TRY(state.once(kBuyerIsMaker));
        bool buyer_is_maker = false;
        BOT4_TRY(cursor.boolean(&buyer_is_maker));
        m.aggressor = buyer_is_maker ? Side::kSell : Side::kBuy;
        m.aggressor_given = true;
        return Status::kOk;
      }
      case 'X': {
        BOT4_TRY(state.once(kKind));
        Text kind;
        BOT4_TRY(cursor.plain_string(&kind));
        state.market_trade = kind.is("MARKET", 6);
        return Status::kOk;
      }
      default: return cursor.skip_value();
    }
  }
  if (key.is("pu", 2)) {
    BOT4_TRY(state.once(kPreviousId));
    return cursor.integer(&m.previous_id);
  }
  if (key.is("data", 4)) {
    if (state.enveloped || state.seen != 0) return Status::kDuplicateField;
    state.enveloped = true;
    BOT4_TRY(read_object(cursor, state));
    state.complete = true;
    return Status::kOk;
  }
  if (key.is("lastUpdateId", 12)) {
    BOT4_TRY(state.once(kSnapshotId));
    return cursor.integer(&m.last_id);
  }
  if (key.is("bids", 4)) return read_side(cursor, Side::kBuy, state);
  if (key.is("asks", 4)) return read_side(cursor, Side::kSell, state);
  if (key.is("symbol", 6)) return read_symbol(cursor, state);
  return cursor.skip_value();
}

Status BinanceDecoder::read_event_name(Cursor& cursor, State& state) noexcept {
  BOT4_TRY(state.once(kE));
  Text name;
  BOT4_TRY(cursor.plain_string(&name));
  if (name.is("depthUpdate", 11)) {
    state.event = State::Event::kDepth;
  } else if (name.is("trade", 5)) {
    state.event = State::Event::kTrade;
  } else if (name.is("bookTicker", 10)) {
    state.event = State::Event::kTicker;
  } else {
    return Status::kUnknownEvent;
  }
  return Status::kOk;
}

Status BinanceDecoder::read_symbol(Cursor& cursor, State& state) noexcept {
  BOT4_TRY(state.once(kSymbol));
  Text name;
  BOT4_TRY(cursor.plain_string(&name));
  if (state.symbol >= 0) {
    return instruments_.is_named(state.symbol, name.data, name.length) ? Status::kOk
                                                                      : Status::kWrongSymbol;
  }
  state.symbol = instruments_.find(name.data, name.length);
  return state.symbol >= 0 ? Status::kOk : Status::kUnknownSymbol;
}

/// "b"/"a" hold levels in a depth message, a price in a ticker, and what nobody needs in a trade:
/// the order ids of both sides.
Status BinanceDecoder::read_side(Cursor& cursor, Side side, State& state) noexcept {
  MarketMessage& m = *state.message;
  if (state.event == State::Event::kTrade) return cursor.skip_value();
  const bool bid = side == Side::kBuy;
  const char next = cursor.peek();
  if (next == '[') {
    BOT4_TRY(state.once(bid ? kBidLevels : kAskLevels));
    return bid ? read_levels(cursor, bids_.get(), &m.bid_count, state)
               : read_levels(cursor, asks_.get(), &m.ask_count, state);
  }
  if (next != '"') {  // Fine if the message turns out to be a trade.
    BOT4_TRY(state.once(bid ? kBidOther : kAskOther));
    return state.event == State::Event::kNone ? cursor.skip_value() : Status::kUnexpectedToken;
  }
  BOT4_TRY(state.once(bid ? kBidPrice : kAskPrice));
  return read_price(cursor, bid ? &m.best_bid.ticks : &m.best_ask.ticks, state);
}

Status BinanceDecoder::read_levels(Cursor& cursor, Level* levels, int* count,
                                   State& state) noexcept {
  BOT4_TRY(need_symbol(cursor, state));
  const InstrumentSpec& spec = instruments_[state.symbol];
  *count = 0;
  BOT4_TRY(cursor.expect('['));
  if (cursor.accept(']')) return Status::kOk;
  do {
    if (*count == kMaxLevels) return Status::kTooManyLevels;
    Level& level = levels[*count];
    std::int64_t price_e8 = 0;
    std::int64_t quantity_e8 = 0;
    BOT4_TRY(cursor.expect('['));
    BOT4_TRY(cursor.quoted_decimal(&price_e8));
    BOT4_TRY(cursor.expect(','));
    BOT4_TRY(cursor.quoted_decimal(&quantity_e8));
    BOT4_TRY(cursor.expect(']'));
    if (!spec.tick.divide(price_e8, &level.ticks)) return Status::kOffGrid;
    state.message->rounded += round_lots(spec.step, quantity_e8, &level.lots);
    if (level.ticks == 0) return Status::kNegative;
    if (level.ticks > kMaxExact || level.lots > kMaxExact) return Status::kNumberOverflow;
    ++*count;
  } while (cursor.accept(','));
  return cursor.expect(']');
}

Status BinanceDecoder::read_price(Cursor& cursor, std::int64_t* ticks, State& state) noexcept {
  BOT4_TRY(need_symbol(cursor, state));
  std::int64_t e8 = 0;
  BOT4_TRY(cursor.quoted_decimal(&e8));
  if (!instruments_[state.symbol].tick.divide(e8, ticks)) return Status::kOffGrid;
  return *ticks > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

Status BinanceDecoder::read_quantity(Cursor& cursor, std::int64_t* lots, State& state) noexcept {
  BOT4_TRY(need_symbol(cursor, state));
  std::int64_t e8 = 0;
  BOT4_TRY(cursor.quoted_decimal(&e8));
  state.message->rounded += round_lots(instruments_[state.symbol].step, e8, lots);
  return *lots > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

/// Makes sure that the instrument is known before its grid is needed: when neither the frame nor a
/// member so far named it, looks for "s" among the members that follow (the cursor is a copy).
Status BinanceDecoder::need_symbol(Cursor cursor, State& state) noexcept {
  if (state.symbol >= 0) return Status::kOk;
  BOT4_TRY(cursor.skip_value());
  while (cursor.accept(',')) {
    Text key;
    BOT4_TRY(cursor.plain_string(&key));
    BOT4_TRY(cursor.expect(':'));
    if (key.is("s", 1) || key.is("symbol", 6)) {
      Text name;
      BOT4_TRY(cursor.plain_string(&name));
      state.symbol = instruments_.find(name.data, name.length);
      return state.symbol >= 0 ? Status::kOk : Status::kUnknownSymbol;
    }
    BOT4_TRY(cursor.skip_value());
  }
  return Status::kSymbolMissing;
}

/// Settles what kind of message it was and whether it is complete.
Status BinanceDecoder::finish(State& state) noexcept {
  MarketMessage& m = *state.message;
  m.bids = bids_.get();
  m.asks = asks_.get();
  if (state.event == State::Event::kTrade && !state.has(kSnapshotId)) return finish_trade(state);
  if (state.has_any(kBidOther | kAskOther)) return Status::kUnexpectedToken;
  if (state.has(kSnapshotId)) {
    if (state.kind() != MessageKind::kSnapshot) return Status::kUnexpectedToken;
    if (!state.has(kBidLevels | kAskLevels)) return Status::kMissingField;
    return state.symbol < 0 ? Status::kSymbolMissing : Status::kOk;
  }
  switch (state.kind()) {
    case MessageKind::kDepth: return finish_depth(state);
    case MessageKind::kTicker: {
      constexpr std::uint32_t kTickerFields =
          kSymbol | kLastId | kBidPrice | kBidQuantity | kAskPrice | kAskQuantity;
      if (!state.has(kTickerFields)) return Status::kMissingField;
      return m.best_bid.ticks == 0 || m.best_ask.ticks == 0 ? Status::kNegative : Status::kOk;
    }
    default: return Status::kUnknownEvent;
  }
}

Status BinanceDecoder::finish_depth(const State& state) noexcept {
  const MarketMessage& m = *state.message;
  if (!state.has(kSymbol | kFirstId | kLastId | kBidLevels | kAskLevels)) {
    return Status::kMissingField;
  }
  if (m.first_id > m.last_id) return Status::kUnexpectedToken;
  if (instruments_[state.symbol].rule == SequenceRule::kBinanceFutures) {
    if (m.previous_id < 0) return Status::kMissingField;
    if (m.previous_id >= m.last_id) return Status::kUnexpectedToken;
  }
  return Status::kOk;
}

/// Whether the print counts is settled before its price: one outside the market needs no grid.
Status BinanceDecoder::finish_trade(const State& state) noexcept {
  MarketMessage& m = *state.message;
  if (!state.has(kSymbol | kTradeId | kPrice | kQuantity | kBuyerIsMaker | kTransactionTime)) {
    return Status::kMissingField;
  }
  if (!state.market_trade || state.price_e8 == 0 || state.quantity_e8 == 0) {
    return Status::kSkippedTrade;
  }
  const InstrumentSpec& spec = instruments_[state.symbol];
  if (!spec.tick.divide(state.price_e8, &m.ticks)) return Status::kOffGrid;
  m.rounded += round_lots(spec.step, state.quantity_e8, &m.lots);
  return m.ticks > kMaxExact || m.lots > kMaxExact ? Status::kNumberOverflow : Status::kOk;
}

#undef BOT4_TRY

}  // namespace bot4
