// The general form of Kraken's messages: any order of members, by simdjson.
#include "decode/json_reader.h"
#include "decode/kraken.h"
#include "decode/try_status.h"
#include "decode/venue_symbol.h"

namespace bot4 {
namespace {

using simdjson::ondemand::value;

/// What the members around the data say.
struct Envelope {
  enum class Channel : std::uint8_t { kNone, kBook, kTrade, kOther };
  Channel channel = Channel::kNone;
  bool has_channel = false;
  bool has_type = false;
  bool is_update = false;
  bool is_snapshot = false;
  bool has_method = false;
  bool is_alive = false;  // A heartbeat or the venue's status.
  bool has_data = false;

  MessageKind kind() const noexcept {
    switch (channel) {
      case Channel::kBook: return is_snapshot ? MessageKind::kSnapshot : MessageKind::kDepth;
      case Channel::kTrade: return MessageKind::kTrade;
      case Channel::kOther: return MessageKind::kHeartbeat;
      case Channel::kNone: break;
    }
    return has_method && !has_channel ? MessageKind::kHeartbeat : MessageKind::kUnknown;
  }
};

Status read_channel(value member, Envelope* envelope) noexcept {
  envelope->channel = Envelope::Channel::kNone;
  if (envelope->has_channel) return Status::kDuplicateField;
  envelope->has_channel = true;
  std::string_view name;
  BOT4_TRY(read_text(member, &name));
  if (name == "book") {
    envelope->channel = Envelope::Channel::kBook;
  } else if (name == "trade") {
    envelope->channel = Envelope::Channel::kTrade;
  } else {
    envelope->channel = Envelope::Channel::kOther;
    envelope->is_alive = name == "heartbeat" || name == "status";
  }
  return Status::kOk;
}

Status read_type(value member, Envelope* envelope) noexcept {
  if (envelope->has_type) {
    envelope->is_snapshot = false;
    return Status::kDuplicateField;
  }
  envelope->has_type = true;
  std::string_view name;
  BOT4_TRY(read_text(member, &name));
  envelope->is_update = name == "update";
  envelope->is_snapshot = name == "snapshot";
  return Status::kOk;
}

/// Reads the whole document once: it is valid JSON, and its envelope is known.
Status read_envelope(simdjson::ondemand::document& document, Envelope* envelope,
                     SoleText* names) noexcept {
  simdjson::ondemand::object root;
  if (const auto error = document.get_object().get(root)) return json_status(error);
  const Status walked = each_member(root, [=](std::string_view key, value member) noexcept {
    if (key == "channel") return read_channel(member, envelope);
    if (key == "type") return read_type(member, envelope);
    if (key == "method") envelope->has_method = true;
    if (key == "data") {
      if (envelope->has_data) return Status::kDuplicateField;
      envelope->has_data = true;
    }
    return check_value(member, nullptr, names);
  });
  if (walked != Status::kOk) return walked;
  return document.at_end() ? Status::kOk : Status::kTrailingBytes;
}

/// Reads the elements of the data of a book or trade message.
class ElementReader {
 public:
  ElementReader(const Instruments& instruments, int frame_symbol, MessageKind kind,
                FrameEvents& events) noexcept
      : instruments_(instruments), frame_symbol_(frame_symbol), kind_(kind), events_(events) {}

  Status read(value element) noexcept {
    FrameEvent* event = events_.add();
    if (event == nullptr) return Status::kTooManyLevels;
    event->kind = kind_;
    seen_ = 0;
    const auto read_member = [this, event](std::string_view key, value member) noexcept {
      if (key == "symbol") return read_symbol(member, *event);
      if (key == "timestamp") {
        BOT4_TRY(once(kTime));
        return read_time(member, &event->transaction_ms);
      }
      return kind_ == MessageKind::kTrade ? read_trade_member(key, member, *event)
                                          : read_book_member(key, member, *event);
    };
    BOT4_TRY(each_member(element, read_member));
    if ((seen_ & kSymbol) == 0 && frame_symbol_ < 0) return Status::kSymbolMissing;
    const std::uint32_t needed =
        kind_ == MessageKind::kTrade ? kSymbol | kTime | kSide | kPrice | kQuantity | kTradeId
                                     : kSymbol | kBids | kAsks | kChecksum;
    if ((seen_ & needed) != needed) return Status::kMissingField;
    return events_.settle(*event, instruments_[event->symbol]);
  }

 private:
  enum Member : std::uint32_t {
    kSymbol = 1u << 0,
    kTime = 1u << 1,
    kBids = 1u << 2,
    kAsks = 1u << 3,
    kChecksum = 1u << 4,
    kSide = 1u << 5,
    kPrice = 1u << 6,
    kQuantity = 1u << 7,
    kTradeId = 1u << 8,
  };

  Status once(Member member) noexcept {
    if ((seen_ & member) != 0) return Status::kDuplicateField;
    seen_ |= member;
    return Status::kOk;
  }

