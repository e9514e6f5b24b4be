#include "decode/binance_exact.h"

#include "decode/binance_fields.h"

namespace bot4 {
namespace {

/// The pair behind the symbol and the kind of contract, which newer futures messages carry.
[[gnu::noinline]] bool skip_contract(Scanner& s) noexcept {
  std::int64_t kind = 0;
  return (!s.accept(",\"ps\":\"") || s.skip_text()) && (!s.accept(",\"st\":") || s.integer(&kind));
}

}  // namespace

/// The message under way.
struct BinanceExact::Frame {
  Scanner s;
  MarketMessage& m;
  std::string_view stream;
  bool enveloped;

  /// What may stand behind the last field, and the end.
  bool closes() noexcept {
    if (s.peek() == ',' && !(skip_contract(s) && skip_contract(s))) return false;  // Either first.
    return s.accept("}") && (!enveloped || s.accept("}")) && s.at_end();
  }
};

namespace {

/// Whether the instrument's name and a quote stand at `at`; names are at most 23 bytes and padded
/// with zeros to 24.
bool names(const InstrumentSpec& spec, const char* at) noexcept {
  std::uint64_t different = 0;
  int rest = spec.name_length;
  int from = 0;
  for (; rest > 8; rest -= 8, from += 8) {
    different |= Scanner::load(at + from) ^ Scanner::load(spec.name + from);
  }
  different |= (Scanner::load(at + from) ^ Scanner::load(spec.name + from)) << (64 - 8 * rest);
  return different == 0 && at[spec.name_length] == '"';
}

}  // namespace

BinanceExact::BinanceExact(const Instruments& instruments)
    : instruments_(instruments),
      bids_(std::make_unique_for_overwrite<Level[]>(kMaxBinanceLevels)),
      asks_(std::make_unique_for_overwrite<Level[]>(kMaxBinanceLevels)) {}

bool BinanceExact::decode(const char* data, std::size_t length, int frame_symbol,
                          MarketMessage* message) noexcept {
  if (length < 32) return false;
  Frame f{Scanner(data, length), *message, {}, false};
  *message = kEmptyMessage;
  message->symbol = frame_symbol;
  message->bids = bids_.get();
  message->asks = asks_.get();
  if (f.s.accept("{\"stream\":\"")) {
    const char* name;
    int name_length;
    if (!f.s.text(&name, &name_length) || !f.s.accept(",\"data\":")) return false;
    f.stream = std::string_view(name, static_cast<std::size_t>(name_length));
    f.enveloped = true;
  }
  if (f.s.accept("{\"e\":\"")) return by_event(f);
  if (f.s.accept("{\"u\":")) return ticker(f, false);
  return f.s.accept("{\"lastUpdateId\":") && snapshot(f);
}

bool BinanceExact::by_event(Frame& f) noexcept {
  if (f.s.accept("depthUpdate\",\"E\":")) return depth(f);
  if (f.s.accept("bookTicker\",\"u\":")) return ticker(f, true);
  if (f.s.accept("trade\",\"E\":")) return trade(f);
  if (f.s.accept("aggTrade\",\"E\":")) return aggregate_trade(f);
  if (f.s.accept("markPriceUpdate\",\"E\":")) return mark(f);
  return f.s.accept("forceOrder\",\"E\":") && forced_order(f);
}

bool BinanceExact::depth(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  if (!s.integer(&m.event_ms)) return false;
  if (s.accept(",\"T\":") && !s.integer(&m.transaction_ms)) return false;
  if (!s.accept(",\"s\":\"") || !symbol(f)) return false;
  if (!s.sees(",\"U\":") && !skip_contract(s)) return false;
  if (!s.accept(",\"U\":") || !s.integer(&m.first_id)) return false;
  if (!s.accept(",\"u\":") || !s.integer(&m.last_id)) return false;
  if (s.accept(",\"pu\":") && !s.integer(&m.previous_id)) return false;
  const InstrumentSpec& spec = instruments_[m.symbol];
  LevelPlaces& places = places_[m.symbol];
  if (!s.accept(",\"b\":[")) return false;
  if (!read_exact_levels(s, spec, places, bids_.get(), &m.bid_count, &m.rounded)) return false;
  if (!s.accept(",\"a\":[")) return false;
  if (!read_exact_levels(s, spec, places, asks_.get(), &m.ask_count, &m.rounded)) return false;
  if (m.first_id > m.last_id) return false;
  if (spec.rule == SequenceRule::kBinanceFutures &&
      (m.previous_id < 0 || m.previous_id >= m.last_id)) {
    return false;
  }
  m.kind = is_partial(f.enveloped, f.stream, spec.rule) ? MessageKind::kPartial
                                                        : MessageKind::kDepth;
  return f.closes();
}

/// A REST snapshot, or a partial depth message of spot, which only its stream names. COIN-M names
/// symbol and pair.
bool BinanceExact::snapshot(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  if (!s.integer(&m.last_id)) return false;
  if (s.accept(",\"E\":") && !s.integer(&m.event_ms)) return false;
  if (s.accept(",\"T\":") && !s.integer(&m.transaction_ms)) return false;
  if (s.accept(",\"symbol\":\"") && !symbol(f)) return false;
  if (s.accept(",\"pair\":\"") && !s.skip_text()) return false;
  if (m.symbol < 0) m.symbol = last_found_ = stream_symbol(instruments_, f.stream, last_found_);
  if (m.symbol < 0 || !s.accept(",\"bids\":[")) return false;
  const InstrumentSpec& spec = instruments_[m.symbol];
  LevelPlaces& places = places_[m.symbol];
  if (!read_exact_levels(s, spec, places, bids_.get(), &m.bid_count, &m.rounded)) return false;
  if (!s.accept(",\"asks\":[")) return false;
  if (!read_exact_levels(s, spec, places, asks_.get(), &m.ask_count, &m.rounded)) return false;
  m.kind = is_partial(f.enveloped, f.stream, spec.rule) ? MessageKind::kPartial
                                                        : MessageKind::kSnapshot;
  return f.closes();
}

/// Spot names no event; COIN-M names it behind the id, USD-M before.
bool BinanceExact::ticker(Frame& f, bool named) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  m.kind = MessageKind::kTicker;
  if (!s.integer(&m.last_id)) return false;
  if (!named) s.accept(",\"e\":\"bookTicker\"");
  const bool timed = s.accept(",\"E\":");
  if (timed && !(s.integer(&m.event_ms) && s.accept(",\"T\":") && s.integer(&m.transaction_ms))) {
    return false;
  }
  if (!s.accept(",\"s\":\"") || !symbol(f)) return false;
  if (!s.sees(",\"b\":") && !skip_contract(s)) return false;
  if (!s.accept(",\"b\":") || !price(f, &m.best_bid.ticks)) return false;
  if (!s.accept(",\"B\":") || !quantity(f, &m.best_bid.lots)) return false;
  if (!s.accept(",\"a\":") || !price(f, &m.best_ask.ticks)) return false;
  if (!s.accept(",\"A\":") || !quantity(f, &m.best_ask.lots)) return false;
  if (!timed && s.accept(",\"T\":") &&
      !(s.integer(&m.transaction_ms) && s.accept(",\"E\":") && s.integer(&m.event_ms))) {
    return false;
  }
  return f.closes();
}

