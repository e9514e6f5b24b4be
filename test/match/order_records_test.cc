// Exact queue positions from an order-by-order record, one by one and against the matching engine.
#include "match/order_records.h"

#include <cstdint>
#include <vector>

#include "expect.h"
#include "match/matching_engine.h"
#include "replayed_market.h"

namespace {

using bot4::L3Status;
using bot4::Side;
using bot4::match::Command;
using bot4::match::CommandKind;
using bot4::match::Event;
using bot4::match::EventKind;
using bot4::match::EventSink;
using bot4::match::MatchingEngine;
using bot4::match::OrderChange;
using bot4::match::OrderRecords;
using bot4::match::QueueModel;
using bot4::match::ReplayEvent;
using bot4::match::ReplayMatcher;
using bot4::test::filled;
using bot4::test::limit;
using bot4::test::Random;
using bot4::test::ReplayedMarket;
namespace match = bot4::match;

constexpr Side kBuy = Side::kBuy;
constexpr Side kSell = Side::kSell;

/// A market that is recorded order by order.
class Recorded {
 public:
  L3Status tell(OrderChange what, Side side, std::uint64_t id, std::int64_t ticks = 0,
                std::int64_t lots = 0) {
    return records_.apply(matcher, 0, {what, side, id, ticks, lots, ++now_});
  }
  L3Status add(Side side, std::uint64_t id, std::int64_t ticks, std::int64_t lots) {
    return tell(OrderChange::kAdd, side, id, ticks, lots);
  }
  L3Status execute(Side side, std::uint64_t id, std::int64_t lots) {
    return tell(OrderChange::kExecute, side, id, 0, lots);
  }
  L3Status cancel(Side side, std::uint64_t id) { return tell(OrderChange::kCancel, side, id); }
  std::vector<ReplayEvent> take() {
    std::vector<ReplayEvent> out = matcher.events();
    matcher.clear_events();
    return out;
  }
  std::vector<ReplayEvent> run(const Command& command) {
    matcher.execute(command);
    return take();
  }

 private:
  OrderRecords records_{1, 4096};
  std::uint32_t attention_ = 0;
  std::int64_t now_ = 1'700'000'000'000'000'000;

