#include "match/waiting_stops.h"

#include "match/order_terms.h"

namespace bot4::match {

void WaitingStops::add(const Command& command, std::int64_t last_trade, std::uint64_t arrival) {
  WaitingStop stop{command, command.terms.trigger, 0, arrival, ++queued_};
  if (command.terms.trail != 0) {
    stop.trigger = 0;
    const std::int64_t mark = command.terms.trigger != 0 ? command.terms.trigger : last_trade;
    if (mark != 0) set_mark(stop, mark);
  }
  stops_.push_back(stop);
}

std::size_t WaitingStops::find(std::int64_t id) const noexcept {
  std::size_t at = 0;
  while (at < stops_.size() && stops_[at].command.id != id) ++at;
  return at;
}

std::size_t WaitingStops::next_woken(std::int32_t symbol, std::int64_t price) const noexcept {
  for (const Side side : {Side::kBuy, Side::kSell}) {
    std::size_t next = stops_.size();
    for (std::size_t at = 0; at < stops_.size(); ++at) {
      const WaitingStop& stop = stops_[at];
      if (stop.command.symbol != symbol || stop.command.side != side || stop.trigger == 0 ||
          !reached(side, price, stop.trigger)) {
        continue;
      }
      if (next != stops_.size()) {
        const WaitingStop& other = stops_[next];
        const std::int64_t farther = sign_of(side) * (stop.trigger - other.trigger);
        if (farther > 0 || (farther == 0 && stop.queued > other.queued)) continue;
      }
      next = at;
    }
    if (next != stops_.size()) return next;
  }
  return stops_.size();
}

void WaitingStops::set_mark(WaitingStop& stop, std::int64_t price) noexcept {
  stop.mark = price;
  stop.trigger = trigger_behind(stop.command.side, price, stop.command.terms.trail);
  stop.queued = ++queued_;
}

void WaitingStops::move_marks(std::int32_t symbol, std::int64_t price) noexcept {
  for (WaitingStop& stop : stops_) {
    if (stop.command.symbol != symbol || stop.command.terms.trail == 0) continue;
    if (moves_mark(stop.command.side, price, stop.mark)) set_mark(stop, price);
  }
}

void WaitingStops::remove(std::size_t at) noexcept {
  stops_.erase(stops_.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace bot4::match
