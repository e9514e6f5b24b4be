#include "decode/coinbase.h"

#include <string_view>

#include "decode/json_reader.h"
#include "decode/venue_symbol.h"

namespace bot4 {
namespace {

bool read_exact_maker(Scanner& scan, FrameEvent* event) noexcept {
  if (scan.accept("\"side\":\"BUY\"")) {
    event->aggressor = Side::kSell;
    return true;
  }
  event->aggressor = Side::kBuy;
  return scan.accept("\"side\":\"SELL\"");
}

bool read_exact_trade_id(Scanner& scan, std::int64_t* id) noexcept {
  return scan.accept("\"trade_id\":\"") && scan.integer(id) && *id <= kMaxExact &&
         scan.accept("\",");
}

/// The value of a "side" of level2 and what follows it up to the time.
bool read_exact_side(Scanner& scan, unsigned offer) noexcept {
  static constexpr char kText[2][9] = {"bid\",\"ev", "offer\",\""};
  static constexpr int kLength[2] = {3, 5};
  if (Scanner::load(scan.at()) != Scanner::load(kText[offer])) return false;
  scan.move_to(scan.at() + kLength[offer]);
  return scan.accept("\",\"event_time\":\"");
}

}  // namespace

CoinbaseDecoder::CoinbaseDecoder(const Instruments& instruments)
    : instruments_(instruments),
      events_(kMaxLevels, kMaxEvents),
      parser_(std::make_unique<JsonParser>()) {}

CoinbaseDecoder::~CoinbaseDecoder() = default;

Status CoinbaseDecoder::decode(const char* data, std::size_t length, int frame_symbol,
                               MarketMessage* message) noexcept {
  if (frame_symbol >= -1 && frame_symbol < instruments_.size()) [[likely]] {
    events_.clear();
    *message = kEmptyMessage;
    if (read_exact(Scanner(data, length), frame_symbol, message)) [[likely]] {
      ++exact_hits_;
      events_.give(message);
      return Status::kOk;
    }
  }
  const Status status = decode_general(data, length, frame_symbol, message);
  if (message->kind != MessageKind::kHeartbeat) ++fallbacks_;
  return status;
}

Status CoinbaseDecoder::decode_general(const char* data, std::size_t length, int frame_symbol,
                                       MarketMessage* message) noexcept {
  *message = kEmptyMessage;
  events_.clear();
  if (frame_symbol < -1 || frame_symbol >= instruments_.size()) return Status::kUnknownSymbol;
  const Status status = read_json(data, length, frame_symbol, message);
  if (status != Status::kOk) {
    events_.clear();
    const bool unfinished = status == Status::kUnexpectedToken || status == Status::kTruncated;
    return unfinished ? unfinished_object(std::string_view(data, length), status) : status;
  }
  events_.give(message);
  return Status::kOk;
}

bool CoinbaseDecoder::read_exact(Scanner scan, int frame_symbol, MarketMessage* message) noexcept {
  if (!scan.accept("{\"channel\":\"")) return false;
  const bool book = scan.accept("l2_data\",\"");
  if (!book && !scan.accept("market_trades\",\"")) return false;
  if (scan.accept("client_id\":\"")) {
    const char* client = nullptr;
    int length = 0;
    if (!scan.text(&client, &length) || !scan.accept(",\"")) return false;
  }
  if (!scan.accept("timestamp\":\"") || !times_.read(scan, &message->event_ms)) return false;
  if (!scan.accept(",\"sequence_num\":") || !scan.integer(&message->sequence)) return false;
  if (message->sequence > kMaxExact || !scan.accept(",\"events\":[")) return false;
  const bool read =
      book ? read_exact_books(scan, frame_symbol) : read_exact_trades(scan, frame_symbol);
  return read && scan.accept("]}") && scan.at_end();
}

bool CoinbaseDecoder::read_exact_product(Scanner& scan, int frame_symbol, int* symbol) noexcept {
  const char* name = nullptr;
  int length = 0;
  if (!scan.text(&name, &length)) return false;
  *symbol = venue_symbol(instruments_, Venue::kCoinbase, name, length, frame_symbol, last_symbol_);
  if (*symbol < 0) return false;
  last_symbol_ = *symbol;
  return true;
}

bool CoinbaseDecoder::read_exact_books(Scanner& scan, int frame_symbol) noexcept {
  do {
    FrameEvent* event = events_.add();
    if (event == nullptr || !scan.inside()) return false;
    if (scan.accept("{\"type\":\"update\",")) {
      event->kind = MessageKind::kDepth;
    } else if (scan.accept("{\"type\":\"snapshot\",")) {
      event->kind = MessageKind::kSnapshot;
    } else {
      return false;
    }
    if (!scan.accept("\"product_id\":\"")) return false;
    if (!read_exact_product(scan, frame_symbol, &event->symbol)) return false;
    if (!scan.accept(",\"updates\":[")) return false;
    if (!read_exact_updates(scan, instruments_[event->symbol], *event)) return false;
  } while (scan.accept(","));
  return true;
}

/// The updates behind their opening bracket, and what closes them and the event. Which side comes
/// next cannot be predicted, so nothing branches on it.
bool CoinbaseDecoder::read_exact_updates(Scanner& scan, const InstrumentSpec& spec,
                                         FrameEvent& event) noexcept {
  if (!scan.accept("{\"side\":\"")) return scan.accept("]}");
  Level* const begin[2] = {events_.free_levels(Side::kBuy), events_.free_levels(Side::kSell)};
  Level* const end[2] = {begin[0] + events_.room(Side::kBuy), begin[1] + events_.room(Side::kSell)};
  Level* next[2] = {begin[0], begin[1]};
  do {
    const unsigned offer = scan.peek() == 'o' ? 1 : 0;
    if (!read_exact_side(scan, offer)) return false;
    if (!times_.read(scan, &event.transaction_ms)) return false;
    Level* const level = next[offer]++;
    if (level == end[offer]) return false;
    std::int64_t price_e8 = 0;
    std::int64_t quantity_e8 = 0;
    if (!scan.accept(",\"price_level\":") || !scan.quoted_decimal(&price_e8)) return false;
    if (!scan.accept(",\"new_quantity\":") || !scan.quoted_decimal(&quantity_e8)) return false;
    if (!spec.tick.divide(price_e8, &level->ticks) || level->ticks == 0) return false;
    event.rounded += round_lots(spec.step, quantity_e8, &level->lots);
    if (level->ticks > kMaxExact || level->lots > kMaxExact) return false;
  } while (scan.accept("},{\"side\":\""));
  events_.take_levels(event, static_cast<int>(next[0] - begin[0]),
                      static_cast<int>(next[1] - begin[1]));
  return scan.accept("}]}");
}

bool CoinbaseDecoder::read_exact_trades(Scanner& scan, int frame_symbol) noexcept {
  do {
    if (!scan.inside() || !scan.accept("{\"type\":\"update\",") || !scan.accept("\"trades\":[")) {
      return false;
    }
    const int begin = events_.count();
    do {
      if (!read_exact_trade(scan, frame_symbol)) return false;
    } while (scan.accept("},"));
    if (!scan.accept("}]}")) return false;
    events_.order_trades(begin);
  } while (scan.accept(","));
  return true;
}

bool CoinbaseDecoder::read_exact_trade(Scanner& scan, int frame_symbol) noexcept {
  FrameEvent* event = events_.add();
  if (event == nullptr || !scan.inside() || !scan.accept("{")) return false;
  event->kind = MessageKind::kTrade;
  // The feed names the product first and the side last, the documentation does not.
  const bool product_first = !scan.sees("\"trade_id\":");
  if (!product_first && !read_exact_trade_id(scan, &event->trade_id)) return false;
  if (!scan.accept("\"product_id\":\"")) return false;
  if (!read_exact_product(scan, frame_symbol, &event->symbol) || !scan.accept(",")) return false;
  if (product_first && !read_exact_trade_id(scan, &event->trade_id)) return false;
  if (!scan.accept("\"price\":") || !scan.quoted_decimal(&event->ticks)) return false;
  if (!scan.accept(",\"size\":") || !scan.quoted_decimal(&event->lots)) return false;
  if (!scan.inside() || !scan.accept(",")) return false;
  const bool side_last = !scan.sees("\"side\":");
  if (!side_last && (!read_exact_maker(scan, event) || !scan.accept(","))) return false;
  if (!scan.accept("\"time\":\"") || !times_.read(scan, &event->transaction_ms)) return false;
  if (side_last && (!scan.accept(",") || !read_exact_maker(scan, event))) return false;
  return events_.settle(*event, instruments_[event->symbol]) == Status::kOk;
}

}  // namespace bot4
