// The simulator's matching engine: price-time priority limit order books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/aligned_buffer.h"
#include "match/order_index.h"
#include "match/types.h"
#include "ring/index_pool.h"

namespace bot4::match {

/// Limit order books for a set of symbols, matched by price, then by time of arrival.
///
/// Orders live in an index pool of `max_orders`, chained first-in-first-out per price level; the
/// levels of a side lie sorted in one array with the best price at its end, so that work at the
/// touch moves little. An incoming order trades with the best opposite level first and within it
/// with the oldest order, always at the resting order's price. Stops wait in the same kind of
/// levels, by trigger price; what only some orders have lies apart from the orders.
///
/// Rules beyond price and time:
///  * An iceberg shows one slice; the next one joins the back of its level's queue. A stop that
///    becomes an iceberg takes the room of its slices from its arrival on.
///  * Amending to fewer lots keeps the place in the queue; more lots or another price lose it.
///  * Stops look at the first and the last price at which one order took (its prices in between
///    can trigger nothing else): at each, buy stops before sell stops, the nearest trigger first,
///    within one trigger the oldest; then water marks move, oldest trailing stop first. Triggered
///    orders execute in that order after the one that triggered them, before the next command;
///    each waiting stop triggers once at most, which bounds a cascade.
///  * When an order of an OCO group trades, triggers or ends, the others are cancelled at once.
///  * A reduce-only order trades no more than closes its owner's position at that moment.
///  * Fill-or-kill counts no reduce-only orders and no orders of OCO groups as fillable: it may
///    expire where it could just have filled, and never fills in part.
///
/// Determinism: a pure function of the commands; integers only.
/// Cost:        O(1) per trade; O(log levels) to find a level and O(distance from the touch, in
///              levels) to make or remove one; O(trailing stops) per order that traded; bench
///              match.commands. No allocation once the arrays have grown.
/// Source:      queue rules of Binance, "Order Amend Keep Priority", and Kraken, "Spot Atomic
///              Amends"; Binance "Self Trade Prevention (STP) FAQ" and cancelReplaceMode.
class MatchingEngine {
 public:
  MatchingEngine(std::int32_t symbols, std::uint32_t max_orders);

  /// Event slots that the command may need at most. Never more than `worst_case_events()`.
  std::size_t events_bound(const Command& command) const noexcept;
  /// Event slots that suffice for any command on any book.
  std::size_t worst_case_events() const noexcept { return 8 * std::size_t{max_orders()} + 16; }

  /// Executes one command. Requires room for `events_bound(command)` events in the sink, and that
  /// nothing is pending.
  void execute(const Command& command, EventSink& sink) noexcept;

  /// Triggered orders that are to execute before the next command.
  std::size_t pending() const noexcept { return pending_.size() - pending_done_; }
  /// Event slots that the next pending order may need. Requires: one is pending.
  std::size_t pending_bound() const noexcept { return work_bound(pending_[pending_done_]); }
  /// Executes the next pending order. Requires room for `pending_bound()` events in the sink.
  void run_pending(EventSink& sink) noexcept;

  Touch touch(std::int32_t symbol) const noexcept;
  /// Orders that rest or wait.
  std::uint32_t resting_orders() const noexcept { return orders_.size(); }
  std::int32_t symbols() const noexcept { return static_cast<std::int32_t>(books_.size()); }
  std::uint32_t max_orders() const noexcept { return orders_.capacity(); }
  /// Signed lots that a tracked owner holds of a symbol.
  std::int64_t position(std::int64_t owner, std::int32_t symbol) const noexcept;

  /// Gives the memory of the orders and of their index these options. What one of them was refused
  /// counts as refused; the resident bytes are those of both.
  MemoryReport prepare(const MemoryOptions& options) noexcept;

  /// The bytes that the orders and their index take.
  static std::size_t order_bytes(std::uint32_t max_orders) noexcept;

