// Queue positions of an L3 book, and the orders whose positions are kept.
#include "book/l3_book.h"

namespace bot4 {

QueuePosition L3Book::walk_ahead(const Order& order) const noexcept {
  QueuePosition ahead;
  for (std::uint32_t at = order.previous; at != kNil; at = orders_[at].previous) {
    ahead.lots_ahead += orders_[at].lots;
    ++ahead.orders_ahead;
  }
  return ahead;
}

L3Status L3Book::position(std::uint64_t id, QueuePosition* ahead) const noexcept {
  const std::uint32_t slot = slot_of(id);
  if (slot == OrderSlots::kAbsent) return L3Status::kUnknownOrder;
  const Order& order = orders_[slot];
  *ahead = order.watch != kUnwatched ? watches_[order.watch].ahead : walk_ahead(order);
  return L3Status::kOk;
}

L3Status L3Book::watch(std::uint64_t id) noexcept {
  const std::uint32_t slot = slot_of(id);
  if (slot == OrderSlots::kAbsent) return L3Status::kUnknownOrder;
  Order& order = orders_[slot];
  if (order.watch != kUnwatched) return L3Status::kOk;
  if (watch_count_ == kMaxWatches) return L3Status::kFull;
  order.watch = static_cast<std::uint8_t>(watch_count_);
  watches_[watch_count_++] = {slot, order.level, order.turn, walk_ahead(order)};
  ++levels_[order.level].watches;
  return L3Status::kOk;
}

L3Status L3Book::unwatch(std::uint64_t id) noexcept {
  const std::uint32_t slot = slot_of(id);
  if (slot == OrderSlots::kAbsent) return L3Status::kUnknownOrder;
  if (orders_[slot].watch != kUnwatched) drop_watch(orders_[slot].watch);
  return L3Status::kOk;
}

/// Frees a watch; the last one takes its place.
void L3Book::drop_watch(std::uint8_t index) noexcept {
  Order& order = orders_[watches_[index].order];
  --levels_[order.level].watches;
  order.watch = kUnwatched;
  const Watch& last = watches_[--watch_count_];
  if (&last == &watches_[index]) return;
  watches_[index] = last;
  orders_[last.order].watch = index;
}

}  // namespace bot4
