// Matches our simulated orders against a recorded market that does not know of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "book/l2_book.h"
#include "book/observer.h"
#include "match/queue_model.h"
#include "match/replay_event.h"
#include "match/types.h"
#include "match/waiting_stops.h"
#include "ring/index_pool.h"

namespace bot4::match {

/// Fills our orders from a replayed book and tape, price-time priority.
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
/// With the model kExact the record tells every order instead of every level (OrderRecords):
///  * What leaves or trades ahead of our order eats `ahead`; an order behind it that trades would
///    have traded with ours first. Nothing is estimated, and the level's displayed quantity and the
///    tape count no more.
///  * What comes to rest at or through our price is what a taker had left: it fills us.
///  * Exact as long as our orders are no larger than what traded behind them: a recorded order that
///    ours would have spared trades in the record all the same.
///
/// Terms (kPlace), as in the matching engine (matching_engine.h), where a record allows it:
///  * Stops look at recorded trades, each print by itself; our own trades wake none. What one print
///    wakes executes after its frame (`run_pending`), before the next command, and waits while the
///    book is not known. It finds nothing at better prices than the print's, nor what the print took
///    there: the book may still show both.
///  * An iceberg's next slice joins the back of the queue displayed at that moment.
///  * When an order of an OCO group trades, triggers or ends, the others are cancelled at once.
///  * Times are us since the epoch: orders that are due end before what the record brings at their
///    time, or by kClock.
///  * A reduce-only order trades no more than closes the position of that moment: what kPosition
///    said, and every fill since.
///
/// What our own trades move (kShift) is added to every recorded price; resting orders then join the
/// back of the queue at the level that their price has become.
///
/// Determinism: a pure function of the observed market and the commands; integers only.
/// Cost:        O(our resting orders of the symbol) for each event of that symbol; none when no
///              order rests; O(stops) for each trade. No allocation in steady state.
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
  /// `events_bound()`.
  void execute(const Command& command) noexcept;

  /// Executes the next triggered order of a symbol whose book is known; false when there is none.
  /// Its events never exceed `events_bound()`.
  bool run_pending() noexcept;

  /// Answers a command that could not be read.
  void refuse(std::int64_t id) noexcept;

  /// For OrderRecords, kExact: the place that a recorded order takes now. Places rise with time.
  std::uint64_t next_place(std::int32_t symbol) noexcept { return ++market_of(symbol).place; }
  /// Recorded lots left a queue without trading.
  void queue_left(std::int32_t symbol, const QueuedLots& left, std::int64_t at_ns) noexcept;
  /// Recorded lots of a resting order traded.
  void order_executed(std::int32_t symbol, const QueuedLots& traded, std::int64_t at_ns) noexcept;

  /// Events since `clear_events`, in order. A frame adds at most three for each order held. An
  /// event beyond `event_capacity()` is a bug of the caller, who must read and clear after every
  /// frame that raised attention.
  const std::vector<ReplayEvent>& events() const noexcept { return events_; }
  void clear_events() noexcept {
    events_.clear();
    ++reading_;
  }
  std::size_t event_capacity() const noexcept {
    return 5 * std::size_t{orders_.capacity()} + 2 * worst_case_events();
  }
  std::size_t worst_case_events() const noexcept { return kMostTakenAtOnce + 4; }
  std::size_t events_bound() const noexcept { return worst_case_events() + 3 * std::size_t{held()}; }

