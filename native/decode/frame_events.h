#pragma once
#include <cstdint>
#include <memory>

#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"

namespace bot4 {

/// One event of a frame that may hold several.
struct FrameEvent {
  MessageKind kind = MessageKind::kUnknown;
  Side aggressor = Side::kBuy;
  int symbol = -1;
  int rounded = 0;    ///< Quantities off the step.
  int bid_begin = 0;  ///< Index of the first bid among the frame's.
  int bid_count = 0;
  int ask_begin = 0;
  int ask_count = 0;
  std::int64_t ticks = 0;  ///< Of a trade; 1e-8 units until it is settled.
  std::int64_t lots = 0;   ///< Of a trade; 1e-8 units until it is settled.
  std::int64_t trade_id = 0;
  std::int64_t transaction_ms = 0;
  std::int64_t checksum = -1;
};

/// Sets every field of `*message` to its absent value.
void clear_message(MarketMessage* message) noexcept;

/// Turns a quantity of 1e-8 into whole lots, at least one when it is not zero; returns 1 when it was
/// no multiple of the step.
inline int lots_of(const Grid& step, std::int64_t quantity_e8, std::int64_t* lots) noexcept {
  if (step.divide(quantity_e8, lots)) return 0;
  if (*lots == 0) *lots = 1;
  return 1;
}

/// The events of one frame, gathered whole before the first is given out.
///
/// Amounts may be put in as 1e-8 units while the instrument is not known; `settle` turns those of an
/// event into ticks and lots. All memory is taken by the constructor.
class FrameEvents {
 public:
  /// Holds up to `max_levels` levels of a side and `max_events` events in one frame.
  FrameEvents(int max_levels, int max_events);

  void clear() noexcept {
    bid_count_ = 0;
    ask_count_ = 0;
    count_ = 0;
    given_ = 0;
  }
  int count() const noexcept { return count_; }
  bool full() const noexcept { return count_ == max_events_; }
  FrameEvent& operator[](int index) noexcept { return events_[index]; }

  /// Begins an event whose levels follow; null when the frame holds too many.
  FrameEvent* add() noexcept {
    if (full()) return nullptr;
    FrameEvent& event = events_[count_++];
    event = FrameEvent{};
    event.bid_begin = bid_count_;
    event.ask_begin = ask_count_;
    return &event;
  }
  /// Takes the event back that was added last, with its levels.
  void drop_last() noexcept {
    --count_;
    bid_count_ = events_[count_].bid_begin;
    ask_count_ = events_[count_].ask_begin;
  }

  /// Room for one more level of the newest event, or null when the side is full.
  Level* add_level(FrameEvent& event, Side side) noexcept {
    const bool bid = side == Side::kBuy;
    int& used = bid ? bid_count_ : ask_count_;
    if (used == max_levels_) return nullptr;
    ++(bid ? event.bid_count : event.ask_count);
    return (bid ? bids_ : asks_).get() + used++;
  }

  /// Turns an event's amounts from 1e-8 units into ticks and lots of its instrument.
  Status settle(FrameEvent& event, const InstrumentSpec& spec) noexcept;

  /// Reverses the events from `begin` on when their trade ids fall: then the newest stands first.
  void order_trades(int begin) noexcept;

  /// Writes the next event that was not given yet into `*message`, whose frame fields the caller
  /// keeps; false when there is none. Its levels are valid until `clear`.
  bool give(MarketMessage* message) noexcept {
    if (given_ == count_) return false;
    const FrameEvent& event = events_[given_++];
    message->kind = event.kind;
    message->symbol = event.symbol;
    message->transaction_ms = event.transaction_ms;
    message->bids = bids_.get() + event.bid_begin;
    message->asks = asks_.get() + event.ask_begin;
    message->bid_count = event.bid_count;
    message->ask_count = event.ask_count;
    message->trade_id = event.trade_id;
    message->ticks = event.ticks;
    message->lots = event.lots;
    message->aggressor = event.aggressor;
    message->aggressor_given = event.kind == MessageKind::kTrade;
    message->rounded = event.rounded;
    message->checksum = event.checksum;
    return true;
  }

 private:
  Status settle_levels(Level* levels, int count, const InstrumentSpec& spec,
                       int* rounded) const noexcept;

  int max_levels_;
  int max_events_;
  int bid_count_ = 0;
  int ask_count_ = 0;
  int count_ = 0;
  int given_ = 0;
  std::unique_ptr<Level[]> bids_;
  std::unique_ptr<Level[]> asks_;
  std::unique_ptr<FrameEvent[]> events_;
};

}  // namespace bot4
