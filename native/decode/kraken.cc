#include "decode/kraken.h"

#include <string_view>

#include "decode/json_reader.h"
#include "decode/venue_symbol.h"

namespace bot4 {

KrakenDecoder::KrakenDecoder(const Instruments& instruments)
    : instruments_(instruments),
      events_(kMaxLevels, kMaxEvents),
      parser_(std::make_unique<JsonParser>()) {}

KrakenDecoder::~KrakenDecoder() = default;

Status KrakenDecoder::decode(const char* data, std::size_t length, int frame_symbol,
                             MarketMessage* message) noexcept {
  if (frame_symbol >= -1 && frame_symbol < instruments_.size()) [[likely]] {
    events_.clear();
    if (read_exact(Scanner(data, length), frame_symbol)) [[likely]] {
      ++exact_hits_;
      *message = kEmptyMessage;
      next(message);
      return Status::kOk;
    }
  }
  const Status status = decode_general(data, length, frame_symbol, message);
  if (message->kind != MessageKind::kHeartbeat) ++fallbacks_;
  return status;
}

bool KrakenDecoder::next(MarketMessage* message) noexcept {
  if (!events_.give(message)) return false;
  message->event_ms = message->transaction_ms;
  return true;
}

Status KrakenDecoder::decode_general(const char* data, std::size_t length, int frame_symbol,
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
  next(message);
  return Status::kOk;
}

bool KrakenDecoder::read_exact(Scanner scan, int frame_symbol) noexcept {
  if (!scan.accept("{\"channel\":\"")) return false;
  bool read = false;
  if (scan.accept("book\",\"type\":\"")) {
    read = read_exact_book(scan, frame_symbol);
  } else if (scan.accept("trade\",\"type\":\"update\"")) {
    read = read_exact_trades(scan, frame_symbol);
  } else if (scan.accept("heartbeat\"}")) {
    FrameEvent* event = events_.add();
    event->kind = MessageKind::kHeartbeat;
    event->symbol = frame_symbol;
    read = true;
  }
  return read && scan.at_end();
}

bool KrakenDecoder::read_exact_symbol(Scanner& scan, int frame_symbol, int* symbol) noexcept {
  const char* name = nullptr;
  int length = 0;
  if (!scan.text(&name, &length)) return false;
  *symbol =
      venue_symbol(instruments_, Venue::kKraken, name, length, frame_symbol, last_symbol_);
  if (*symbol < 0) return false;
  last_symbol_ = *symbol;
  return true;
}

bool KrakenDecoder::read_exact_book(Scanner& scan, int frame_symbol) noexcept {
  FrameEvent& event = *events_.add();
  if (scan.accept("update\",\"data\":[")) {
    event.kind = MessageKind::kDepth;
  } else if (scan.accept("snapshot\",\"data\":[")) {
    event.kind = MessageKind::kSnapshot;
  } else {
    return false;
  }
  if (!scan.inside() || !scan.accept("{\"symbol\":\"")) return false;
  if (!read_exact_symbol(scan, frame_symbol, &event.symbol)) return false;
  const InstrumentSpec& spec = instruments_[event.symbol];
  if (!scan.accept(",\"bids\":[") || !read_exact_side(scan, Side::kBuy, spec, event)) return false;
  if (!scan.inside() || !scan.accept(",\"asks\":[")) return false;
  if (!read_exact_side(scan, Side::kSell, spec, event)) return false;
  if (!scan.inside() || !scan.accept(",\"checksum\":")) return false;
  if (!scan.integer(&event.checksum) || event.checksum > 0xFFFFFFFF) return false;
  if (!scan.inside() || !scan.accept(",\"timestamp\":\"")) return false;
  return times_.read(scan, &event.transaction_ms) && scan.accept("}]}");
}

/// The levels of a side behind its opening bracket, and the closing one.
bool KrakenDecoder::read_exact_side(Scanner& scan, Side side, const InstrumentSpec& spec,
                                    FrameEvent& event) noexcept {
  if (scan.accept("]")) return true;
  if (!scan.accept("{\"price\":")) return false;
  Level* const begin = events_.free_levels(side);
  Level* const end = begin + events_.room(side);
  Level* level = begin;
  do {
    if (level == end) return false;
    std::int64_t price_e8 = 0;
    std::int64_t quantity_e8 = 0;
    int places = 0;
    if (!scan.decimal(&price_e8, &places) || !scan.accept(",\"qty\":")) return false;
    if (!scan.decimal(&quantity_e8, &places)) return false;
    if (!spec.tick.divide(price_e8, &level->ticks) || level->ticks == 0) return false;
    event.rounded += round_lots(spec.step, quantity_e8, &level->lots);
    if (level->ticks > kMaxExact || level->lots > kMaxExact) return false;
    ++level;
  } while (scan.accept("},{\"price\":"));
  const auto count = static_cast<int>(level - begin);
  events_.take_levels(event, side == Side::kBuy ? count : 0, side == Side::kBuy ? 0 : count);
  return scan.accept("}]");
}

bool KrakenDecoder::read_exact_trades(Scanner& scan, int frame_symbol) noexcept {
  if (!scan.accept(",\"data\":[")) return false;
  do {
    if (!read_exact_trade(scan, frame_symbol)) return false;
  } while (scan.accept("},"));
  return scan.accept("}]}");
}

bool KrakenDecoder::read_exact_trade(Scanner& scan, int frame_symbol) noexcept {
  FrameEvent* event = events_.add();
  if (event == nullptr) return false;
  event->kind = MessageKind::kTrade;
  if (!scan.inside() || !scan.accept("{\"symbol\":\"")) return false;
  if (!read_exact_symbol(scan, frame_symbol, &event->symbol)) return false;
  if (scan.accept(",\"side\":\"buy\",\"price\":")) {
    event->aggressor = Side::kBuy;
  } else if (scan.accept(",\"side\":\"sell\",\"price\":")) {
    event->aggressor = Side::kSell;
  } else {
    return false;
  }
  int places = 0;
  if (!scan.decimal(&event->ticks, &places) || !scan.accept(",\"qty\":")) return false;
  if (!scan.decimal(&event->lots, &places)) return false;
  if (!scan.accept(",\"ord_type\":\"market\"") && !scan.accept(",\"ord_type\":\"limit\"")) {
    return false;
  }
  if (!scan.accept(",\"trade_id\":") || !scan.integer(&event->trade_id)) return false;
  if (event->trade_id > kMaxExact || !scan.accept(",\"timestamp\":\"")) return false;
  if (!times_.read(scan, &event->transaction_ms)) return false;
  return events_.settle(*event, instruments_[event->symbol]) == Status::kOk;
}

}  // namespace bot4
