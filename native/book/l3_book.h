#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/book_side.h"
#include "book/order_slots.h"
#include "core/side.h"

namespace bot4 {

/// What became of a request to an L3Book. Unless it is kOk nothing changed.
enum class L3Status : std::uint8_t {
  kOk = 0,          ///< Done.
  kUnknownOrder,    ///< No resting order has this id.
  kDuplicateOrder,  ///< An order with this id rests already.
  kWrongSide,       ///< The order rests on the other side.
  kBadPrice,        ///< Not 0 < ticks < 2^53.
  kBadQuantity,     ///< Not 0 < lots < 2^53, more than rests, or a level's sum beyond 2^62.
  kFull,            ///< The pool of orders, of watches, or the id's part of the index is full.
};

/// One resting order.
struct L3Order {
  std::uint64_t id;
  std::int64_t ticks;
  std::int64_t lots;      ///< What still rests, > 0.
  std::int64_t queued_ns; ///< Event time at which it took its place in the queue.
  Side side;
};

/// One price of one side.
struct L3Level {
  std::int64_t lots = 0;  ///< Sum over its orders; 0 = no level.
  int orders = 0;
};

/// What must trade or leave before an order is reached.
struct QueuePosition {
  std::int64_t lots_ahead = 0;
  std::int64_t orders_ahead = 0;
};

/// The resting orders of one instrument by id, first in first out at every price.
///
/// The price axis is `BookSide` (window, bitmap, fallback, re-centring) with a level's slot in
/// place of its quantity; orders of a level form a list in a pool; an id finds its order by a hash.
/// All memory is taken by the constructor.
///
/// Queue position: `position` walks the orders ahead. An order that is `watch`ed carries counters
/// of what is ahead instead: an add costs nothing for them, every departure or reduction at the
/// level of a watched order costs a comparison per watched order of the book, reading is O(1).
/// Meant for the handful of own orders, at most kMaxWatches.
///
/// Units:       prices in ticks, quantities in lots, event times in ns since the epoch.
/// Determinism: a function of the calls; nothing depends on addresses or hashes' order.
/// Cost:        add, reduce, cancel, execute O(1) expected, no allocation; bench workload book.l3.
class L3Book {
 public:
  static constexpr int kMaxWatches = 64;
  /// Stands for "no price" where a price is asked of an empty side.
  static constexpr std::int64_t kNoPrice = 0;

  /// Takes memory for `capacity` orders. Requires 1 <= capacity <= 2^30.
  explicit L3Book(std::uint32_t capacity);

  /// Adds an order at the end of its level's queue: kOk, kDuplicateOrder, kBadPrice, kBadQuantity
  /// or kFull.
  L3Status add(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
               std::int64_t at_ns) noexcept;

  /// Gives an order a new price and quantity. Less at the same price keeps its place and time;
  /// more, or another price, goes to the end of the queue: kOk, kUnknownOrder, kWrongSide,
  /// kBadPrice or kBadQuantity.
  L3Status modify(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots,
                  std::int64_t at_ns) noexcept;

  /// Removes an order; `removed`, when given, receives what rested: kOk, kUnknownOrder or
  /// kWrongSide.
  L3Status cancel(std::uint64_t id, Side side, L3Order* removed = nullptr) noexcept;

  /// Takes `lots` off an order that traded, which keeps its place, and removes it at nothing: kOk,
  /// kUnknownOrder, kWrongSide or kBadQuantity.
  L3Status execute(std::uint64_t id, Side side, std::int64_t lots) noexcept;

  /// Finds a resting order; false when there is none.
  bool find(std::uint64_t id, L3Order* order) const noexcept;

  /// What is ahead of an order: kOk or kUnknownOrder. O(1) for a watched order, otherwise O(orders
  /// ahead).
  L3Status position(std::uint64_t id, QueuePosition* ahead) const noexcept;

  /// Keeps counters of what is ahead of an order until it leaves the book: kOk (also when watched
  /// already), kUnknownOrder or kFull.
  L3Status watch(std::uint64_t id) noexcept;
  /// Stops it: kOk (also when not watched) or kUnknownOrder.
  L3Status unwatch(std::uint64_t id) noexcept;
  int watched() const noexcept { return watch_count_; }

  /// Best price of a side, or kNoPrice.
  std::int64_t best(Side side) const noexcept {
    const std::int64_t key = half(side).best();
    return key == BookSide::kNone ? kNoPrice : flip(side, key);
  }
  /// Quantity and number of orders at a price.
  L3Level level(Side side, std::int64_t ticks) const noexcept {
    return view(half(side).at(flip(side, ticks)));
  }
  /// Number of prices of a side.
  std::int64_t levels(Side side) const noexcept { return half(side).size(); }
  /// Number of resting orders of both sides.
  std::uint32_t size() const noexcept { return order_count_; }
  std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(orders_.size()); }

