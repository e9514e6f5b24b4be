// Matches our simulated orders against a recorded market that does not know of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/l2_book.h"
#include "book/observer.h"
#include "match/queue_model.h"
#include "match/types.h"
#include "ring/index_pool.h"

namespace bot4::match {

/// One thing that became of an order in the replay.
struct ReplayEvent {
  EventKind kind;       ///< kAccepted, kRejected, kTrade, kCancelled, kExpired or kCancelRejected.
  Reason reason;
  Side side;            ///< The order's own side.
  bool maker;           ///< For kTrade: whether the order rested.
  std::int32_t symbol;
  std::int64_t id;
  std::int64_t ticks;
  std::int64_t lots;       ///< kTrade: executed; kCancelled, kExpired: what was left.
  std::int64_t remaining;  ///< kTrade: what is left of the order.
  std::int64_t at_ns;      ///< Receive time of the frame that filled it; 0 for answers to commands.
};

/// Fills our orders from a replayed book and tape, price-time priority, without market impact.
///
/// Rules, each erring against us where the record cannot tell:
///  * An arriving order takes the displayed quantity of the opposite side, best level first, up to
///    its limit. What we took stays deducted from a level until the record changes that level.
///    The rest of an IOC or market order expires; a post-only order that would take is rejected.
///  * A resting order joins the back of the queue: `ahead` = the quantity displayed at its price.
///  * A recorded trade on our side of the market fills first our orders at better prices (it traded
///    through them), then eats `ahead` of those at its price, then fills them; never more in all
///    than the trade's own quantity.
///  * A level that shrinks by more than was traded there lost the rest to cancels, of which the
///    queue model says how many stood ahead (kProportional: spread evenly over the queue).
///    `ahead` is never above what is displayed.
///  * A trade printed up to 250 ms after the level shrank may be the same quantity seen twice; it
///    eats `ahead` only beyond what the shrinking took off it. A trade explains the shrinking of
///    its level for as long.
///  * Our own orders never meet each other.
///  * An amend to fewer lots at the same price keeps the place in the queue; any other is a cancel
///    and a new order of the same id, and a post-only one that would take stands as it was.
///  * When a whole update leaves the opposite side at or through our price, that displayed quantity
///    fills us at our price, as maker.
///  * What one frame fills of a resting order is one execution: a snapshot can bring thousands of
///    held updates in one frame, and each may fill a part.
///
/// Determinism: a pure function of the observed market and the commands; integers only.
/// Cost:        O(our resting orders of the symbol) for each event of that symbol; none when no
///              order rests. No allocation in steady state.
/// Source:      queue position from displayed depth: Moallemi & Yuan (2016), "A model for queue
///              position valuation"; proportional cancels as in the linear probability queue model.
class ReplayMatcher {
 public:
  /// How long a shrunk level may still be explained by a trade that is yet to print.
  static constexpr std::int64_t kTradeLagNs = 250'000'000;
  /// Levels of which we remember what we took, per symbol; beyond it the oldest is forgotten.
  static constexpr std::size_t kTakenLevels = 1024;

  /// The books must outlive the matcher. `attention` is set to 1 when an observed market event
  /// filled an order.
  ReplayMatcher(std::vector<const L2Book*> books, std::uint32_t max_orders,
                std::uint32_t* attention, QueueModel model = QueueModel::kProportional);

  /// The observer to hand to the engine. Valid as long as the matcher.
  MarketObserver observer() noexcept;

  /// Executes a command as if it arrived now. The events of one command never exceed
  /// `worst_case_events()`.
  void execute(const Command& command) noexcept;

  /// Answers a command that could not be read.
  void refuse(std::int64_t id) noexcept;