/// Spot puts the time behind price and quantity (and, in older recordings, both order ids before
/// it); futures put it in front, and the kind of print behind.
bool BinanceExact::trade(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  m.kind = MessageKind::kTrade;
  if (!s.integer(&m.event_ms)) return false;
  const bool timed = s.accept(",\"T\":");
  if (timed && !s.integer(&m.transaction_ms)) return false;
  if (!s.accept(",\"s\":\"") || !symbol(f)) return false;
  if (!s.sees(",\"t\":") && !skip_contract(s)) return false;
  if (!s.accept(",\"t\":") || !s.integer(&m.trade_id) || !print(f)) return false;
  if (!timed) {
    std::int64_t order = 0;
    if (s.accept(",\"b\":") && !s.integer(&order)) return false;
    if (s.accept(",\"a\":") && !s.integer(&order)) return false;
    if (!s.accept(",\"T\":") || !s.integer(&m.transaction_ms)) return false;
  } else if (!s.accept(",\"X\":\"MARKET\"")) {
    return false;
  }
  return taker(f) && f.closes();
}

bool BinanceExact::aggregate_trade(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  m.kind = MessageKind::kTrade;
  if (!s.integer(&m.event_ms)) return false;
  const bool id_first = s.accept(",\"a\":");
  if (id_first && !s.integer(&m.trade_id)) return false;
  if (!s.accept(",\"s\":\"") || !symbol(f) || !skip_contract(s)) return false;
  if (!id_first && !(s.accept(",\"a\":") && s.integer(&m.trade_id))) return false;
  if (!print(f)) return false;
  if (s.accept(",\"nq\":\"") && !s.skip_text()) return false;
  std::int64_t trade_id = 0;
  if (!s.accept(",\"f\":") || !s.integer(&trade_id)) return false;
  if (!s.accept(",\"l\":") || !s.integer(&trade_id)) return false;
  if (!s.accept(",\"T\":") || !s.integer(&m.transaction_ms)) return false;
  return taker(f) && f.closes();
}

