// The general form of Coinbase's messages: any order of members, by simdjson.
#include "decode/coinbase.h"
#include "decode/json_reader.h"
#include "decode/try_status.h"
#include "decode/venue_symbol.h"

namespace bot4 {
namespace {

using simdjson::ondemand::value;

/// What the members around the events say.
struct Envelope {
  enum class Channel : std::uint8_t { kNone, kBook, kTrades, kOther };
  Channel channel = Channel::kNone;
  bool has_channel = false;
  bool has_time = false;
  bool has_sequence = false;
  bool has_events = false;
  bool is_alive = false;  // A heartbeat or an answer to a subscription.
  bool is_error = false;
  std::int64_t event_ms = 0;
  std::int64_t sequence = -1;

  MessageKind kind() const noexcept {
    switch (channel) {
      case Channel::kBook: return MessageKind::kDepth;
      case Channel::kTrades: return MessageKind::kTrade;
      case Channel::kOther: return MessageKind::kHeartbeat;
      case Channel::kNone: break;
    }
    return is_error && !has_channel ? MessageKind::kHeartbeat : MessageKind::kUnknown;
  }
};

Status once(bool* seen) noexcept {
  if (*seen) return Status::kDuplicateField;
  *seen = true;
  return Status::kOk;
}

Status read_channel(value member, Envelope* envelope) noexcept {
  envelope->channel = Envelope::Channel::kNone;
  BOT4_TRY(once(&envelope->has_channel));
  std::string_view name;
  BOT4_TRY(read_text(member, &name));
  if (name == "l2_data") {
    envelope->channel = Envelope::Channel::kBook;
  } else if (name == "market_trades") {
    envelope->channel = Envelope::Channel::kTrades;
  } else {
    envelope->channel = Envelope::Channel::kOther;
    envelope->is_alive = name == "heartbeats" || name == "subscriptions";
  }
  return Status::kOk;
}

Status read_envelope_member(std::string_view key, value member, Envelope* envelope,
                            SoleText* names) noexcept {
  if (key == "channel") return read_channel(member, envelope);
  if (key == "timestamp") {
    BOT4_TRY(once(&envelope->has_time));
    return read_time(member, &envelope->event_ms);
  }
  if (key == "sequence_num") {
    BOT4_TRY(once(&envelope->has_sequence));
    return read_integer(member, &envelope->sequence);
  }
  if (key == "type") {
    std::string_view type;
    BOT4_TRY(read_text(member, &type));
    envelope->is_error = type == "error";
    return Status::kOk;
  }
  if (key == "events") BOT4_TRY(once(&envelope->has_events));
  return check_value(member, nullptr, names);
}

/// Reads the whole document once: it is valid JSON, and its envelope is known.
Status read_envelope(simdjson::ondemand::document& document, Envelope* envelope,
                     SoleText* names) noexcept {
  simdjson::ondemand::object root;
  if (const auto error = document.get_object().get(root)) return json_status(error);
  const auto read_member = [=](std::string_view key, value member) noexcept {
    return read_envelope_member(key, member, envelope, names);
  };
  BOT4_TRY(each_member(root, read_member));
  return document.at_end() ? Status::kOk : Status::kTrailingBytes;
}

/// Reads the events of an l2_data or market_trades message.
class EventReader {
 public:
  EventReader(const Instruments& instruments, int frame_symbol, bool book,
              FrameEvents& events) noexcept
      : instruments_(instruments), frame_symbol_(frame_symbol), book_(book), events_(events) {}

  /// Whether past trades were left out.
  bool skipped_history() const noexcept { return skipped_history_; }

  Status read(value event) noexcept { return book_ ? read_book(event) : read_trades(event); }

 private:
  Status read_type(value member, MessageKind* kind) noexcept {
    if (*kind != MessageKind::kUnknown) return Status::kDuplicateField;
    std::string_view type;
    BOT4_TRY(read_text(member, &type));
    if (type != "update" && type != "snapshot") return Status::kUnexpectedToken;
    *kind = type == "update" ? MessageKind::kDepth : MessageKind::kSnapshot;
    return Status::kOk;
  }

