#include "decode/frame_events.h"

#include <algorithm>

namespace bot4 {

void clear_message(MarketMessage* message) noexcept {
  *message = MarketMessage{};
  message->kind = MessageKind::kUnknown;
  message->symbol = -1;
  message->previous_id = -1;
  message->sequence = -1;
  message->checksum = -1;
}

FrameEvents::FrameEvents(int max_levels, int max_events)
    : max_levels_(max_levels),
      max_events_(max_events),
      bids_(std::make_unique<Level[]>(static_cast<std::size_t>(max_levels))),
      asks_(std::make_unique<Level[]>(static_cast<std::size_t>(max_levels))),
      events_(std::make_unique<FrameEvent[]>(static_cast<std::size_t>(max_events))) {}

Status FrameEvents::settle(FrameEvent& event, const InstrumentSpec& spec) noexcept {
  if (event.kind == MessageKind::kTrade) {
    if (event.ticks == 0 || event.lots == 0) return Status::kNegative;
    const std::int64_t quantity_e8 = event.lots;
    if (!spec.tick.divide(event.ticks, &event.ticks)) return Status::kOffGrid;
    event.rounded += lots_of(spec.step, quantity_e8, &event.lots);
    if (event.ticks > kMaxExact || event.lots > kMaxExact) return Status::kNumberOverflow;
    return Status::kOk;
  }
  if (const Status status =
          settle_levels(bids_.get() + event.bid_begin, event.bid_count, spec, &event.rounded);
      status != Status::kOk) {
    return status;
  }
  return settle_levels(asks_.get() + event.ask_begin, event.ask_count, spec, &event.rounded);
}

Status FrameEvents::settle_levels(Level* levels, int count, const InstrumentSpec& spec,
                                  int* rounded) const noexcept {
  for (Level* level = levels; level != levels + count; ++level) {
    const std::int64_t quantity_e8 = level->lots;
    if (!spec.tick.divide(level->ticks, &level->ticks)) return Status::kOffGrid;
    *rounded += lots_of(spec.step, quantity_e8, &level->lots);
    if (level->ticks == 0) return Status::kNegative;
    if (level->ticks > kMaxExact || level->lots > kMaxExact) return Status::kNumberOverflow;
  }
  return Status::kOk;
}

void FrameEvents::order_trades(int begin) noexcept {
  if (count_ - begin < 2) return;
  for (int i = begin + 1; i < count_; ++i) {
    if (events_[i].trade_id >= events_[i - 1].trade_id) return;
  }
  std::reverse(events_.get() + begin, events_.get() + count_);
}

}  // namespace bot4
