#include "binding/session.h"

#include <algorithm>
#include <cstring>

#include "binding/inbox_frames.h"
#include "core/stage_clock.h"

namespace bot4 {
namespace {

std::vector<ConnectionSpec> connections_or_one(std::vector<ConnectionSpec> given,
                                               const Instruments& instruments) {
  BOT4_CHECK(instruments.size() > 0);
  if (given.empty()) given.push_back({.venue = venue_of(instruments[0].rule)});
  for (int i = 0; i < instruments.size(); ++i) {
    const auto connection = static_cast<std::size_t>(instruments[i].connection);
    BOT4_CHECK(connection < given.size());
    BOT4_CHECK(given[connection].venue == venue_of(instruments[i].rule));
  }
  return given;
}

/// Room for the trades of a run: those of an inbox, and twice the most of one frame where a frame
/// may hold many. A message of a stream may have waited in its reader, a line of a capture never
/// was in the inbox, so the size of the inbox does not bound them.
std::uint32_t trade_room(const SessionOptions& options) noexcept {
  static_assert(KrakenDecoder::kMaxEvents == CoinbaseDecoder::kMaxEvents);
  const auto holds_many = [](Venue venue) { return venue != Venue::kBinance; };
  bool many = options.connections.empty() && holds_many(venue_of(options.instruments[0].rule));
  for (const ConnectionSpec& spec : options.connections) many = many || holds_many(spec.venue);
  if (!many) return options.trade_capacity;
  const std::uint32_t inbox = ArenaLayout::make(1, 1, options.inbox_bytes).trade_capacity;
  return std::max(options.trade_capacity, inbox + 2 * std::uint32_t{KrakenDecoder::kMaxEvents});
}

std::vector<int> owned_or_all(const SessionOptions& options) {
  if (!options.owned.empty()) return options.owned;
  std::vector<int> all;
  for (int i = 0; i < options.instruments.size(); ++i) all.push_back(i);
  return all;
}

/// Whether every depth update of a rule says which one came before it.
bool names_predecessor(SequenceRule rule) noexcept {
  return rule == SequenceRule::kBinanceSpot || rule == SequenceRule::kBinanceFutures;
}

}  // namespace

Session::Session(SessionOptions options, const DecisionTable* kernels)
    : all_(options.instruments),
      owned_(all_.subset(owned_or_all(options))),
      local_(static_cast<std::size_t>(all_.size()), -1),
      layout_(ArenaLayout::make(
          static_cast<std::uint32_t>(owned_.size()), options.intent_capacity, options.inbox_bytes,
          options.connections.empty() ? 1u
                                      : static_cast<std::uint32_t>(options.connections.size()),
          trade_room(options), static_cast<std::uint32_t>(options.composites.size()))),
      arena_(layout_.allocate()),
      control_(arena_.at<ControlBlock>(layout_.control)),
      inbox_(arena_.data() + layout_.inbox),
      control_frames_(arena_.at<ControlFrameRecord>(layout_.control_frames),
                      layout_.control_frame_capacity, &control_->control_frame_head,
                      &control_->control_frame_tail),
      engine_(owned_, arena_, layout_, kernels) {
  int place = 0;
  for (const int symbol : owned_or_all(options)) local_[static_cast<std::size_t>(symbol)] = place++;
  int index = 0;
  for (const ConnectionSpec& spec : connections_or_one(options.connections, all_)) {
    auto* state = arena_.at<ConnectionState>(
        layout_.connection_states + static_cast<std::size_t>(index) * sizeof(ConnectionState));
    connections_.emplace_back(index++, spec, all_, state);
  }
  if (options.breaker.has_value()) watch(*options.breaker);
  for (const CompositeSpec& spec : options.composites) add_composite(spec);
}

void Session::watch(const CircuitBreaker& breaker) noexcept {
  for (int i = 0; i < owned_.size(); ++i) {
    const int feed = circuit_of(owned_[i].rule);
    engine_.watch_breakers(i, breaker.word(CircuitBreaker::kAllVenues), breaker.word(feed));
  }
}

void Session::add_composite(const CompositeSpec& spec) {
  std::vector<int> symbols;
  for (const int instrument : spec.instruments) symbols.push_back(local(instrument));
  const bool whole = std::find(symbols.begin(), symbols.end(), -1) == symbols.end();
  if (!whole) symbols.clear();
  engine_.add_composite(symbols, spec.max_age_ns);
}

RunResult Session::run() noexcept {
  ControlBlock& control = *control_;
  // JavaScript wrote it on this thread, after the frames before it.
  const std::uint32_t write = control.inbox_write;
  std::uint32_t read = control.inbox_read;
  if (write > layout_.inbox_bytes || read > write) return RunResult::kMalformed;
  while (read != write) {
    FrameHeader header;
    if (write - read < sizeof header) return RunResult::kMalformed;
    std::memcpy(&header, inbox_ + read, sizeof header);
    const std::uint32_t room = write - read - static_cast<std::uint32_t>(sizeof header);
    if (header.length > room || padded_length(header.length) > room) return RunResult::kMalformed;
    const std::uint32_t whole =
        static_cast<std::uint32_t>(sizeof header) + padded_length(header.length);
    if (header.connection == kDroppedFrame) {
      read += whole;
      control.inbox_read = read;
      continue;
    }
    if (header.connection >= connections_.size()) return RunResult::kMalformed;
    if (!is_receive_time(header.received_ns)) return RunResult::kMalformed;
    if (header.received_ns > control.until_ns) return RunResult::kUntil;

    Connection& connection = connections_[header.connection];
    const auto* bytes = reinterpret_cast<const char*>(inbox_ + read + sizeof header);
    if (resume_ == 0) begin_frame(connection, header.received_ns, header.length);
    const std::uint32_t intents_before = control.intent_head;
    bool used_up = true;
    if (header.symbol < 0 && connection.stream() != nullptr) {
      used_up = read_stream(connection, header, bytes);
    } else {
      take_message(connection, bytes, header.length, header.symbol);
    }
    if (used_up) {
      resume_ = 0;
      read += whole;
      control.inbox_read = read;
    }
    RunResult why = RunResult::kDrained;
    if (woken(intents_before, &why)) return why;
  }
  return captures_.has_value() ? run_captures() : RunResult::kDrained;
}

/// Takes the lines of captures as frames of their instruments' connections.
RunResult Session::run_captures() noexcept {
  ControlBlock& control = *control_;
  const std::uint32_t first_trade = control.trade_head;
  while (const CaptureLine* line = captures_->head()) {
    if (line->received_ns > control.until_ns) return RunResult::kUntil;
    // The text that waits is not bounded by the inbox, whose size the ring of trades was made for.
    if (control.trade_head - first_trade >= layout_.trade_capacity / 2) return RunResult::kIntent;
    const int symbol = captures_->symbol();
    Connection& connection = connections_[static_cast<std::size_t>(all_[symbol].connection)];
    begin_frame(connection, line->received_ns, line->length);
    const std::uint32_t intents_before = control.intent_head;
    take_message(connection, line->data, line->length, symbol);
    captures_->pop();
    RunResult why = RunResult::kDrained;
    if (woken(intents_before, &why)) return why;
  }
  return RunResult::kDrained;
}

/// Whether the last frame left something that the caller is to hear of at once.
bool Session::woken(std::uint32_t intents_before, RunResult* why) noexcept {
  // The observer runs inside apply, on this thread. The frame that woke it may have written
  // intents, too: they are in the ring, and the caller takes them after every run.
  if (control_->attention != 0) {
    control_->attention = 0;
    *why = RunResult::kAttention;
    return true;
  }
  *why = RunResult::kIntent;
  return control_->intent_head != intents_before;
}

void Session::begin_frame(Connection& connection, std::int64_t received_ns,
                          std::size_t length) noexcept {
  ControlBlock& control = *control_;
  if (received_ns < control.now_ns) control.clock_backwards += 1.0;
  if (received_ns > control.now_ns) control.now_ns = received_ns;
  if (!is_copy_) {
    control.frames += 1.0;
    control.bytes += static_cast<double>(length);
  }
  connection.state().frames += 1.0;
  connection.state().bytes += static_cast<double>(length);
}

/// Reads messages of a stream until the piece is used up or the caller is to be heard. False when
/// bytes are left; `resume_` says from where on.
bool Session::read_stream(Connection& connection, const FrameHeader& header,
                          const char* bytes) noexcept {
  WebSocketReader& stream = *connection.stream();
  const std::uint32_t intents_before = control_->intent_head;
  const char* const end = bytes + header.length;
  const char* at = bytes + resume_;
  for (;;) {
    const WebSocketEvent event = stream.next(&at, end);
    switch (event.kind) {
      case WebSocketKind::kNone: return true;
      case WebSocketKind::kError:
        if (connection.state().framing_error == 0) {
          connection.state().framing_error = static_cast<std::uint32_t>(stream.error());
          break_books(connection, Status::kBadFrame);
        }
        return true;
      case WebSocketKind::kText:
      case WebSocketKind::kBinary:
        take_message(connection, event.data, event.length, -1);
        if (control_->intent_head != intents_before || control_->attention != 0) {
          resume_ = static_cast<std::uint32_t>(at - bytes);
          return at == end;
        }
        break;
      case WebSocketKind::kClose: connection.state().closed = 1; [[fallthrough]];
      case WebSocketKind::kPing:
      case WebSocketKind::kPong: report_control(header, event); break;
    }
  }
}

void Session::report_control(const FrameHeader& header, const WebSocketEvent& event) noexcept {
  ControlFrameRecord* record = control_frames_.begin();
  if (record == nullptr) {
    control_->control_frames_dropped += 1.0;
    return;
  }
  record->connection = header.connection;
  record->opcode = static_cast<std::uint32_t>(event.kind);
  record->length = static_cast<std::uint32_t>(event.length);
  record->at_ns = control_->now_ns;
  if (event.length > 0) std::memcpy(record->body, event.data, event.length);
  control_frames_.commit();
}

/// Whether a frame names an instrument of another connection.
bool Session::is_foreign(const Connection& connection, int symbol) const noexcept {
  return symbol >= 0 && symbol < all_.size() &&
         &connections_[static_cast<std::size_t>(all_[symbol].connection)] != &connection;
}

void Session::take_message(Connection& connection, const char* data, std::size_t length,
                           int symbol) noexcept {
  ConnectionState& state = connection.state();
  state.messages += 1.0;
  VenueDecoder& decoder = connection.decoder();
  if (is_foreign(connection, symbol)) {
    if (local(symbol) < 0 && is_copy_) return;
    engine_.refuse(local(symbol), MessageKind::kUnknown, Status::kWrongSymbol, control_->now_ns);
    return;
  }
  MarketMessage message;
  BOT4_STAGE(kFrame);
  const Status status = decoder.decode(data, length, symbol, &message);
  BOT4_STAGE(kDecode);
  state.fallbacks = static_cast<double>(decoder.fallbacks());
  // A refused message with a number was received all the same: only numbers that never came are
  // a gap.
  if (connection.venue() == Venue::kCoinbase && message.sequence >= 0 &&
      !connection.follows(message.sequence)) {
    state.sequence_gaps += 1.0;
    break_books(connection, Status::kSequenceGap);
  }
  if (status != Status::kOk) {
    const int owned = local(message.symbol);
    // Of an instrument that another session owns, or of none: that is counted where it counts.
    const bool elsewhere = owned < 0 && (message.symbol >= 0 || is_copy_);
    if (!elsewhere) engine_.refuse(owned, message.kind, status, control_->now_ns);
    return;
  }
  do {
    apply(message);
  } while (decoder.next(&message));
}

void Session::apply(MarketMessage& message) noexcept {
  const bool has_levels = message.kind == MessageKind::kDepth ||
                          message.kind == MessageKind::kSnapshot ||
                          message.kind == MessageKind::kPartial;
  if (has_levels) {
    level_updates_ += static_cast<std::uint64_t>(message.bid_count + message.ask_count);
  }
  message.symbol = local(message.symbol);
  if (message.symbol >= 0) engine_.apply(message, control_->now_ns);
}

/// What the connection carried for its instruments is not known any more. After a reset, books
/// whose updates name their predecessor keep their proof: the first new update shows whether it
/// holds.
void Session::break_books(const Connection& connection, Status why) noexcept {
  for (const int symbol : connection.symbols()) {
    const int owned = local(symbol);
    if (owned < 0 || engine_.sync(owned).state() != SyncState::kSynchronised) continue;
    if (why == Status::kConnectionReset && names_predecessor(owned_[owned].rule)) continue;
    engine_.refuse(owned, MessageKind::kUnknown, why, control_->now_ns);
  }
}

void Session::reset_connection(int connection) noexcept {
  BOT4_CHECK(connection >= 0 && connection < connection_count());
  Connection& c = connections_[static_cast<std::size_t>(connection)];
  // What waits of the old stream goes with it, also a piece that was read in part.
  drop_frames(arena_, layout_, connection);
  FrameHeader front;
  if (resume_ != 0) std::memcpy(&front, inbox_ + control_->inbox_read, sizeof front);
  if (resume_ != 0 && front.connection == kDroppedFrame) resume_ = 0;
  c.reset();
  break_books(c, Status::kConnectionReset);
}

}  // namespace bot4
