// The terms of orders in a replay: one by one, then against the matching engine on random markets.
#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "expect.h"
#include "match/matching_engine.h"
#include "match/replay_buffer.h"
#include "replayed_market.h"

namespace {

using bot4::Side;
using bot4::match::Command;
using bot4::match::CommandKind;
using bot4::match::Event;
using bot4::match::EventKind;
using bot4::match::EventSink;
using bot4::match::MatchingEngine;
using bot4::match::Reason;
using bot4::match::ReplayEvent;
using bot4::match::Terms;
using bot4::test::filled;
using bot4::test::holds;
using bot4::test::kMs;
using bot4::test::kOwner;
using bot4::test::limit;
using bot4::test::place;
using bot4::test::Random;
using bot4::test::ReplayedMarket;
using bot4::test::TwoLevels;
namespace match = bot4::match;

constexpr Side kBuy = Side::kBuy;
constexpr Side kSell = Side::kSell;

/// How many events of a kind, with a reason and of an order.
int count(const std::vector<ReplayEvent>& events, EventKind kind, std::int64_t id,
          Reason reason = Reason::kNone) {
  return static_cast<int>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    return event.kind == kind && event.id == id && event.reason == reason;
  }));
}

void a_stop_waits_for_a_recorded_trade_and_then_takes_behind_it() {
  TwoLevels market;
  market.run(place(1, kBuy, 200, 12, {.trigger = 101}, match::kFlagMarket));
  market.trade(100, 5, kBuy);
  EXPECT_EQ(market.attention, 0);
  // The book still shows the 10 lots at 101 of which the trade took 4.
  market.trade(101, 4, kBuy);
  EXPECT_EQ(market.attention, 1);
  const auto events = market.wake();
  EXPECT_EQ(count(events, EventKind::kTriggered, 1), 1);
  EXPECT_EQ(events.at(0).at_ns, market.now);
  EXPECT_EQ(events.at(1).ticks, 101);
  EXPECT_EQ(events.at(1).lots, 6);
  EXPECT_EQ(events.at(2).ticks, 102);
  EXPECT_EQ(filled(events, 1), 12);
  EXPECT_EQ(market.matcher.held(), 0);
}

void a_stop_finds_nothing_at_prices_that_the_market_has_left_behind() {
  TwoLevels market;
  market.run(place(1, kBuy, 200, 12, {.trigger = 102}, match::kFlagMarket));
  // The book is stale: the market traded through 101 already.
  market.trade(102, 1, kBuy);
  const auto events = market.wake();
  EXPECT_EQ(events.at(1).ticks, 102);
  EXPECT_EQ(filled(events, 1), 12);
}

void a_stop_limit_rests_and_one_that_may_not_take_ends_when_it_would() {
  TwoLevels market;
  market.run(place(1, kBuy, 100, 3, {.trigger = 101}));
  market.run(place(2, kBuy, 101, 3, {.trigger = 101}, match::kFlagPostOnly));
  market.trade(101, 1, kBuy);
  const auto events = market.wake();
  EXPECT_EQ(count(events, EventKind::kExpired, 2, Reason::kPostOnlyWouldTake), 1);
  EXPECT_EQ(market.matcher.ahead_of(1), 0);
  EXPECT_EQ(market.matcher.held(), 1);
}

void a_trailing_stop_follows_the_best_trade_and_never_moves_back() {
  TwoLevels market;
  market.trade(100, 1, kBuy);
  market.run(place(1, kSell, 1, 2, {.trail = 3}, match::kFlagMarket));
  market.trade(104, 1, kBuy);
  market.trade(102, 1, kSell);
  EXPECT_EQ(market.attention, 0);
  market.trade(101, 1, kSell);
  const auto events = market.wake();
  EXPECT_EQ(count(events, EventKind::kTriggered, 1), 1);
  EXPECT_EQ(events.at(1).ticks, 99);
  EXPECT_EQ(filled(events, 1), 2);
}

void a_stop_that_the_last_trade_has_reached_is_refused() {
  TwoLevels market;
  market.trade(101, 1, kBuy);
  const auto events = market.run(place(1, kBuy, 200, 1, {.trigger = 101}, match::kFlagMarket));
  EXPECT_EQ(count(events, EventKind::kRejected, 1, Reason::kWouldTrigger), 1);
}

void a_triggered_order_waits_while_the_book_is_not_known() {
  TwoLevels market;
  market.run(place(1, kBuy, 200, 2, {.trigger = 101}, match::kFlagMarket));
  market.reset();
  market.trade(101, 1, kBuy);
  EXPECT_EQ(filled(market.wake(), 1), 0);
  EXPECT_EQ(market.matcher.held(), 1);
  market.level(kSell, 105, 9);
  market.update();
  EXPECT_EQ(market.attention, 1);
  EXPECT_EQ(filled(market.wake(), 1), 2);
}