 public:
  ReplayMatcher matcher{records_.books(), 64, &attention_, QueueModel::kExact};
};

void what_leaves_ahead_counts_and_what_leaves_behind_does_not() {
  Recorded market;
  market.add(kBuy, 1, 99, 10);
  market.add(kBuy, 2, 99, 5);
  market.run(limit(1, kBuy, 99, 2));
  market.add(kBuy, 3, 99, 7);
  EXPECT_EQ(market.matcher.ahead_of(1), 15);
  market.cancel(kBuy, 3);
  EXPECT_EQ(market.matcher.ahead_of(1), 15);
  market.cancel(kBuy, 1);
  EXPECT_EQ(market.matcher.ahead_of(1), 5);
  market.tell(OrderChange::kModify, kBuy, 2, 99, 3);
  EXPECT_EQ(market.matcher.ahead_of(1), 3);
  // More lots lose the place: it stands behind us now.
  market.tell(OrderChange::kModify, kBuy, 2, 99, 8);
  EXPECT_EQ(market.matcher.ahead_of(1), 0);
  market.execute(kBuy, 2, 1);
  EXPECT_EQ(filled(market.take(), 1), 1);
}

void executions_ahead_eat_the_queue_and_those_behind_are_ours() {
  Recorded market;
  market.add(kSell, 1, 101, 4);
  market.run(limit(1, kSell, 101, 3));
  market.add(kSell, 2, 101, 9);
  market.execute(kSell, 1, 4);
  EXPECT_EQ(market.matcher.ahead_of(1), 0);
  EXPECT_EQ(filled(market.take(), 1), 0);
  market.execute(kSell, 2, 2);
  EXPECT_EQ(filled(market.take(), 1), 2);
  market.execute(kSell, 2, 7);
  EXPECT_EQ(filled(market.take(), 1), 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void a_trade_through_and_what_a_taker_had_left_fill_us() {
  Recorded market;
  market.add(kBuy, 1, 97, 4);
  market.run(limit(1, kBuy, 99, 3));
  market.run(limit(2, kBuy, 98, 6));
  market.execute(kBuy, 1, 4);
  const auto through = market.take();
  EXPECT_EQ(filled(through, 1), 3);
  EXPECT_EQ(filled(through, 2), 1);
  market.add(kSell, 2, 98, 2);
  EXPECT_EQ(filled(market.take(), 2), 2);
  // What was taken of that order stays taken when another one joins it.
  market.add(kSell, 3, 98, 1);
  EXPECT_EQ(filled(market.take(), 2), 1);
}

void an_order_that_takes_finds_the_recorded_orders() {
  Recorded market;
  market.add(kSell, 1, 101, 4);
  market.add(kSell, 2, 102, 4);
  const auto events = market.run(limit(1, kBuy, 102, 9, match::kFlagIoc));
  EXPECT_EQ(filled(events, 1), 8);
}

void a_stop_finds_what_the_trade_that_woke_it_left() {
  Recorded market;
  market.add(kSell, 1, 101, 4);
  market.add(kSell, 2, 101, 3);
  market.add(kSell, 3, 102, 9);
  Command stop = limit(1, kBuy, 200, 5, match::kFlagMarket);
  stop.kind = CommandKind::kPlace;
  stop.terms.trigger = 101;
  market.run(stop);
  market.execute(kSell, 1, 4);
  EXPECT_EQ(market.matcher.run_pending(), 1);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 1), 5);
  EXPECT_EQ(events.at(1).ticks, 101);
  EXPECT_EQ(events.at(1).lots, 3);
}

void contradictions_are_refused_and_change_nothing() {
  Recorded market;
  market.add(kBuy, 1, 99, 5);
  EXPECT_EQ(static_cast<int>(market.add(kBuy, 1, 98, 5)),
            static_cast<int>(L3Status::kDuplicateOrder));
  EXPECT_EQ(static_cast<int>(market.execute(kBuy, 1, 6)), static_cast<int>(L3Status::kBadQuantity));
  EXPECT_EQ(static_cast<int>(market.cancel(kSell, 1)), static_cast<int>(L3Status::kWrongSide));
  EXPECT_EQ(static_cast<int>(market.cancel(kBuy, 2)), static_cast<int>(L3Status::kUnknownOrder));
  market.run(limit(1, kBuy, 99, 1));
  EXPECT_EQ(market.matcher.ahead_of(1), 5);
}

/// A matching engine that keeps the events of its last command.
class Venue {
 public:
  const std::vector<Event>& run(const Command& command) {
    EventSink sink{room_.data(), room_.size()};
    engine_.execute(command, sink);
    events_.assign(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(sink.count));
    return events_;
  }
  bool would_take(Side side, std::int64_t ticks) const {
    const match::Touch touch = engine_.touch(0);
    return side == kBuy ? touch.ask_lots > 0 && touch.ask_ticks <= ticks
                        : touch.bid_lots > 0 && touch.bid_ticks >= ticks;
  }