  /// The order at the head of the best price's queue; false when the side is empty. Its age is the
  /// event's time less `queued_ns`.
  bool oldest_at_touch(Side side, L3Order* order) const noexcept;

  /// Calls `visit(ticks, L3Level) -> bool` from the best price outwards until it returns false. The
  /// book must not change meanwhile.
  template <typename Visit>
  void visit_levels(Side side, Visit&& visit) const {
    const BookSide& keys = half(side);
    if (keys.empty()) return;
    for (std::int64_t key = keys.best(); key != BookSide::kNone; key = keys.next(key)) {
      if (!visit(flip(side, key), view(keys.at(key)))) return;
    }
  }

  /// Calls `visit(L3Order) -> bool` along a price's queue, first in time first, until it returns
  /// false. The book must not change meanwhile.
  template <typename Visit>
  void visit_orders(Side side, std::int64_t ticks, Visit&& visit) const {
    const std::int64_t slot = half(side).at(flip(side, ticks));
    if (slot == 0) return;
    for (std::uint32_t at = levels_[level_index(slot)].head; at != kNil; at = orders_[at].next) {
      if (!visit(shown(orders_[at]))) return;
    }
  }

  /// Removes every order. O(capacity).
  void clear() noexcept;

 private:
  static constexpr std::uint32_t kNil = 0xFFFFFFFFu;
  static constexpr std::uint8_t kUnwatched = 0xFF;
  static constexpr std::int64_t kMaxLevelLots = std::int64_t{1} << 62;

  struct alignas(64) Order {
    std::uint64_t id;
    std::int64_t ticks;
    std::int64_t lots;
    std::int64_t queued_ns;
    std::uint64_t turn;  // Rises with every place taken: at one price the smaller is ahead.
    std::uint32_t previous;
    std::uint32_t next;   // Also links free orders.
    std::uint32_t level;
    Side side;
    std::uint8_t watch;
  };
  struct Level {
    std::int64_t lots;
    std::uint32_t head;  // Also links free levels.
    std::uint32_t tail;
    std::uint32_t orders;
    std::uint32_t watches;
  };
  struct Watch {
    std::uint32_t order;
    std::uint32_t level;
    std::uint64_t turn;
    QueuePosition ahead;
  };

  static constexpr std::int64_t flip(Side side, std::int64_t ticks) noexcept {
    const std::int64_t mask = static_cast<std::int64_t>(side) - 1;  // All ones for a bid.
    return (ticks ^ mask) - mask;
  }
  static constexpr std::size_t level_index(std::int64_t slot) noexcept {
    return static_cast<std::size_t>(slot - 1);
  }
  const BookSide& half(Side side) const noexcept { return halves_[static_cast<int>(side)]; }
  BookSide& half(Side side) noexcept { return halves_[static_cast<int>(side)]; }
  L3Level view(std::int64_t slot) const noexcept {
    if (slot == 0) return {};
    const Level& found = levels_[level_index(slot)];
    return {found.lots, static_cast<int>(found.orders)};
  }
  static L3Order shown(const Order& order) noexcept {
    return {order.id, order.ticks, order.lots, order.queued_ns, order.side};
  }

  std::uint32_t slot_of(std::uint64_t id) const noexcept {
    return slots_.find(id, [&](std::uint32_t slot) { return orders_[slot].id == id; });
  }
  L3Status owned(std::uint64_t id, Side side, std::uint32_t* slot) const noexcept;
  bool overflows(std::int64_t level_slot, std::int64_t lots) const noexcept;
  void enqueue(std::uint32_t slot, std::int64_t level_slot, std::int64_t at_ns) noexcept;
  void unlink(std::uint32_t slot) noexcept;
  void remove(std::uint32_t slot) noexcept;
  void shrink(std::uint32_t slot, std::int64_t lots) noexcept;
  void requeue(std::uint32_t slot, std::int64_t ticks, std::int64_t lots,
               std::int64_t at_ns) noexcept;
  void note_departure(const Order& order, std::int64_t lots, int orders) noexcept;
  QueuePosition walk_ahead(const Order& order) const noexcept;
  void drop_watch(std::uint8_t index) noexcept;
  void reset_pools() noexcept;

  BookSide halves_[2];  // Key to level slot + 1.
  OrderSlots slots_;
  std::vector<Order> orders_;
  std::vector<Level> levels_;
  std::uint32_t free_order_ = kNil;
  std::uint32_t free_level_ = kNil;
  std::uint32_t order_count_ = 0;
  std::uint64_t turn_ = 0;
  Watch watches_[kMaxWatches];
  int watch_count_ = 0;
};

}  // namespace bot4