void a_fill_or_kill_order_fills_wholly_or_not_at_all() {
  TwoLevels market;
  const auto none = market.run(place(1, kBuy, 101, 11, {}, match::kFlagFok));
  EXPECT_EQ(count(none, EventKind::kExpired, 1, Reason::kNotFillable), 1);
  EXPECT_EQ(filled(none, 1), 0);
  EXPECT_EQ(filled(market.run(place(2, kBuy, 102, 30, {}, match::kFlagFok)), 2), 30);
  EXPECT_EQ(filled(market.run(place(3, kBuy, 102, 1, {}, match::kFlagFok)), 3), 0);
}

void an_order_ends_at_its_time_before_anything_that_happens_then() {
  ReplayedMarket market;
  market.level(kBuy, 99, 10);
  const std::int64_t due = market.now / 1000 + 5;
  market.run(place(1, kBuy, 100, 3, {.expires_at = due}));
  market.run(place(2, kBuy, 100, 3, {.expires_at = due + 1}));
  market.now = due * 1000;
  market.trade(100, 10, kSell);
  const auto events = market.take();
  EXPECT_EQ(count(events, EventKind::kExpired, 1, Reason::kTimedOut), 1);
  EXPECT_EQ(filled(events, 1), 0);
  EXPECT_EQ(filled(events, 2), 3);
  EXPECT_EQ(market.attention, 0);
  const auto late = market.run(place(3, kBuy, 100, 3, {.expires_at = due}));
  EXPECT_EQ(count(late, EventKind::kRejected, 3, Reason::kTimedOut), 1);
}

