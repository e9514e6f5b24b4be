#include "decode/binance_json.h"

#include <utility>

#include "decode/binance_fields.h"
#include "decode/binance_json_fields.h"
#include "decode/binance_levels.h"
#include "decode/json_reader.h"
#include "decode/json_value.h"
#include "decode/scan.h"
#include "decode/try_status.h"

namespace bot4 {

namespace {

using simdjson::ondemand::json_type;
using Field = BinanceFields::Field;

/// The field that a key of a message names, or kFieldCount.
Field field_of(std::string_view key) noexcept {
  if (key.size() == 1) {
    switch (key[0]) {
      case 'e': return BinanceFields::kEvent;
      case 'E': return BinanceFields::kEventTime;
      case 'T': return BinanceFields::kTransactionTime;
      case 's': return BinanceFields::kSymbol;
      case 'U': return BinanceFields::kFirstId;
      case 'u': return BinanceFields::kLastId;
      case 't': return BinanceFields::kTradeId;
      case 'p': return BinanceFields::kPrice;
      case 'q': return BinanceFields::kQuantity;
      case 'i': return BinanceFields::kIndexPrice;
      case 'r': return BinanceFields::kRate;
      case 'm': return BinanceFields::kBuyerIsMaker;
      case 'X': return BinanceFields::kPrintKind;
      case 'b': return BinanceFields::kBid;
      case 'a': return BinanceFields::kAsk;
      case 'B': return BinanceFields::kBidQuantity;
      case 'A': return BinanceFields::kAskQuantity;
      default: return BinanceFields::kFieldCount;
    }
  }
  if (key == "pu") return BinanceFields::kPreviousId;
  if (key == "lastUpdateId") return BinanceFields::kSnapshotId;
  if (key == "symbol") return BinanceFields::kSymbol;
  return BinanceFields::kFieldCount;
}

/// The field that a key of a forced order's object names, or kFieldCount.
Field order_field_of(std::string_view key) noexcept {
  if (key == "s") return BinanceFields::kSymbol;
  if (key == "S") return BinanceFields::kSide;
  if (key == "q") return BinanceFields::kQuantity;
  if (key == "p") return BinanceFields::kPrice;
  if (key == "T") return BinanceFields::kTransactionTime;
  return BinanceFields::kFieldCount;
}

BinanceEvent event_of(std::string_view name) noexcept {
  if (name == "depthUpdate") return BinanceEvent::kDepth;
  if (name == "trade") return BinanceEvent::kTrade;
  if (name == "aggTrade") return BinanceEvent::kAggTrade;
  if (name == "bookTicker") return BinanceEvent::kTicker;
  if (name == "markPriceUpdate") return BinanceEvent::kMark;
  return name == "forceOrder" ? BinanceEvent::kOrder : BinanceEvent::kNone;
}

/// One pass over a message, into its fields and levels of 1e-8.
class Reader {
 public:
  Reader(const Instruments& instruments, BinanceFields& fields, MarketMessage& m, Level* bids,
         Level* asks) noexcept
      : instruments_(instruments), fields_(fields), m_(m), bids_(bids), asks_(asks) {}

  /// The members of the message, or of the envelope around it.
  Status read_object(simdjson::ondemand::object object) noexcept {
    for (auto member : object) {
      simdjson::ondemand::field field;
      if (const auto error = std::move(member).get(field)) return json_status(error);
      const std::string_view key = field.escaped_key();
      if (key.find('\\') != std::string_view::npos) return Status::kUnexpectedToken;
      BOT4_TRY(read_member(key, field.value()));
    }
    return Status::kOk;
  }

 private:
  Status read_member(std::string_view key, simdjson::ondemand::value value) noexcept {
    if (key == "data") return read_data(value);
    const bool outside = !fields_.enveloped || fields_.complete;
    if (key == "stream" && outside) return keep(BinanceFields::kStream, value);
    if (fields_.complete) return check_value(value, nullptr);
    if (key == "bids") return read_side(Side::kBuy, value);
    if (key == "asks") return read_side(Side::kSell, value);
    if (key == "o") return read_order(value);
    const Field field = field_of(key);
    if (field == BinanceFields::kFieldCount) return check_value(value, nullptr);
    if (field == BinanceFields::kBid || field == BinanceFields::kAsk) {
      return read_bid_or_ask(field, value);
    }
    BOT4_TRY(keep(field, value));
    if (field == BinanceFields::kEvent) return read_event();
    return field == BinanceFields::kSymbol ? read_symbol() : Status::kOk;
  }

  Status read_data(simdjson::ondemand::value value) noexcept {
    if (fields_.enveloped || fields_.any()) return Status::kDuplicateField;
    fields_.enveloped = true;
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) return json_status(error);
    BOT4_TRY(read_object(object));
    fields_.complete = true;
    return Status::kOk;
  }

  Status keep(Field field, simdjson::ondemand::value value) noexcept {
    if (fields_.has(field)) return Status::kDuplicateField;
    return check_value(value, &fields_.values[field]);
  }

  Status read_event() noexcept {
    std::string_view name;
    BOT4_TRY(plain_text(fields_.values[BinanceFields::kEvent], &name));
    fields_.event = event_of(name);
    return fields_.event == BinanceEvent::kNone ? Status::kUnknownEvent : Status::kOk;
  }

  Status read_symbol() noexcept {
    std::string_view name;
    BOT4_TRY(plain_text(fields_.values[BinanceFields::kSymbol], &name));
    const int length = name.size() > InstrumentSpec::kMaxName ? InstrumentSpec::kMaxName + 1
                                                              : static_cast<int>(name.size());
    if (m_.symbol >= 0) {
      return instruments_.is_named(m_.symbol, name.data(), length) ? Status::kOk
                                                                   : Status::kWrongSymbol;
    }
    m_.symbol = instruments_.find(name.data(), length);
    return m_.symbol >= 0 ? Status::kOk : Status::kUnknownSymbol;
  }