 private:
  MatchingEngine engine_{1, 4096};
  std::vector<Event> room_ = std::vector<Event>(engine_.worst_case_events());
  std::vector<Event> events_;
};

/// A random crowd at two venues: at one our order of one lot rests, the other is recorded.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_(seed) {
    for (const Side side : {kBuy, kSell}) {
      step({CommandKind::kLimit, 0, ++last_, side, side == kBuy ? 900 : 1'100, 1'000'000, 0, 0});
    }
    for (int i = 0; i < 120; ++i) step(crowd());
  }

  /// Lets our order rest until it fills or `steps` commands are over; when it filled at each.
  void compare(int steps) {
    Side side = kBuy;
    std::int64_t ticks = 0;
    do {
      side = random_.between(0, 1) == 0 ? kBuy : kSell;
      ticks = 1'000 + random_.between(-3, 3);
    } while (truth_.would_take(side, ticks));
    truth_.run({CommandKind::kLimit, 0, kOurs, side, ticks, 1, 0, 1});
    exact_.run(limit(kOurs, side, ticks, 1));
    estimate_.run(limit(kOurs, side, ticks, 1));
    for (int i = 1; i <= steps && true_fill == 0 && exact_fill == 0; ++i) {
      step_ = i;
      step(crowd());
    }
  }

  int true_fill = 0;
  int exact_fill = 0;
  int estimated_fill = 0;

 private:
  static constexpr std::int64_t kOurs = 1'000'000;

  Command crowd() {
    const std::int64_t dice = random_.between(0, 11);
    const Side side = random_.between(0, 1) == 0 ? kBuy : kSell;
    if (dice < 4) {
      return {CommandKind::kCancel, 0, random_.between(3, last_ + 1), kBuy, 0, 0, 0, 0};
    }
    if (dice < 5) {
      return {CommandKind::kAmend, 0, random_.between(3, last_ + 1), kBuy, 0,
              random_.between(1, 9), 0, 0};
    }
    const bool sweeps = dice < 6;
    // A market order reaches the walls at most: it always finds what it wants.
    if (sweeps) {
      return {CommandKind::kMarket, 0, ++last_, side, side == kBuy ? 1'100 : 900,
              random_.between(1, 12), 0, 0};
    }
    return {CommandKind::kLimit, 0, ++last_, side, 1'000 + sign_of(opposite(side)) * random_.between(-1, 3),
            random_.between(1, 9), 0, 0};
  }

  void step(const Command& command) {
    for (const Event& event : truth_.run(command)) {
      if (event.kind == EventKind::kTrade && event.a == kOurs) true_fill = step_;
    }
    record(command, recorded_.run(command));
    if (filled(exact_.take(), kOurs) > 0) exact_fill = step_;
    if (filled(estimate_.take(), kOurs) > 0 && estimated_fill == 0) estimated_fill = step_;
  }

  /// Tells both replays what an order-by-order feed and a feed of levels show of a command.
  void record(const Command& command, const std::vector<Event>& events) {
    std::int64_t rest = command.kind == CommandKind::kLimit ? command.lots : 0;
    for (const Event& event : events) {
      const auto id = static_cast<std::uint64_t>(event.a);
      if (event.kind == EventKind::kTrade) {
        exact_.execute(opposite(event.side), id, event.lots);
        estimate_.trade(event.ticks, event.lots, event.side);
        rest -= event.lots;
      } else if (event.kind == EventKind::kCancelled) {
        exact_.cancel(event.side, id);
      } else if (event.kind == EventKind::kAmended) {
        exact_.tell(OrderChange::kModify, event.side, id, event.ticks, event.lots);
      } else if (event.kind == EventKind::kLevel) {
        estimate_.level(event.side, event.ticks, event.lots);
      }
    }
    if (rest > 0) {
      exact_.add(command.side, static_cast<std::uint64_t>(command.id), command.ticks, rest);
    }
    estimate_.update();
  }

  Random random_;
  Venue truth_;
  Venue recorded_;
  Recorded exact_;
  ReplayedMarket estimate_;
  std::int64_t last_ = 0;
  int step_ = 0;
};

void a_small_order_fills_exactly_when_it_would_have_filled() {
  int fills = 0;
  int misjudged = 0;
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    Twins twins(seed);
    twins.compare(150);
    EXPECT_EQ(twins.exact_fill, twins.true_fill);
    if (twins.true_fill > 0) ++fills;
    if (twins.estimated_fill != twins.true_fill) ++misjudged;
  }
  std::printf("%d of 3000 orders filled, each at its event; the proportional model misjudged %d\n",
              fills, misjudged);
  EXPECT_EQ(fills > 1'500, 1);
  EXPECT_EQ(misjudged > 100, 1);
}

}  // namespace

int main() {
  what_leaves_ahead_counts_and_what_leaves_behind_does_not();
  executions_ahead_eat_the_queue_and_those_behind_are_ours();
  a_trade_through_and_what_a_taker_had_left_fill_us();
  an_order_that_takes_finds_the_recorded_orders();
  a_stop_finds_what_the_trade_that_woke_it_left();
  contradictions_are_refused_and_change_nothing();
  a_small_order_fills_exactly_when_it_would_have_filled();
  return bot4::test::finish("order_records_test");
}