  /// Events since `clear_events`, in order. A frame adds at most one for each resting order. An
  /// event beyond `event_capacity()` is a bug of the caller, who must read and clear after every
  /// frame that raised attention.
  const std::vector<ReplayEvent>& events() const noexcept { return events_; }
  void clear_events() noexcept {
    events_.clear();
    ++reading_;
  }
  std::size_t event_capacity() const noexcept {
    return 4 * std::size_t{orders_.capacity()} + 2 * worst_case_events();
  }
  std::size_t worst_case_events() const noexcept { return kMostTakenAtOnce + 4; }

  std::uint32_t resting_orders() const noexcept { return orders_.size(); }

  /// Quantity ahead of a resting order, or -1 when it does not rest. For tests and state reports.
  std::int64_t ahead_of(std::int64_t id) const noexcept;

 private:
  /// Levels that one order may take; what is wanted beyond them expires or rests.
  static constexpr std::size_t kMostTakenAtOnce = 512;
  static_assert(kTakenLevels >= kMostTakenAtOnce, "an order forgets what it took itself");
  /// Places that a symbol begins with; more are taken as orders come to rest.
  static constexpr std::uint32_t kFirstOrders = 256;

  struct Resting {
    std::int64_t id;
    std::int64_t ticks;
    std::int64_t lots;
    std::int64_t ahead;
    std::int64_t traded;        // Traded at this price, not yet seen as a reduction of the level.
    std::int64_t traded_until;  // ns
    std::int64_t credit;        // Taken off `ahead` by reductions that a late trade may explain.
    std::int64_t credit_until;  // ns
    std::uint64_t reading;      // When `execution` was written; see `reading_`.
    std::size_t execution;      // Index of its latest execution in `events_`.
    Side side;
    bool post_only;
  };
  struct Print {
    std::int64_t ticks;
    std::int64_t lots;
    std::int64_t at_ns;
  };
  struct Taken {
    Side side;
    std::int64_t ticks;
    std::int64_t lots;
  };
  struct Market {
    const L2Book* book;
    /// Of `orders_`, in price-time priority within each side; oldest first otherwise.
    std::vector<std::uint32_t> queue;
    std::vector<Taken> taken;
  };

  static void level_changed(void* self, int symbol, Side side, std::int64_t ticks,
                            std::int64_t old_lots, std::int64_t new_lots,
                            std::int64_t at_ns) noexcept;
  static void traded(void* self, int symbol, std::int64_t ticks, std::int64_t lots, Side aggressor,
                     std::int64_t at_ns) noexcept;
  static void updated(void* self, int symbol, std::int64_t at_ns) noexcept;
  static void was_reset(void* self, int symbol, std::int64_t at_ns) noexcept;

  void submit(const Command& command) noexcept;
  void cancel(const Command& command) noexcept;
  void amend(const Command& command) noexcept;
  Reason refusal(const Command& command) const noexcept;
  bool crosses(const Market& market, const Command& command) const noexcept;
  std::int64_t take(Market& market, const Command& command) noexcept;
  void rest(Market& market, const Command& command, std::int64_t lots) noexcept;
  void fill(std::int32_t symbol, Resting& order, std::int64_t lots, std::int64_t at_ns) noexcept;
  void drop_filled(Market& market) noexcept;
  std::int64_t already_taken(const Market& market, Side side, std::int64_t ticks) const noexcept;
  void note_taken(Market& market, Side side, std::int64_t ticks, std::int64_t lots) noexcept;
  std::int64_t fill_from_trade(std::int32_t symbol, Resting& order, const Print& print,
                               std::int64_t unused) noexcept;
  void fill_from_cross(Market& market, std::int32_t symbol, Resting& order,
                       std::int64_t at_ns) noexcept;
  void push(const ReplayEvent& event) noexcept;

  std::vector<Market> markets_;
  std::vector<ReplayEvent> events_;
  IndexPool<Resting> orders_;
  std::uint64_t reading_ = 1;  // Counts the readings of `events_`.
  std::uint32_t* attention_;
  QueueModel model_;
};

}  // namespace bot4::match