  /// "b" and "a" hold levels in a depth message, a price in a ticker, an id in trades.
  Status read_bid_or_ask(Field field, simdjson::ondemand::value value) noexcept {
    json_type type;
    if (const auto error = value.type().get(type)) return json_status(error);
    if (type != json_type::array || fields_.event == BinanceEvent::kTrade) {
      return keep(field, value);
    }
    return read_side(field == BinanceFields::kBid ? Side::kBuy : Side::kSell, value);
  }

  /// Levels as pairs of 1e-8; their grid is asked for when the instrument is known.
  Status read_side(Side side, simdjson::ondemand::value value) noexcept {
    const bool bid = side == Side::kBuy;
    bool& seen = bid ? fields_.has_bids : fields_.has_asks;
    if (seen) return Status::kDuplicateField;
    seen = true;
    Level* levels = bid ? bids_ : asks_;
    int& count = bid ? m_.bid_count : m_.ask_count;
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) return json_status(error);
    for (auto element : array) {
      simdjson::ondemand::value level;
      if (const auto error = std::move(element).get(level)) return json_status(error);
      if (count == kMaxBinanceLevels) return Status::kTooManyLevels;
      BOT4_TRY(read_level(level, &levels[count]));
      ++count;
    }
    return Status::kOk;
  }

  static Status read_level(simdjson::ondemand::value value, Level* level) noexcept {
    simdjson::ondemand::array pair;
    if (const auto error = value.get_array().get(pair)) return json_status(error);
    int count = 0;
    for (auto element : pair) {
      simdjson::ondemand::value number;
      if (const auto error = std::move(element).get(number)) return json_status(error);
      if (count == 2) return Status::kUnexpectedToken;
      std::string_view token;
      BOT4_TRY(check_value(number, &token));
      BOT4_TRY(quoted_decimal(token, count == 0 ? &level->ticks : &level->lots));
      ++count;
    }
    return count == 2 ? Status::kOk : Status::kUnexpectedToken;
  }

  /// "o" is a forced order's object; elsewhere it means nothing here.
  Status read_order(simdjson::ondemand::value value) noexcept {
    json_type type;
    if (const auto error = value.type().get(type)) return json_status(error);
    const bool expected =
        fields_.event == BinanceEvent::kNone || fields_.event == BinanceEvent::kOrder;
    if (type != json_type::object || !expected) return check_value(value, nullptr);
    if (fields_.has_order) return Status::kDuplicateField;
    fields_.has_order = true;
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) return json_status(error);
    for (auto member : object) {
      simdjson::ondemand::field field;
      if (const auto error = std::move(member).get(field)) return json_status(error);
      const std::string_view key = field.escaped_key();
      if (key.find('\\') != std::string_view::npos) return Status::kUnexpectedToken;
      const Field name = order_field_of(key);
      if (name == BinanceFields::kFieldCount) {
        BOT4_TRY(check_value(field.value(), nullptr));
        continue;
      }
      BOT4_TRY(keep(name, field.value()));
      if (name == BinanceFields::kSymbol) BOT4_TRY(read_symbol());
    }
    return Status::kOk;
  }

  const Instruments& instruments_;
  BinanceFields& fields_;
  MarketMessage& m_;
  Level* bids_;
  Level* asks_;
};

/// What a message that is no JSON began as: the event it names in the very first place, or unknown.
BinanceEvent first_event(std::string_view text) noexcept {
  if (text.starts_with("{\"stream\":\"")) {
    const std::size_t quote = text.find('"', 11);
    if (quote == std::string_view::npos) return BinanceEvent::kNone;
    text.remove_prefix(quote);
    if (!text.starts_with("\",\"data\":")) return BinanceEvent::kNone;
    text.remove_prefix(9);
  }
  if (!text.starts_with("{\"e\":\"")) return BinanceEvent::kNone;
  text.remove_prefix(6);
  const std::size_t quote = text.find('"');
  return quote == std::string_view::npos ? BinanceEvent::kNone : event_of(text.substr(0, quote));
}

}  // namespace

BinanceJson::BinanceJson(const Instruments& instruments)
    : instruments_(instruments),
      parser_(std::make_unique<JsonParser>()),
      bids_(std::make_unique_for_overwrite<Level[]>(kMaxBinanceLevels)),
      asks_(std::make_unique_for_overwrite<Level[]>(kMaxBinanceLevels)) {}

BinanceJson::~BinanceJson() = default;

Status BinanceJson::decode(const char* data, std::size_t length, int frame_symbol,
                           MarketMessage* message) noexcept {
  *message = kEmptyMessage;
  message->symbol = frame_symbol;
  message->bids = bids_.get();
  message->asks = asks_.get();
  BinanceFields fields;
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  auto error = parser_->read(data, length).get(document);
  if (!error) error = document.get_object().get(object);
  Status status = json_status(error);
  if (status == Status::kOk) {
    Reader reader(instruments_, fields, *message, bids_.get(), asks_.get());
    status = reader.read_object(object);
    if (status == Status::kOk && !document.at_end()) status = Status::kTrailingBytes;
  }
  const std::string_view text(data, length);
  if (status == Status::kUnexpectedToken || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT) {
    status = unfinished_object(text, status);
  }
  if (status == Status::kOk) return finish(fields, *message);
  if (error) fields.event = first_event(text);
  message->kind = fields.kind(false);
  return status;
}

}  // namespace bot4
