#include "decode/frame_events.h"

#include <algorithm>
#include <utility>

namespace bot4 {

FrameEvents::FrameEvents(int max_levels, int max_events)
    : max_levels_(max_levels),
      max_events_(max_events),
      bids_(std::make_unique_for_overwrite<Level[]>(static_cast<std::size_t>(max_levels))),
      asks_(std::make_unique_for_overwrite<Level[]>(static_cast<std::size_t>(max_levels))),
      events_(std::make_unique_for_overwrite<FrameEvent[]>(static_cast<std::size_t>(max_events))) {}

Status FrameEvents::settle(FrameEvent& event, const InstrumentSpec& spec) noexcept {
  if (event.kind == MessageKind::kTrade) {
    if (event.ticks == 0 || event.lots == 0) return Status::kNegative;
    const std::int64_t quantity_e8 = event.lots;
    if (!spec.tick.divide(event.ticks, &event.ticks)) return Status::kOffGrid;
    event.rounded += round_lots(spec.step, quantity_e8, &event.lots);
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
    *rounded += round_lots(spec.step, quantity_e8, &level->lots);
    if (level->ticks == 0) return Status::kNegative;
    if (level->ticks > kMaxExact || level->lots > kMaxExact) return Status::kNumberOverflow;
  }
  return Status::kOk;
}

/// Reverses one product's events from `first` on, among the places they have, if their ids fall.
void FrameEvents::order_product(int first) noexcept {
  const int symbol = events_[first].symbol;
  std::int64_t former = events_[first].trade_id;
  int last = first;
  for (int i = first + 1; i < count_; ++i) {
    if (events_[i].symbol != symbol) continue;
    if (events_[i].trade_id >= former) return;
    former = events_[i].trade_id;
    last = i;
  }
  for (int i = first; i < last;) {
    std::swap(events_[i], events_[last]);
    do ++i;
    while (i < last && events_[i].symbol != symbol);
    do --last;
    while (last > i && events_[last].symbol != symbol);
  }
}

void FrameEvents::order_trades(int begin) noexcept {
  for (int i = begin; i < count_; ++i) {
    const auto is_same = [&](const FrameEvent& e) { return e.symbol == events_[i].symbol; };
    const bool is_first = std::none_of(events_.get() + begin, events_.get() + i, is_same);
    if (is_first) order_product(i);
  }
}

}  // namespace bot4