/// USD-M sends p, i, P, r; COIN-M p, P, i, r or p, P, r. Dated contracts have an empty rate.
bool BinanceExact::mark(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  m.kind = MessageKind::kMark;
  if (!s.integer(&m.event_ms) || !s.accept(",\"s\":\"") || !symbol(f) || !skip_contract(s)) {
    return false;
  }
  if (!s.accept(",\"p\":") || !s.quoted_decimal(&m.mark_e8)) return false;
  if (s.accept(",\"ap\":\"") && !s.skip_text()) return false;
  const bool index_first = s.accept(",\"i\":");
  if (index_first && !s.quoted_decimal(&m.index_e8)) return false;
  if (s.accept(",\"P\":\"") && !s.skip_text()) return false;
  if (!index_first && s.accept(",\"i\":") && !s.quoted_decimal(&m.index_e8)) return false;
  if (!s.accept(",\"r\":\"")) return false;
  if (!s.accept("\"")) {
    const bool negative = s.accept("-");
    int places = 0;
    if (!s.decimal(&m.funding_rate_e8, &places) || !s.accept("\"")) return false;
    if (negative) m.funding_rate_e8 = -m.funding_rate_e8;
  }
  if (!s.accept(",\"T\":") || !s.integer(&m.next_funding_ms)) return false;
  return m.mark_e8 > 0 && m.mark_e8 <= kMaxExact && m.index_e8 <= kMaxExact && f.closes();
}

bool BinanceExact::forced_order(Frame& f) noexcept {
  Scanner& s = f.s;
  MarketMessage& m = f.m;
  m.kind = MessageKind::kLiquidation;
  if (!s.integer(&m.event_ms) || !s.accept(",\"o\":{\"s\":\"") || !symbol(f)) return false;
  if (!skip_contract(s)) return false;
  m.aggressor_given = true;
  if (s.accept(",\"S\":\"SELL\"")) {
    m.aggressor = Side::kSell;
  } else if (!s.accept(",\"S\":\"BUY\"")) {
    return false;
  }
  if (!s.accept(",\"o\":\"") || !s.skip_text() || !s.accept(",\"f\":\"") || !s.skip_text()) {
    return false;
  }
  if (!s.accept(",\"q\":") || !quantity(f, &m.lots) || m.lots == 0) return false;
  if (!s.accept(",\"p\":") || !price(f, &m.ticks)) return false;
  if (!s.accept(",\"ap\":\"") || !s.skip_text() || !s.accept(",\"X\":\"") || !s.skip_text()) {
    return false;
  }
  if (!s.accept(",\"l\":\"") || !s.skip_text() || !s.accept(",\"z\":\"") || !s.skip_text()) {
    return false;
  }
  if (!s.accept(",\"T\":") || !s.integer(&m.transaction_ms)) return false;
  return skip_contract(s) && s.accept("}") && f.closes();
}

/// The symbol up to and with its closing quote.
bool BinanceExact::symbol(Frame& f) noexcept {
  if (f.m.symbol < 0 && last_found_ >= 0 && names(instruments_[last_found_], f.s.at())) {
    f.m.symbol = last_found_;
  }
  if (f.m.symbol >= 0) {
    const InstrumentSpec& spec = instruments_[f.m.symbol];
    if (!f.s.inside() || !names(spec, f.s.at())) return false;
    f.s.move_to(f.s.at() + spec.name_length + 1);
    return true;
  }
  const char* name;
  int length;
  if (!f.s.text(&name, &length)) return false;
  f.m.symbol = last_found_ = instruments_.find(name, length);
  return f.m.symbol >= 0;
}

/// A quoted price on its grid, above zero.
bool BinanceExact::price(Frame& f, std::int64_t* ticks) const noexcept {
  std::int64_t e8 = 0;
  return f.s.quoted_decimal(&e8) && instruments_[f.m.symbol].tick.divide(e8, ticks) && *ticks > 0 &&
         *ticks <= kMaxExact;
}

bool BinanceExact::quantity(Frame& f, std::int64_t* lots) const noexcept {
  std::int64_t e8 = 0;
  if (!f.s.quoted_decimal(&e8)) return false;
  f.m.rounded += round_lots(instruments_[f.m.symbol].step, e8, lots);
  return *lots <= kMaxExact;
}

/// Price and quantity of a trade in the market.
bool BinanceExact::print(Frame& f) const noexcept {
  return f.s.accept(",\"p\":") && price(f, &f.m.ticks) && f.s.accept(",\"q\":") &&
         quantity(f, &f.m.lots) && f.m.lots > 0;
}

/// Which side took liquidity, and the flag without meaning that spot sends behind it.
bool BinanceExact::taker(Frame& f) const noexcept {
  f.m.aggressor_given = true;
  if (f.s.accept(",\"m\":true")) {
    f.m.aggressor = Side::kSell;
  } else if (!f.s.accept(",\"m\":false")) {
    return false;
  }
  if (!f.s.accept(",\"M\":true")) f.s.accept(",\"M\":false");
  return true;
}

}  // namespace bot4