  Status read_product(value member, FrameEvent& event) noexcept {
    if (event.symbol >= 0) return Status::kDuplicateField;
    std::string_view name;
    BOT4_TRY(read_text(member, &name));
    const Status unknown = frame_symbol_ >= 0 ? Status::kWrongSymbol : Status::kUnknownSymbol;
    if (name.size() > InstrumentSpec::kMaxName) return unknown;
    event.symbol = venue_symbol(instruments_, Venue::kCoinbase, name.data(),
                                static_cast<int>(name.size()), frame_symbol_, 0);
    return event.symbol >= 0 ? Status::kOk : unknown;
  }

  /// What is missing when an event names no product.
  Status no_product() const noexcept {
    return frame_symbol_ < 0 ? Status::kSymbolMissing : Status::kMissingField;
  }

  Status read_book(value object) noexcept {
    FrameEvent* event = events_.add();
    if (event == nullptr) return Status::kTooManyLevels;
    bool has_updates = false;
    const auto read_member = [&, this](std::string_view key, value member) noexcept {
      if (key == "type") return read_type(member, &event->kind);
      if (key == "product_id") return read_product(member, *event);
      if (key != "updates") return Status::kOk;
      BOT4_TRY(once(&has_updates));
      return each_element(member, [&, this](value update) noexcept {
        return read_update(update, *event);
      });
    };
    BOT4_TRY(each_member(object, read_member));
    if (event->symbol < 0) return no_product();
    if (event->kind == MessageKind::kUnknown || !has_updates) return Status::kMissingField;
    return events_.settle(*event, instruments_[event->symbol]);
  }

  Status read_update(value update, FrameEvent& event) noexcept {
    bool has_side = false;
    bool has_price = false;
    bool has_quantity = false;
    bool has_time = false;
    Side side = Side::kBuy;
    std::int64_t price_e8 = 0;
    std::int64_t quantity_e8 = 0;
    const auto read_member = [&](std::string_view key, value member) noexcept {
      if (key == "side") {
        BOT4_TRY(once(&has_side));
        std::string_view name;
        BOT4_TRY(read_text(member, &name));
        if (name != "bid" && name != "offer") return Status::kUnexpectedToken;
        side = name == "bid" ? Side::kBuy : Side::kSell;
        return Status::kOk;
      }
      if (key == "price_level") {
        BOT4_TRY(once(&has_price));
        return read_quoted_decimal(member, &price_e8);
      }
      if (key == "new_quantity") {
        BOT4_TRY(once(&has_quantity));
        return read_quoted_decimal(member, &quantity_e8);
      }
      if (key != "event_time") return Status::kOk;
      BOT4_TRY(once(&has_time));
      return read_time(member, &event.transaction_ms);
    };
    BOT4_TRY(each_member(update, read_member));
    if (!has_side || !has_price || !has_quantity) return Status::kMissingField;
    Level* level = events_.add_level(event, side);
    if (level == nullptr) return Status::kTooManyLevels;
    *level = Level{price_e8, quantity_e8};
    return Status::kOk;
  }

  Status read_trades(value object) noexcept {
    const int begin = events_.count();
    MessageKind kind = MessageKind::kUnknown;
    bool has_trades = false;
    const auto read_member = [&, this](std::string_view key, value member) noexcept {
      if (key == "type") return read_type(member, &kind);
      if (key != "trades") return Status::kOk;
      BOT4_TRY(once(&has_trades));
      return each_element(member, [this](value trade) noexcept { return read_trade(trade); });
    };
    BOT4_TRY(each_member(object, read_member));
    if (kind == MessageKind::kUnknown || !has_trades) return Status::kMissingField;
    if (kind == MessageKind::kDepth) {
      events_.order_trades(begin);
      return Status::kOk;
    }
    skipped_history_ = true;
    while (events_.count() > begin) events_.drop_last();
    return Status::kOk;
  }