 private:
  static constexpr std::uint32_t kNone = OrderIndex::kAbsent;
  /// States of an order, above the flags of its command.
  static constexpr std::uint16_t kHasExtra = 256;
  static constexpr std::uint16_t kWaiting = 512;

  struct Order {
    std::int64_t id;
    std::int64_t ticks;
    std::int64_t lots;  ///< Shown in the book; of a waiting stop: all.
    std::int64_t owner;
    std::uint32_t previous;
    std::uint32_t next;
    std::int32_t symbol;
    Side side;
    std::uint16_t flags;
  };

  /// What only some orders have, in the same slot as the order.
  struct Extra {
    std::int64_t hidden;      ///< Lots of an iceberg behind its slice.
    std::int64_t display;
    std::int64_t expires_at;
    std::int64_t trigger;
    std::int64_t trail;
    std::int64_t mark;        ///< Water mark of a trailing stop; 0 before the first trade.
    std::int64_t group;
    std::uint64_t sequence;   ///< Order of arrival, for orders that expire at the same time.
    std::uint32_t group_previous;
    std::uint32_t group_next;
    std::uint32_t heap_at;
  };

  struct Level {
    std::int64_t ticks;
    std::int64_t lots;
    std::uint32_t head;
    std::uint32_t tail;
  };
  using Levels = std::vector<Level>;

  struct Book {
    Levels sides[2];             ///< Sorted so that the best level is the last.
    Levels waiting[2];           ///< Stops by side, sorted so that the next to trigger is the last.
    std::vector<std::uint32_t> trailing;  ///< In order of arrival.
    std::uint32_t slices[2] = {0, 0};     ///< Orders of a side and further slices of its icebergs.
    std::uint32_t stops = 0;
    std::int64_t last_trade = 0;
  };

  /// An order while it takes.
  struct Taker {
    std::int64_t left;
    std::int64_t group;
    Reason end = Reason::kNone;  ///< Why its rest may not go on.
    std::int64_t first_trade = 0;
    std::int64_t last_trade = 0;
  };

  struct LevelChange {
    bool shown;
    std::int64_t before;
    std::int64_t after;
  };

  static std::size_t position_of(const Levels& levels, Side side, std::int64_t ticks) noexcept;

  // matching_engine.cc: commands.
  void carry_out(const Command& command, EventSink& sink) noexcept;
  std::size_t work_bound(const Command& command) const noexcept;
  Reason refusal(const Command& command) const noexcept;
  Reason terms_refusal(const Command& command) const noexcept;
  bool slices_fit(std::int64_t lots, std::int64_t display, std::int64_t held) const noexcept;
  void submit(const Command& command, EventSink& sink) noexcept;
  void work(const Command& command, EventSink& sink) noexcept;
  void replace(const Command& command, EventSink& sink) noexcept;
  void set_position(const Command& command, EventSink& sink) noexcept;
  void report_depth(const Command& command, EventSink& sink) const noexcept;

  // matching_book.cc: the book and its trades.
  bool crosses(const Command& command) const noexcept;
  bool fills_whole(const Command& command) const noexcept;
  void match(const Command& command, Taker& taker, EventSink& sink) noexcept;
  void match_level(const Command& command, Taker& taker, Levels& levels, EventSink& sink) noexcept;
  void trade(const Command& command, Taker& taker, Levels& levels, std::int64_t lots,
             EventSink& sink) noexcept;
  bool prevent_self_trade(const Command& command, Taker& taker, Levels& levels,
                          EventSink& sink) noexcept;
  void use_up(std::uint32_t slot, Level& level) noexcept;
  void rest(const Command& command, const Taker& taker, EventSink& sink) noexcept;
  void enqueue(std::uint32_t slot, EventSink& sink) noexcept;
  LevelChange lift(std::uint32_t slot) noexcept;
  std::int64_t closable(std::int64_t owner, std::int32_t symbol, Side side) const noexcept;
  void track(std::int64_t owner, std::int32_t symbol, std::int64_t lots) noexcept;

