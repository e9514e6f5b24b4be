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

/// The events of one frame, gathered whole before the first is given out.
///
/// Amounts may be put in as 1e-8 units while the instrument is not known; `settle` turns those of
/// an event into ticks and lots. All memory is taken by the constructor.
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

  /// Where the next levels of a side go, and how many fit; `take_levels` makes them the newest
  /// event's.
  Level* free_levels(Side side) noexcept {
    return side == Side::kBuy ? bids_.get() + bid_count_ : asks_.get() + ask_count_;
  }
  int room(Side side) const noexcept {
    return max_levels_ - (side == Side::kBuy ? bid_count_ : ask_count_);
  }
  void take_levels(FrameEvent& event, int bids, int asks) noexcept {
    event.bid_count += bids;
    event.ask_count += asks;
    bid_count_ += bids;
    ask_count_ += asks;
  }

  /// Turns an event's amounts from 1e-8 units into ticks and lots of its instrument.
  Status settle(FrameEvent& event, const InstrumentSpec& spec) noexcept;

  /// Puts the trades of each product from `begin` on into the order of their ids where these fall
  /// from trade to trade, newest first. Products keep the places they have among each other.
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
  void order_product(int first) noexcept;
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
