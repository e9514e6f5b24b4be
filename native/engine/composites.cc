#include "engine/composites.h"

#include "core/check.h"

namespace bot4 {

std::vector<CompositeSeat> Composites::add(const std::vector<int>& symbols,
                                           const Instruments& specs, std::int64_t max_age_ns) {
  BOT4_CHECK(entries_.size() < room_);
  Entry& entry = entries_.emplace_back();
  entry.symbols = symbols;
  std::vector<CompositeSeat> seats;
  for (const int symbol : symbols) {
    const InstrumentSpec& spec = specs[symbol];
    const int member =
        entry.book.add_venue(spec.tick.grid_e8(), spec.step.grid_e8(), max_age_ns);
    BOT4_CHECK(member >= 0);
    seats.push_back({&entry.book, member});
  }
  return seats;
}

void Composites::publish(std::int64_t now_ns) noexcept {
  CompositeState* state = states_;
  for (const Entry& entry : entries_) {
    const CompositeTop top = entry.book.top(now_ns);
    const auto symbol_of = [&entry](int member) {
      return member < 0 ? -1 : entry.symbols[static_cast<std::size_t>(member)];
    };
    state->at_ns = now_ns;
    state->bid_e8 = top.bid.price_e8;
    state->bid_quantity_e8 = top.bid.quantity_e8;
    state->bid_total_e8 = top.bid.total_quantity_e8;
    state->ask_e8 = top.ask.price_e8;
    state->ask_quantity_e8 = top.ask.quantity_e8;
    state->ask_total_e8 = top.ask.total_quantity_e8;
    state->bid_symbol = symbol_of(top.bid.venue);
    state->ask_symbol = symbol_of(top.ask.venue);
    state->fresh = top.live;
    state->stale = top.stale;
    state->locked = top.locked ? 1 : 0;
    state->crossed = top.crossed ? 1 : 0;
    ++state;
  }
}

}  // namespace bot4