void the_clock_ends_orders_without_a_market() {
  TwoLevels market;
  market.run(place(1, kBuy, 98, 3, {.expires_at = 7}));
  market.run(place(2, kBuy, 200, 3, {.trigger = 150, .expires_at = 5}, match::kFlagMarket));
  const Command clock{CommandKind::kClock, 0, 0, kBuy, 0, 0, 0, kOwner, {.expires_at = 7}};
  const auto events = market.run(clock);
  EXPECT_EQ(events.size(), 2);
  EXPECT_EQ(events.at(0).id, 2);
  EXPECT_EQ(events.at(1).id, 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void an_iceberg_shows_slices_that_join_the_back_of_the_queue() {
  TwoLevels market;
  market.run(place(1, kBuy, 99, 8, {.display = 3}));
  market.trade(99, 15, kSell);
  // Ten ahead, then one slice; the rest of the trade went to those behind.
  EXPECT_EQ(filled(market.take(), 1), 3);
  market.level(kBuy, 99, 4);
  EXPECT_EQ(market.matcher.ahead_of(1), 4);
  market.trade(99, 6, kSell);
  EXPECT_EQ(filled(market.take(), 1), 2);
  market.trade(98, 6, kSell);
  EXPECT_EQ(filled(market.take(), 1), 3);
  EXPECT_EQ(market.matcher.held(), 0);
}

void the_orders_of_a_group_cancel_one_another_within_one_frame() {
  TwoLevels market;
  market.run(place(1, kSell, 101, 5, {.group = 7}));
  market.run(place(2, kSell, 102, 5, {.group = 7}));
  market.run(place(3, kSell, 1, 5, {.trigger = 95, .group = 7}, match::kFlagMarket));
  // One trade through both limit prices: only the better one gets it.
  market.trade(103, 50, kBuy);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 1), 5);
  EXPECT_EQ(filled(events, 2), 0);
  EXPECT_EQ(count(events, EventKind::kCancelled, 2, Reason::kOneCancelsOther), 1);
  EXPECT_EQ(count(events, EventKind::kCancelled, 3, Reason::kOneCancelsOther), 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void a_group_ends_with_a_trigger_a_cancel_or_an_execution_on_arrival() {
  TwoLevels market;
  market.run(place(1, kSell, 105, 5, {.group = 7}));
  market.run(place(2, kSell, 1, 5, {.trigger = 95, .group = 7}, match::kFlagMarket));
  market.trade(95, 1, kSell);
  EXPECT_EQ(count(market.wake(), EventKind::kCancelled, 1, Reason::kOneCancelsOther), 1);
  market.run(place(3, kSell, 105, 5, {.group = 8}));
  market.run(place(4, kSell, 106, 5, {.group = 8}));
  const Command cancel{CommandKind::kCancel, 0, 4, kBuy, 0, 0, 0, kOwner};
  EXPECT_EQ(count(market.run(cancel), EventKind::kCancelled, 3, Reason::kOneCancelsOther), 1);
  market.run(place(5, kSell, 105, 5, {.group = 9}));
  const auto events = market.run(place(6, kSell, 98, 5, {.group = 9}));
  EXPECT_EQ(filled(events, 6), 5);
  EXPECT_EQ(count(events, EventKind::kCancelled, 5, Reason::kOneCancelsOther), 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void reduce_only_orders_never_trade_beyond_the_position() {
  TwoLevels market;
  constexpr std::int64_t kReduce = match::kFlagReduceOnly;
  const auto refused = market.run(place(1, kSell, 101, 5, {}, kReduce));
  EXPECT_EQ(count(refused, EventKind::kRejected, 1, Reason::kReduceOnly), 1);
  market.run(holds(6));
  EXPECT_EQ(filled(market.run(place(2, kSell, 98, 2, {}, kReduce)), 2), 2);
  market.run(place(3, kSell, 101, 3));
  market.run(place(4, kSell, 102, 3, {}, kReduce));
  market.run(place(5, kSell, 102, 3, {}, kReduce));
  market.trade(103, 50, kBuy);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 3), 3);
  EXPECT_EQ(filled(events, 4), 1);
  EXPECT_EQ(filled(events, 5), 0);
  EXPECT_EQ(count(events, EventKind::kCancelled, 5, Reason::kReduceOnly), 1);
  // Nothing is left: what remains of an order ends when it would trade.
  market.trade(103, 1, kBuy);
  EXPECT_EQ(count(market.take(), EventKind::kCancelled, 4, Reason::kReduceOnly), 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void orders_that_wait_count_against_the_room() {
  ReplayedMarket market{2};
  market.run(place(1, kBuy, 200, 1, {.trigger = 150}, match::kFlagMarket));
  market.run(limit(2, kBuy, 50, 1));
  const auto events = market.run(limit(3, kBuy, 50, 1));
  EXPECT_EQ(count(events, EventKind::kRejected, 3, Reason::kBookFull), 1);
  EXPECT_EQ(count(market.run(limit(1, kBuy, 50, 1)), EventKind::kRejected, 1,
                  Reason::kDuplicateId),
            1);
}

Command shift(std::int64_t ticks) {
  return {CommandKind::kShift, 0, 0, kBuy, 0, ticks, 0, kOwner};
}

void a_moved_market_fills_at_moved_prices() {
  TwoLevels market;
  market.run(shift(4));
  // The asks are 105 (10) and 106 (20) now, the bids 103 (10) and 102 (20).
  EXPECT_EQ(filled(market.run(limit(1, kBuy, 104, 5, match::kFlagIoc)), 1), 0);
  const auto events = market.run(limit(2, kBuy, 106, 12, match::kFlagIoc));
  EXPECT_EQ(events.at(1).ticks, 105);
  EXPECT_EQ(events.at(2).ticks, 106);
  EXPECT_EQ(filled(events, 2), 12);
  const auto sold = market.run(limit(3, kSell, 102, 12, match::kFlagIoc));
  EXPECT_EQ(sold.at(1).ticks, 103);
  market.run(limit(4, kBuy, 102, 3));
  EXPECT_EQ(market.matcher.ahead_of(4), 20);
  market.trade(98, 22, kSell);
  EXPECT_EQ(filled(market.take(), 4), 2);
  market.level(kBuy, 98, 7);
  market.level(kBuy, 97, 7);
  market.run(place(5, kSell, 1, 1, {.trigger = 101}, match::kFlagMarket));
  market.trade(97, 1, kSell);
  const auto woken = market.wake();
  EXPECT_EQ(count(woken, EventKind::kTriggered, 5), 1);
  EXPECT_EQ(filled(woken, 5), 1);
  EXPECT_EQ(woken.back().ticks, 101);
}

void a_resting_order_joins_the_back_of_the_level_that_its_price_becomes() {
  TwoLevels market;
  market.run(limit(1, kBuy, 99, 5));
  market.trade(99, 8, kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 2);
  market.run(shift(1));
  EXPECT_EQ(market.matcher.ahead_of(1), 20);
  market.run(shift(1));
  market.trade(98, 3, kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 17);
  market.run(shift(-2));
  // The recorded asks at 101 count as 99: they cross it with the next update.
  market.update();
  EXPECT_EQ(filled(market.take(), 1), 5);
}

/// What became of one of our orders: kind, reason and id, in one number.
std::int64_t verdict(EventKind kind, Reason reason, std::int64_t id) {
  return (static_cast<std::int64_t>(kind) * 64 + static_cast<std::int64_t>(reason)) * 100'000 + id;
}

bool is_verdict(EventKind kind) {
  return kind == EventKind::kAccepted || kind == EventKind::kRejected ||
         kind == EventKind::kTriggered || kind == EventKind::kCancelled ||
         kind == EventKind::kExpired || kind == EventKind::kCancelRejected;
}

/// The matching engine with a random crowd and our stops, and the replay of what the crowd did.
/// Our orders rest far from the market once they trigger, so that both markets are the same.
class TwoMarkets {
 public:
  explicit TwoMarkets(std::uint64_t seed)
      : random_(seed), engine_(1, 4096), room_(engine_.worst_case_events()) {
    clock();
    // Walls that are never reached: a replay holds triggered orders back while a side is unknown.
    for (const Side side : {kBuy, kSell}) {
      truth({CommandKind::kLimit, 0, 2 * ++crowd_, side, side == kBuy ? 900 : 1'100, 1'000'000, 0,
             match::kCrowd});
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
  }

  int triggered = 0;
  int others = 0;

 private:
  static constexpr std::int64_t kFar = 100'000;

  void step() {
    const std::int64_t dice = random_.between(0, 99);
    if (dice < 70) {
      crowd();
    } else if (dice < 85) {
      ours(random_order());
    } else if (dice < 92) {
      ours({CommandKind::kCancel, 0, 2 * random_.between(1, last_ + 1) + 1, kBuy, 0, 0, 0, kOwner});
    } else {
      now_us_ += random_.between(1, 40);
      clock();
    }
  }

  void clock() {
    replay_.now = now_us_ * 1000;
    ours({CommandKind::kClock, 0, 0, kBuy, 0, 0, 0, kOwner, {.expires_at = now_us_}});
  }

  void crowd() {
    const Side side = random_.between(0, 1) == 0 ? kBuy : kSell;
    const std::int64_t ticks = 1000 + random_.between(-12, 12);
    const std::int64_t flags = random_.between(0, 3) == 0 ? match::kFlagIoc : 0;
    Command command{CommandKind::kLimit, 0, 2 * ++crowd_, side, ticks, random_.between(1, 6), flags,
                    match::kCrowd};
    if (random_.between(0, 4) == 0) {
      command = {CommandKind::kCancel, 0, 2 * random_.between(3, crowd_), kBuy, 0, 0, 0,
                 match::kCrowd};
    }
    const std::vector<std::int64_t> expected = truth(command);
    std::vector<std::int64_t> got;
    collect(replay_.wake(), got);
    compare(expected, got);
  }

  Command random_order() {
    const Side side = random_.between(0, 1) == 0 ? kBuy : kSell;
    Terms terms;
    const bool trails = random_.between(0, 2) == 0;
    if (trails) terms.trail = random_.between(1, 8);
    if (!trails || random_.between(0, 3) == 0) terms.trigger = 1000 + random_.between(-14, 14);
    if (random_.between(0, 2) == 0) terms.expires_at = now_us_ + random_.between(0, 120);
    if (random_.between(0, 1) == 0) terms.group = random_.between(1, 12);
    const std::int64_t flags = random_.between(0, 3) == 0 ? match::kFlagPostOnly : 0;
    return place(2 * ++last_ + 1, side, side == kBuy ? 1 : kFar, random_.between(1, 9), terms,
                 flags);
  }

  void ours(const Command& command) {
    const std::vector<std::int64_t> expected = truth(command);
    std::vector<std::int64_t> got;
    collect(replay_.run(command), got);
    compare(expected, got);
  }

  /// Runs a command in the matching engine; tells the replay what the record shows of it.
  std::vector<std::int64_t> truth(const Command& command) {
    std::vector<std::int64_t> verdicts;
    EventSink sink{room_.data(), room_.size()};
    engine_.execute(command, sink);
    note(sink, verdicts);
    while (engine_.pending() > 0) {
      sink.count = 0;
      engine_.run_pending(sink);
      note(sink, verdicts);
    }
    return verdicts;
  }

  void note(const EventSink& sink, std::vector<std::int64_t>& verdicts) {
    for (std::size_t i = 0; i < sink.count; ++i) {
      const Event& event = sink.events[i];
      if (event.kind == EventKind::kTrade) replay_.trade(event.ticks, event.lots, event.side);
      if (event.kind == EventKind::kLevel && event.ticks > 1 && event.ticks < kFar) {
        replay_.level(event.side, event.ticks, event.lots);
      }
      if (is_verdict(event.kind) && event.a % 2 == 1) {
        verdicts.push_back(verdict(event.kind, event.reason, event.a));
      }
    }
  }

  static void collect(const std::vector<ReplayEvent>& events, std::vector<std::int64_t>& out) {
    for (const ReplayEvent& event : events) {
      if (is_verdict(event.kind)) out.push_back(verdict(event.kind, event.reason, event.id));
    }
  }

  void compare(const std::vector<std::int64_t>& expected, const std::vector<std::int64_t>& got) {
    EXPECT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
      EXPECT_EQ(got[i], expected[i]);
      const bool woke = expected[i] / 6'400'000 == static_cast<std::int64_t>(EventKind::kTriggered);
      ++(woke ? triggered : others);
    }
  }

  Random random_;
  MatchingEngine engine_;
  std::vector<Event> room_;
  ReplayedMarket replay_{4096};
  std::int64_t crowd_ = 0;
  std::int64_t last_ = 0;
  std::int64_t now_us_ = 1'700'000'000'000'000;
};

void the_replay_and_the_matching_engine_do_the_same_with_orders_that_wait() {
  int triggered = 0;
  int others = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    TwoMarkets markets(seed);
    markets.run(600);
    triggered += markets.triggered;
    others += markets.others;
  }
  std::printf("%d triggers and %d other verdicts compared\n", triggered, others);
  EXPECT_EQ(triggered > 3'000, 1);
  EXPECT_EQ(others > 20'000, 1);
}

void the_events_of_many_stops_that_one_trade_wakes_are_read_in_parts() {
  bot4::L2Book book;
  std::uint32_t attention = 0;
  match::ReplayBuffer buffer({&book}, 8, 8, &attention);
  const bot4::MarketObserver observer = buffer.observer();
  for (std::int64_t ticks = 1'000; ticks < 1'500; ++ticks) book.set(kSell, ticks, 1);
  auto* slots = reinterpret_cast<double*>(buffer.data());
  const match::ReplayLayout& layout = buffer.layout();
  constexpr int kStops = 8;
  for (int i = 0; i < kStops; ++i) {
    double* record = slots + layout.commands + i * 16;
    const double fields[] = {5, 0, 1.0 + i, 0, 9'000, 60, 16, 1, 1'000, 0, 0, 0, 0, 0};
    std::copy(std::begin(fields), std::end(fields), record);
  }
  slots[match::ReplayLayout::kCommandCount] = kStops;
  buffer.run();
  EXPECT_EQ(slots[match::ReplayLayout::kEventCount], kStops);
  observer.on_trade(observer.self, 0, 1'000, 1, kBuy, 5);
  slots[match::ReplayLayout::kCommandCount] = 0;
  slots[match::ReplayLayout::kCommandsDone] = 0;
  std::int64_t trades = 0;
  do {
    buffer.run();
    for (int i = 0; i < slots[match::ReplayLayout::kEventCount]; ++i) {
      const int head = static_cast<int>(slots[layout.events + static_cast<std::size_t>(i) * 8]);
      if ((head & 63) == static_cast<int>(EventKind::kTrade)) ++trades;
    }
  } while (slots[match::ReplayLayout::kPending] != 0);
  EXPECT_EQ(trades, kStops * 60);
}

}  // namespace

int main() {
  a_stop_waits_for_a_recorded_trade_and_then_takes_behind_it();
  a_stop_finds_nothing_at_prices_that_the_market_has_left_behind();
  a_stop_limit_rests_and_one_that_may_not_take_ends_when_it_would();
  a_trailing_stop_follows_the_best_trade_and_never_moves_back();
  a_stop_that_the_last_trade_has_reached_is_refused();
  a_triggered_order_waits_while_the_book_is_not_known();
  a_fill_or_kill_order_fills_wholly_or_not_at_all();
  an_order_ends_at_its_time_before_anything_that_happens_then();
  the_clock_ends_orders_without_a_market();
  an_iceberg_shows_slices_that_join_the_back_of_the_queue();
  the_orders_of_a_group_cancel_one_another_within_one_frame();
  a_group_ends_with_a_trigger_a_cancel_or_an_execution_on_arrival();
  reduce_only_orders_never_trade_beyond_the_position();
  orders_that_wait_count_against_the_room();
  a_moved_market_fills_at_moved_prices();
  a_resting_order_joins_the_back_of_the_level_that_its_price_becomes();
  the_replay_and_the_matching_engine_do_the_same_with_orders_that_wait();
  the_events_of_many_stops_that_one_trade_wakes_are_read_in_parts();
  return bot4::test::finish("replay_terms_test");
}