  // matching_orders.cc: orders that are here.
  std::uint32_t keep(const Command& command, std::int64_t group) noexcept;
  void forget(std::uint32_t slot) noexcept;
  std::int64_t open_lots(std::uint32_t slot) const noexcept;
  std::uint32_t further_slices(std::uint32_t slot) const noexcept;
  void count(std::uint32_t slot, bool in) noexcept;
  Command command_of(std::uint32_t slot) const noexcept;
  void cancel(const Command& command, EventSink& sink) noexcept;
  void take_out(std::uint32_t slot, EventKind kind, Reason reason, EventSink& sink) noexcept;
  void end(std::uint32_t slot, EventKind kind, Reason reason, EventSink& sink) noexcept;
  void join_group(std::uint32_t slot, std::int64_t group) noexcept;
  void leave_group(std::uint32_t slot) noexcept;
  void cancel_group(std::int64_t group, EventSink& sink) noexcept;
  void link(std::uint32_t slot, Level& level) noexcept;
  void unlink(std::uint32_t slot, Level& level) noexcept;

  // matching_amend.cc.
  void amend(const Command& command, EventSink& sink) noexcept;
  Reason amend_refusal(std::uint32_t slot, const Command& wanted) const noexcept;
  void amend_stop(std::uint32_t slot, const Command& wanted, EventSink& sink) noexcept;
  void amend_lots(std::uint32_t slot, std::int64_t lots, EventSink& sink) noexcept;
  void amend_price(std::uint32_t slot, const Command& wanted, EventSink& sink) noexcept;

  // matching_stops.cc: triggers and times.
  void wait(const Command& command) noexcept;
  void link_stop(std::uint32_t slot) noexcept;
  void unlink_stop(std::uint32_t slot) noexcept;
  void drop_stop(std::uint32_t slot) noexcept;
  void traded_at(std::int32_t symbol, std::int64_t price, EventSink& sink) noexcept;
  void trigger(std::uint32_t slot, std::int64_t price, EventSink& sink) noexcept;
  void move_marks(Book& book, std::int64_t price, EventSink& sink) noexcept;
  void set_mark(std::uint32_t slot, std::int64_t price) noexcept;
  void expire_due(std::int64_t now, EventSink& sink) noexcept;
  bool due_before(std::uint32_t a, std::uint32_t b) const noexcept;
  void push_expiry(std::uint32_t slot) noexcept;
  void drop_expiry(std::uint32_t slot) noexcept;
  std::size_t sift_up(std::size_t at) noexcept;
  void sift_down(std::size_t at) noexcept;

  Extra& extra(std::uint32_t slot) noexcept {
    return reinterpret_cast<Extra*>(extras_.data())[slot];
  }
  const Extra& extra(std::uint32_t slot) const noexcept {
    return reinterpret_cast<const Extra*>(extras_.data())[slot];
  }
  Book& book_of(std::int32_t symbol) noexcept { return books_[static_cast<std::size_t>(symbol)]; }
  const Book& book_of(std::int32_t symbol) const noexcept {
    return books_[static_cast<std::size_t>(symbol)];
  }

  std::vector<Book> books_;
  IndexPool<Order> orders_;
  OrderIndex index_;
  OrderIndex groups_;         ///< From the number of an OCO group to one of its orders.
  AlignedBuffer extras_;      ///< An Extra for each slot; untouched for plain orders.
  AlignedBuffer positions_;   ///< Signed lots by owner and symbol.
  std::vector<std::uint32_t> expiries_;  ///< Heap of the orders that expire, the next at its top.
  std::vector<Command> pending_;
  std::size_t pending_done_ = 0;
  std::uint32_t grouped_ = 0;
  std::uint32_t further_slices_ = 0;  ///< Of all icebergs, waiting ones too, beside the shown slice.
  std::uint64_t arrivals_ = 0;
  std::int64_t now_ = 0;
  const Levels* working_ = nullptr;  ///< The levels of which the last is being matched.
};

}  // namespace bot4::match