  Status read_trade(value object) noexcept {
    FrameEvent* event = events_.add();
    if (event == nullptr) return Status::kTooManyLevels;
    event->kind = MessageKind::kTrade;
    bool has_id = false;
    bool has_price = false;
    bool has_size = false;
    bool has_side = false;
    bool has_time = false;
    const auto read_member = [&, this](std::string_view key, value member) noexcept {
      std::string_view text;
      if (key == "product_id") return read_product(member, *event);
      if (key == "trade_id") {
        BOT4_TRY(once(&has_id));
        BOT4_TRY(read_text(member, &text));
        if (plain_integer(text, &event->trade_id) != Status::kOk) event->trade_id = 0;
        return Status::kOk;
      }
      if (key == "price") {
        BOT4_TRY(once(&has_price));
        return read_quoted_decimal(member, &event->ticks);
      }
      if (key == "size") {
        BOT4_TRY(once(&has_size));
        return read_quoted_decimal(member, &event->lots);
      }
      if (key == "side") {
        BOT4_TRY(once(&has_side));
        BOT4_TRY(read_text(member, &text));
        if (text != "BUY" && text != "SELL") return Status::kUnexpectedToken;
        event->aggressor = text == "BUY" ? Side::kSell : Side::kBuy;
        return Status::kOk;
      }
      if (key != "time") return Status::kOk;
      BOT4_TRY(once(&has_time));
      return read_time(member, &event->transaction_ms);
    };
    BOT4_TRY(each_member(object, read_member));
    if (event->symbol < 0) return no_product();
    if (!has_id || !has_price || !has_size || !has_side || !has_time) return Status::kMissingField;
    return events_.settle(*event, instruments_[event->symbol]);
  }

  const Instruments& instruments_;
  int frame_symbol_;
  bool book_;
  bool skipped_history_ = false;
  FrameEvents& events_;
};

/// Reads the events, once more from the beginning, now that their channel is known.
Status read_events(simdjson::ondemand::document& document, EventReader& reader) noexcept {
  document.rewind();
  simdjson::ondemand::object root;
  if (const auto error = document.get_object().get(root)) return json_status(error);
  return each_member(root, [&reader](std::string_view key, value member) noexcept {
    if (key != "events") return Status::kOk;
    return each_element(member, [&reader](value event) noexcept { return reader.read(event); });
  });
}

/// What a frame that is no JSON began as.
MessageKind first_kind(std::string_view text) noexcept {
  if (text.starts_with(R"({"channel":"l2_data")")) return MessageKind::kDepth;
  const bool trades = text.starts_with(R"({"channel":"market_trades")");
  return trades ? MessageKind::kTrade : MessageKind::kUnknown;
}

}  // namespace

Status CoinbaseDecoder::read_json(const char* data, std::size_t length, int frame_symbol,
                                  MarketMessage* message) noexcept {
  message->symbol = frame_symbol;
  simdjson::ondemand::document document;
  if (const auto error = parser_->read(data, length).get(document)) {
    message->kind = first_kind(std::string_view(data, length));
    return json_status(error);
  }
  Envelope envelope;
  SoleText names{.key = "product_id"};
  const Status whole = read_envelope(document, &envelope, &names);
  message->kind = envelope.kind();
  if (frame_symbol < 0 && names.found()) {
    message->symbol =
        venue_symbol(instruments_, Venue::kCoinbase, names.text, names.length, frame_symbol, 0);
  }
  BOT4_TRY(whole);
  message->event_ms = envelope.event_ms;
  // A refused book message of several products, or of none, is to show as a gap.
  const bool harmless = message->kind == MessageKind::kTrade || frame_symbol >= 0 ||
                        message->kind == MessageKind::kHeartbeat || names.found();
  if (harmless) message->sequence = envelope.sequence;
  if (message->kind == MessageKind::kUnknown) return Status::kMissingField;
  const bool read = message->kind != MessageKind::kHeartbeat;
  if (!read && !envelope.is_alive) return Status::kUnknownEvent;
  if (!envelope.has_sequence || (read && !envelope.has_events)) return Status::kMissingField;
  if (read) {
    const bool book = message->kind == MessageKind::kDepth;
    EventReader reader(instruments_, frame_symbol, book, events_);
    BOT4_TRY(read_events(document, reader));
    if (events_.count() == 0 && reader.skipped_history()) return Status::kSkippedHistory;
  }
  message->sequence = envelope.sequence;
  if (events_.count() > 0) return Status::kOk;
  FrameEvent* event = events_.add();
  event->kind = MessageKind::kHeartbeat;
  event->symbol = frame_symbol;
  return Status::kOk;
}

}  // namespace bot4
