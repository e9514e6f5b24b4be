#include "book/l3_book.h"

#include "core/check.h"

namespace bot4 {
namespace {

constexpr std::int64_t kBound = std::int64_t{1} << 53;

constexpr bool is_price(std::int64_t ticks) noexcept { return ticks > 0 && ticks < kBound; }
constexpr bool is_quantity(std::int64_t lots) noexcept { return lots > 0 && lots < kBound; }

}  // namespace

L3Book::L3Book(std::uint32_t capacity)
    : halves_{BookSide(capacity), BookSide(capacity)}, slots_(capacity) {
  orders_.resize(capacity);
  levels_.resize(capacity);
  reset_pools();
}

void L3Book::reset_pools() noexcept {
  const auto capacity_now = static_cast<std::uint32_t>(orders_.size());
  for (std::uint32_t i = 0; i < capacity_now; ++i) {
    const std::uint32_t following = i + 1 < capacity_now ? i + 1 : kNil;
    orders_[i] = Order{};
    orders_[i].next = following;
    levels_[i] = Level{};
    levels_[i].head = following;
  }
  free_order_ = 0;
  free_level_ = 0;
  order_count_ = 0;
  turn_ = 0;
  watch_count_ = 0;
}

void L3Book::clear() noexcept {
  for (BookSide& side : halves_) side.clear();
  slots_.clear();
  reset_pools();
}

bool L3Book::overflows(std::int64_t level_slot, std::int64_t lots) const noexcept {
  return level_slot != 0 && levels_[level_index(level_slot)].lots > kMaxLevelLots - lots;
}

/// Puts an order with price, quantity and side at the end of its level, which is made when
/// `level_slot` is 0.
void L3Book::enqueue(std::uint32_t slot, std::int64_t level_slot, std::int64_t at_ns) noexcept {
  Order& order = orders_[slot];
  if (level_slot == 0) {
    const std::uint32_t made = free_level_;
    free_level_ = levels_[made].head;
    levels_[made] = Level{0, kNil, kNil, 0, 0};
    level_slot = std::int64_t{made} + 1;
    half(order.side).set(flip(order.side, order.ticks), level_slot);
  }
  order.level = static_cast<std::uint32_t>(level_slot - 1);
  Level& level = levels_[order.level];
  order.previous = level.tail;
  order.next = kNil;
  order.turn = ++turn_;
  order.queued_ns = at_ns;
  (level.tail == kNil ? level.head : orders_[level.tail].next) = slot;
  level.tail = slot;
  level.lots += order.lots;
  ++level.orders;
}

/// Takes an order out of its level, which goes when it was the last.
void L3Book::unlink(std::uint32_t slot) noexcept {
  const Order& order = orders_[slot];
  Level& level = levels_[order.level];
  (order.previous == kNil ? level.head : orders_[order.previous].next) = order.next;
  (order.next == kNil ? level.tail : orders_[order.next].previous) = order.previous;
  level.lots -= order.lots;
  --level.orders;
  if (level.watches != 0) note_departure(order, order.lots, 1);
  if (level.orders != 0) return;
  half(order.side).set(flip(order.side, order.ticks), 0);
  level.head = free_level_;
  free_level_ = order.level;
}

/// Takes `lots` and `orders` off what is ahead of the watched orders behind `order`.
void L3Book::note_departure(const Order& order, std::int64_t lots, int orders) noexcept {
  for (int i = 0; i < watch_count_; ++i) {
    Watch& watch = watches_[i];
    if (watch.level != order.level || watch.turn <= order.turn) continue;
    watch.ahead.lots_ahead -= lots;
    watch.ahead.orders_ahead -= orders;
  }
}

void L3Book::remove(std::uint32_t slot) noexcept {
  Order& order = orders_[slot];
  if (order.watch != kUnwatched) drop_watch(order.watch);
  unlink(slot);
  slots_.erase(order.id, slot);
  order.next = free_order_;
  free_order_ = slot;
  --order_count_;
}

void L3Book::shrink(std::uint32_t slot, std::int64_t lots) noexcept {
  Order& order = orders_[slot];
  Level& level = levels_[order.level];
  order.lots -= lots;
  level.lots -= lots;
  if (level.watches != 0) note_departure(order, lots, 0);
}

L3Status L3Book::owned(std::uint64_t id, Side side, std::uint32_t* slot) const noexcept {
  *slot = slot_of(id);
  if (*slot == OrderSlots::kAbsent) return L3Status::kUnknownOrder;
  return orders_[*slot].side == side ? L3Status::kOk : L3Status::kWrongSide;
}

L3Status L3Book::add(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
                     std::int64_t at_ns) noexcept {
  if (!is_price(ticks)) return L3Status::kBadPrice;
  if (!is_quantity(lots)) return L3Status::kBadQuantity;
  if (slot_of(id) != OrderSlots::kAbsent) return L3Status::kDuplicateOrder;
  const std::int64_t level_slot = half(side).at(flip(side, ticks));
  if (overflows(level_slot, lots)) return L3Status::kBadQuantity;
  const std::uint32_t slot = free_order_;
  if (slot == kNil || !slots_.insert(id, slot)) return L3Status::kFull;
  Order& order = orders_[slot];
  free_order_ = order.next;
  order.id = id;
  order.ticks = ticks;
  order.lots = lots;
  order.side = side;
  order.watch = kUnwatched;
  enqueue(slot, level_slot, at_ns);
  ++order_count_;
  return L3Status::kOk;
}

/// Moves an order to the end of the queue at a price. Its watch goes with it.
void L3Book::requeue(std::uint32_t slot, std::int64_t ticks, std::int64_t lots,
                     std::int64_t at_ns) noexcept {
  Order& order = orders_[slot];
  if (order.watch != kUnwatched) --levels_[order.level].watches;
  unlink(slot);
  order.ticks = ticks;
  order.lots = lots;
  enqueue(slot, half(order.side).at(flip(order.side, ticks)), at_ns);
  if (order.watch == kUnwatched) return;
  Level& level = levels_[order.level];
  ++level.watches;
  watches_[order.watch] = {slot, order.level, order.turn,
                           {level.lots - lots, std::int64_t{level.orders} - 1}};
}

L3Status L3Book::modify(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
                        std::int64_t at_ns) noexcept {
  if (!is_price(ticks)) return L3Status::kBadPrice;
  if (!is_quantity(lots)) return L3Status::kBadQuantity;
  std::uint32_t slot = 0;
  if (const L3Status status = owned(id, side, &slot); status != L3Status::kOk) return status;
  const Order& order = orders_[slot];
  if (order.ticks == ticks && lots <= order.lots) {
    shrink(slot, order.lots - lots);
    return L3Status::kOk;
  }
  const bool stays = order.ticks == ticks;
  const std::int64_t level_slot = half(side).at(flip(side, ticks));
  if (overflows(level_slot, stays ? lots - order.lots : lots)) return L3Status::kBadQuantity;
  requeue(slot, ticks, lots, at_ns);
  return L3Status::kOk;
}

L3Status L3Book::cancel(std::uint64_t id, Side side, L3Order* removed) noexcept {
  std::uint32_t slot = 0;
  if (const L3Status status = owned(id, side, &slot); status != L3Status::kOk) return status;
  if (removed != nullptr) *removed = shown(orders_[slot]);
  remove(slot);
  return L3Status::kOk;
}

L3Status L3Book::execute(std::uint64_t id, Side side, std::int64_t lots) noexcept {
  std::uint32_t slot = 0;
  if (const L3Status status = owned(id, side, &slot); status != L3Status::kOk) return status;
  if (lots <= 0 || lots > orders_[slot].lots) return L3Status::kBadQuantity;
  if (lots == orders_[slot].lots) {
    remove(slot);
  } else {
    shrink(slot, lots);
  }
  return L3Status::kOk;
}

bool L3Book::find(std::uint64_t id, L3Order* order) const noexcept {
  const std::uint32_t slot = slot_of(id);
  if (slot == OrderSlots::kAbsent) return false;
  *order = shown(orders_[slot]);
  return true;
}

bool L3Book::oldest_at_touch(Side side, L3Order* order) const noexcept {
  const BookSide& keys = half(side);
  if (keys.empty()) return false;
  *order = shown(orders_[levels_[level_index(keys.at(keys.best()))].head]);
  return true;
}

}  // namespace bot4