  Status read_symbol(value member, FrameEvent& event) noexcept {
    BOT4_TRY(once(kSymbol));
    std::string_view name;
    BOT4_TRY(read_text(member, &name));
    if (name.size() > InstrumentSpec::kMaxName) {
      return frame_symbol_ >= 0 ? Status::kWrongSymbol : Status::kUnknownSymbol;
    }
    event.symbol = venue_symbol(instruments_, Venue::kKraken, name.data(),
                                static_cast<int>(name.size()), frame_symbol_, 0);
    if (event.symbol >= 0) return Status::kOk;
    return frame_symbol_ >= 0 ? Status::kWrongSymbol : Status::kUnknownSymbol;
  }

  Status read_book_member(std::string_view key, value member, FrameEvent& event) noexcept {
    if (key == "bids") {
      BOT4_TRY(once(kBids));
      return read_side(member, Side::kBuy, event);
    }
    if (key == "asks") {
      BOT4_TRY(once(kAsks));
      return read_side(member, Side::kSell, event);
    }
    if (key == "checksum") {
      BOT4_TRY(once(kChecksum));
      BOT4_TRY(read_integer(member, &event.checksum));
      return event.checksum > 0xFFFFFFFF ? Status::kNumberOverflow : Status::kOk;
    }
    return Status::kOk;
  }

  Status read_side(value levels, Side side, FrameEvent& event) noexcept {
    return each_element(levels, [&, this](value element) noexcept {
      Level* level = events_.add_level(event, side);
      if (level == nullptr) return Status::kTooManyLevels;
      bool has_price = false;
      bool has_quantity = false;
      const Status walked = each_member(element, [&](std::string_view key, value member) noexcept {
        const bool price = key == "price";
        if (!price && key != "qty") return Status::kOk;
        bool& seen = price ? has_price : has_quantity;
        if (seen) return Status::kDuplicateField;
        seen = true;
        return read_decimal(member, price ? &level->ticks : &level->lots);
      });
      if (walked != Status::kOk) return walked;
      return has_price && has_quantity ? Status::kOk : Status::kMissingField;
    });
  }

  Status read_trade_member(std::string_view key, value member, FrameEvent& event) noexcept {
    if (key == "side") {
      BOT4_TRY(once(kSide));
      std::string_view side;
      BOT4_TRY(read_text(member, &side));
      if (side != "buy" && side != "sell") return Status::kUnexpectedToken;
      event.aggressor = side == "buy" ? Side::kBuy : Side::kSell;
      return Status::kOk;
    }
    if (key == "price") {
      BOT4_TRY(once(kPrice));
      return read_decimal(member, &event.ticks);
    }
    if (key == "qty") {
      BOT4_TRY(once(kQuantity));
      return read_decimal(member, &event.lots);
    }
    if (key == "trade_id") {
      BOT4_TRY(once(kTradeId));
      return read_integer(member, &event.trade_id);
    }
    return Status::kOk;
  }

  const Instruments& instruments_;
  int frame_symbol_;
  MessageKind kind_;
  FrameEvents& events_;
  std::uint32_t seen_ = 0;
};

/// Reads the data, once more from the beginning, now that its kind is known.
Status read_data(simdjson::ondemand::document& document, ElementReader& reader) noexcept {
  document.rewind();
  simdjson::ondemand::object root;
  if (const auto error = document.get_object().get(root)) return json_status(error);
  return each_member(root, [&reader](std::string_view key, value member) noexcept {
    if (key != "data") return Status::kOk;
    return each_element(member, [&reader](value element) noexcept { return reader.read(element); });
  });
}

/// What a frame that is no JSON began as.
MessageKind first_kind(std::string_view text) noexcept {
  if (text.starts_with(R"({"channel":"book")")) return MessageKind::kDepth;
  return text.starts_with(R"({"channel":"trade")") ? MessageKind::kTrade : MessageKind::kUnknown;
}

}  // namespace

Status KrakenDecoder::read_json(const char* data, std::size_t length, int frame_symbol,
                                MarketMessage* message) noexcept {
  message->symbol = frame_symbol;
  simdjson::ondemand::document document;
  if (const auto error = parser_->read(data, length).get(document)) {
    message->kind = first_kind(std::string_view(data, length));
    return json_status(error);
  }
  Envelope envelope;
  SoleText names{.key = "symbol"};
  const Status whole = read_envelope(document, &envelope, &names);
  message->kind = envelope.kind();
  if (frame_symbol < 0 && names.found()) {
    message->symbol =
        venue_symbol(instruments_, Venue::kKraken, names.text, names.length, frame_symbol, 0);
  }
  BOT4_TRY(whole);
  if (message->kind == MessageKind::kUnknown) return Status::kMissingField;
  if (message->kind == MessageKind::kHeartbeat) {
    if (!envelope.is_alive && !envelope.has_method) return Status::kUnknownEvent;
    FrameEvent* event = events_.add();
    event->kind = MessageKind::kHeartbeat;
    event->symbol = frame_symbol;
    return Status::kOk;
  }
  if (!envelope.has_type || !envelope.has_data) return Status::kMissingField;
  if (!envelope.is_update && !envelope.is_snapshot) return Status::kUnexpectedToken;
  ElementReader reader(instruments_, frame_symbol, message->kind, events_);
  BOT4_TRY(read_data(document, reader));
  if (message->kind == MessageKind::kTrade && envelope.is_snapshot) return Status::kSkippedHistory;
  return events_.count() > 0 ? Status::kOk : Status::kMissingField;
}

}  // namespace bot4