  /// Orders that rest, wait or have triggered.
  std::uint32_t held() const noexcept {
    return orders_.size() + static_cast<std::uint32_t>(stops_.size() + pending_.size());
  }
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
    bool reduce_only;
    std::int64_t hidden;        // Lots of an iceberg behind its slice, which is `lots`.
    std::int64_t display;
    std::int64_t expires_at;    // us since the epoch; 0: never.
    std::int64_t group;
    std::uint64_t arrival;
    std::uint64_t place;        // Recorded orders with smaller places are ahead; kExact only.
  };
  /// A stop that has triggered and is yet to execute.
  struct Pending {
    Command command;
    std::int64_t price;  // Of the trade that woke it, as recorded.
    std::uint64_t arrival;
  };
  /// An order held, whichever way.
  struct Held {
    std::int64_t id;
    std::int64_t group;
    std::int64_t expires_at;
    std::uint64_t arrival;
    std::int32_t symbol;
  };
  /// An order while it takes.
  struct Taker {
    std::int64_t left;
    std::int64_t group;
    std::int64_t from;  // It finds nothing at better recorded prices; 0: whatever the book shows.
    Reason end = Reason::kNone;
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
    std::int64_t last_trade;
    std::int64_t position;
    /// Ticks by which our trades have moved the market away from the record: every price that the
    /// record tells counts as so much higher. Books and `taken` keep the record's own prices.
    std::int64_t shift;
    std::uint64_t place;  // The latest that was taken.
  };

  static void level_changed(void* self, int symbol, Side side, std::int64_t ticks,
                            std::int64_t old_lots, std::int64_t new_lots,
                            std::int64_t at_ns) noexcept;
  static void traded(void* self, int symbol, std::int64_t ticks, std::int64_t lots, Side aggressor,
                     std::int64_t at_ns) noexcept;
  static void updated(void* self, int symbol, std::int64_t at_ns) noexcept;
  static void was_reset(void* self, int symbol, std::int64_t at_ns) noexcept;

  // replay_matcher.cc: commands.
  Market& market_of(std::int32_t symbol) noexcept {
    return markets_[static_cast<std::size_t>(symbol)];
  }
  const Market& market_of(std::int32_t symbol) const noexcept {
    return markets_[static_cast<std::size_t>(symbol)];
  }
  bool knows(std::int32_t symbol) const noexcept {
    return symbol >= 0 && symbol < static_cast<std::int32_t>(markets_.size());
  }
  void submit(const Command& command) noexcept;
  void work(const Command& command, std::int64_t from) noexcept;
  void cancel(const Command& command) noexcept;
  void amend(const Command& command) noexcept;
  static bool keeps_place(const Resting& order, const Command& wanted) noexcept {
    return wanted.ticks == order.ticks && wanted.lots <= order.lots + order.hidden;
  }
  Reason amend_refusal(const Market& market, const Resting& order,
                       const Command& wanted) const noexcept;
  Reason refusal(const Command& command) const noexcept;
  Reason terms_refusal(const Command& command) const noexcept;
  /// The quantity displayed at one of our prices.
  static std::int64_t displayed(const Market& market, Side side, std::int64_t ticks) noexcept {
    const std::int64_t recorded = ticks - market.shift;
    return recorded < 1 ? 0 : market.book->quantity(side, recorded);
  }
  void shift(Market& market, std::int64_t ticks) noexcept;
  bool crosses(const Market& market, const Command& command) const noexcept;
  bool fills_whole(const Market& market, const Command& command, const Taker& taker) const noexcept;
  void take(Market& market, const Command& command, Taker& taker) noexcept;
  void rest(Market& market, const Command& command, const Taker& taker) noexcept;
  std::int64_t already_taken(const Market& market, Side side, std::int64_t ticks) const noexcept;
  void note_taken(Market& market, Side side, std::int64_t ticks, std::int64_t lots) noexcept;
  void answer(EventKind kind, Reason reason, const Command& command, std::int64_t lots) noexcept;
  void push(const ReplayEvent& event) noexcept;

  // replay_market.cc: what the record does to our orders.
  void fill(std::int32_t symbol, Resting& order, std::int64_t lots, std::int64_t at_ns) noexcept;
  std::int64_t fill_most(std::int32_t symbol, Resting& order, std::int64_t lots,
                         std::int64_t at_ns) noexcept;
  void next_slice(Market& market, Resting& order) noexcept;
  void drop_ended(Market& market) noexcept;
  std::int64_t fill_from_trade(std::int32_t symbol, Resting& order, const Print& print,
                               std::int64_t unused) noexcept;
  void fill_from_cross(Market& market, std::int32_t symbol, Resting& order,
                       std::int64_t at_ns) noexcept;

  // replay_terms.cc: what the terms of our orders do.
  std::int64_t closable(const Market& market, Side side) const noexcept;
  void wait(const Command& command) noexcept;
  void wake(std::int32_t symbol, const Print& print, Side aggressor) noexcept;
  void trigger(std::size_t at, const Print& print) noexcept;
  void end(std::int64_t id, EventKind kind, Reason reason, std::int64_t at_ns) noexcept;
  void end_resting(std::int32_t symbol, Resting& order, EventKind kind, Reason reason,
                   std::int64_t at_ns) noexcept;
  std::int64_t take_out(std::int64_t id, EventKind kind, Reason reason,
                        std::int64_t at_ns) noexcept;
  std::int64_t take_out_resting(std::int32_t symbol, Resting& order, EventKind kind,
                                Reason reason, std::int64_t at_ns) noexcept;
  void cancel_group(std::int64_t group, std::int64_t at_ns) noexcept;
  void expires(std::int64_t at_us) noexcept {
    if (at_us != 0) next_expiry_ns_ = std::min(next_expiry_ns_, at_us * kNsPerUs);
  }
  bool next_due(Held* due) const noexcept;
  void expire_due(std::int64_t now_us, std::int64_t at_ns) noexcept;
  /// To be called before anything that the record brings.
  void pass_time(std::int64_t at_ns) noexcept {
    if (at_ns >= next_expiry_ns_) expire_due(at_ns / kNsPerUs, at_ns);
  }
  template <typename Visit>
  void visit_held(Visit&& visit) const;
  static constexpr std::int64_t kNsPerUs = 1000;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  std::vector<Market> markets_;
  std::vector<ReplayEvent> events_;
  IndexPool<Resting> orders_;
  WaitingStops stops_;
  std::vector<Pending> pending_;  // In the order in which they triggered.
  std::uint64_t reading_ = 1;     // Counts the readings of `events_`.
  std::uint64_t arrivals_ = 0;
  std::int64_t now_us_ = 0;       // The latest kClock, or what was due since.
  std::int64_t next_expiry_ns_ = kNever;
  std::uint32_t* attention_;
  QueueModel model_;
};

template <typename Visit>
void ReplayMatcher::visit_held(Visit&& visit) const {
  for (std::size_t symbol = 0; symbol < markets_.size(); ++symbol) {
    for (const std::uint32_t slot : markets_[symbol].queue) {
      const Resting& order = orders_[slot];
      if (order.lots == 0) continue;
      visit(Held{order.id, order.group, order.expires_at, order.arrival,
                 static_cast<std::int32_t>(symbol)});
    }
  }
  for (std::size_t at = 0; at < stops_.size(); ++at) {
    const auto& [command, trigger, mark, arrival, queued] = stops_[at];
    visit(Held{command.id, command.terms.group, command.terms.expires_at, arrival,
               command.symbol});
  }
  for (const auto& [command, price, arrival] : pending_) {
    visit(Held{command.id, command.terms.group, command.terms.expires_at, arrival,
               command.symbol});
  }
}

}  // namespace bot4::match
