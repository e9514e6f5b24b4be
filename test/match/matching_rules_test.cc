// The matching engine's rules beyond price and time, one by one, on its own commands.
#include <cstdint>
#include <vector>

#include "core/state_hash.h"
#include "expect.h"
#include "match/matching_engine.h"

namespace {

using bot4::Side;
using bot4::StateHash;
using bot4::match::Command;
using bot4::match::CommandKind;
using bot4::match::Event;
using bot4::match::EventKind;
using bot4::match::EventSink;
using bot4::match::MatchingEngine;
using bot4::match::Reason;
using bot4::match::Terms;
using bot4::test::Random;
namespace match = bot4::match;

/// Runs commands, each with what it triggers, and keeps the events of the last.
class Venue {
 public:
  explicit Venue(std::uint32_t max_orders = 64)
      : engine(1, max_orders), room_(engine.worst_case_events()) {}

  const std::vector<Event>& run(const Command& command) {
    EventSink sink{room_.data(), room_.size()};
    engine.execute(command, sink);
    keep(sink, false);
    while (engine.pending() > 0) {
      sink.count = 0;
      engine.run_pending(sink);
      keep(sink, true);
    }
    return events;
  }

  /// How many events of a kind, with a reason and of an order, the last command gave.
  int count(EventKind kind, std::int64_t id, Reason reason = Reason::kNone) const {
    int found = 0;
    for (const Event& event : events) {
      if (event.kind == kind && event.a == id && event.reason == reason) ++found;
    }
    return found;
  }

  /// Lots that two orders traded in the last command.
  std::int64_t traded(std::int64_t maker, std::int64_t taker) const {
    std::int64_t lots = 0;
    for (const Event& event : events) {
      if (event.kind == EventKind::kTrade && event.a == maker && event.b == taker) {
        lots += event.lots;
      }
    }
    return lots;
  }

  MatchingEngine engine;
  std::vector<Event> events;

 private:
  void keep(const EventSink& sink, bool more) {
    if (!more) events.clear();
    events.insert(events.end(), room_.begin(),
                  room_.begin() + static_cast<std::ptrdiff_t>(sink.count));
  }

  std::vector<Event> room_;
};

Command place(std::int64_t id, Side side, std::int64_t ticks, std::int64_t lots, Terms terms = {},
              std::int64_t flags = 0, std::int64_t owner = match::kCrowd) {
  return {CommandKind::kPlace, 0, id, side, ticks, lots, flags, owner, terms};
}

Command with_terms(CommandKind kind, std::int64_t id, Terms terms, std::int64_t ticks = 0,
                   std::int64_t lots = 0) {
  return {kind, 0, id, Side::kBuy, ticks, lots, 0, match::kCrowd, terms};
}

Command cancel(std::int64_t id) { return with_terms(CommandKind::kCancel, id, {}); }

constexpr Side kBuy = Side::kBuy;
constexpr Side kSell = Side::kSell;

/// A trade of one lot at `ticks` between orders of their own.
void print(Venue& venue, std::int64_t ticks, std::int64_t id) {
  venue.run(place(id, kSell, ticks, 1));
  venue.run(place(id + 1, kBuy, ticks, 1));
}

void a_fill_or_kill_order_fills_wholly_or_changes_nothing() {
  Venue venue;
  venue.run(place(1, kSell, 100, 3));
  venue.run(place(2, kSell, 101, 4, {.display = 1}));
  venue.run(place(3, kBuy, 101, 8, {}, match::kFlagFok));
  EXPECT_EQ(venue.count(EventKind::kExpired, 3, Reason::kNotFillable), 1);
  EXPECT_EQ(venue.engine.touch(0).ask_lots, 3);
  venue.run(place(4, kBuy, 101, 7, {}, match::kFlagFok));
  EXPECT_EQ(venue.traded(1, 4) + venue.traded(2, 4), 7);
  EXPECT_EQ(venue.engine.resting_orders(), 0);
}

void stops_trigger_nearest_first_and_then_by_age_and_cascade_before_the_next_command() {
  Venue venue;
  venue.run(place(1, kSell, 103, 1, {.trigger = 0}));
  venue.run(place(2, kSell, 105, 9));
  venue.run(place(3, kBuy, 200, 1, {.trigger = 104}, match::kFlagMarket));
  venue.run(place(4, kBuy, 200, 1, {.trigger = 102}, match::kFlagMarket));
  venue.run(place(5, kBuy, 200, 1, {.trigger = 102}, match::kFlagMarket));
  venue.run(place(6, kSell, 102, 1));
  EXPECT_EQ(venue.engine.resting_orders(), 6);
  venue.run(place(7, kBuy, 102, 1));
  std::vector<std::int64_t> woken;
  for (const Event& event : venue.events) {
    if (event.kind == EventKind::kTriggered) woken.push_back(event.a);
  }
  EXPECT_EQ(woken.size(), 3);
  // 4 and 5 wake at 102; 4 takes 103, 5 takes 105, which wakes 3.
  for (std::size_t i = 0; i < 3 && i < woken.size(); ++i) {
    EXPECT_EQ(woken[i], (std::vector<std::int64_t>{4, 5, 3})[i]);
  }
  EXPECT_EQ(venue.traded(1, 4), 1);
  EXPECT_EQ(venue.traded(2, 5), 1);
  EXPECT_EQ(venue.traded(2, 3), 1);
}

void a_stop_that_would_trigger_at_once_is_refused() {
  Venue venue;
  print(venue, 100, 1);
  venue.run(place(3, kBuy, 110, 1, {.trigger = 100}, match::kFlagMarket));
  EXPECT_EQ(venue.count(EventKind::kRejected, 3, Reason::kWouldTrigger), 1);
  venue.run(place(4, kSell, 90, 1, {.trigger = 99}, match::kFlagMarket));
  EXPECT_EQ(venue.count(EventKind::kAccepted, 4), 1);
}

void a_stop_limit_rests_at_its_price_when_nothing_meets_it() {
  Venue venue;
  venue.run(place(1, kSell, 95, 2, {.trigger = 98}));
  print(venue, 98, 2);
  EXPECT_EQ(venue.count(EventKind::kTriggered, 1), 1);
  EXPECT_EQ(venue.engine.touch(0).ask_ticks, 95);
  EXPECT_EQ(venue.engine.touch(0).ask_lots, 2);
}

void a_trailing_stop_follows_the_best_trade_and_never_comes_back() {
  Venue venue;
  venue.run(place(1, kBuy, 1, 5));
  print(venue, 100, 2);
  venue.run(place(4, kSell, 1, 5, {.trail = 3}, match::kFlagMarket));
  print(venue, 105, 5);
  EXPECT_EQ(venue.count(EventKind::kTrailed, 4), 1);
  print(venue, 103, 7);
  EXPECT_EQ(venue.count(EventKind::kTriggered, 4), 0);
  EXPECT_EQ(venue.count(EventKind::kTrailed, 4), 0);
  print(venue, 102, 9);
  EXPECT_EQ(venue.count(EventKind::kTriggered, 4), 1);
  EXPECT_EQ(venue.traded(1, 4), 5);
}

void an_iceberg_shows_one_slice_and_the_next_goes_to_the_back() {
  Venue venue;
  venue.run(place(1, kSell, 100, 7, {.display = 3}));
  venue.run(place(2, kSell, 100, 2));
  EXPECT_EQ(venue.engine.touch(0).ask_lots, 5);
  venue.run(place(3, kBuy, 100, 4));
  EXPECT_EQ(venue.traded(1, 3), 3);
  EXPECT_EQ(venue.traded(2, 3), 1);
  EXPECT_EQ(venue.engine.touch(0).ask_lots, 4);
  venue.run(place(4, kBuy, 100, 5));
  EXPECT_EQ(venue.traded(2, 4), 1);
  EXPECT_EQ(venue.traded(1, 4), 4);
  venue.run(place(5, kSell, 200, 101, {.display = 1}));
  EXPECT_EQ(venue.count(EventKind::kRejected, 5, Reason::kTooManySlices), 1);
}

void an_order_of_an_oco_group_that_trades_triggers_or_ends_cancels_the_others() {
  Venue venue;
  venue.run(place(1, kSell, 110, 5, {.group = 9}, 0, 1));
  venue.run(place(2, kSell, 1, 5, {.trigger = 90, .group = 9}, match::kFlagMarket, 1));
  venue.run(place(3, kBuy, 110, 1));
  EXPECT_EQ(venue.count(EventKind::kCancelled, 2, Reason::kOneCancelsOther), 1);
  EXPECT_EQ(venue.engine.touch(0).ask_lots, 4);
  venue.run(place(4, kSell, 120, 5, {.group = 8}, 0, 1));
  venue.run(place(5, kSell, 1, 5, {.trigger = 95, .group = 8}, match::kFlagMarket, 1));
  print(venue, 95, 6);
  EXPECT_EQ(venue.count(EventKind::kTriggered, 5), 1);
  EXPECT_EQ(venue.count(EventKind::kCancelled, 4, Reason::kOneCancelsOther), 1);
  venue.run(place(8, kBuy, 50, 1, {.group = 7}));
  venue.run(place(9, kBuy, 51, 1, {.group = 7}));
  venue.run(cancel(8));
  EXPECT_EQ(venue.count(EventKind::kCancelled, 9, Reason::kOneCancelsOther), 1);
}

void both_orders_of_a_group_in_one_level_or_one_sweep_never_both_trade() {
  for (const std::int64_t other : {100, 101}) {
    Venue venue;
    venue.run(place(1, kSell, 100, 1, {.group = 3}, 0, 1));
    venue.run(place(2, kSell, other, 1, {.group = 3}, 0, 1));
    venue.run(place(3, kSell, 102, 1));
    venue.run(place(4, kBuy, 102, 3));
    EXPECT_EQ(venue.traded(1, 4), 1);
    EXPECT_EQ(venue.traded(2, 4), 0);
    EXPECT_EQ(venue.traded(3, 4), 1);
    EXPECT_EQ(venue.engine.touch(0).bid_lots, 1);
    EXPECT_EQ(venue.engine.touch(0).ask_lots, 0);
  }
}

void orders_expire_at_their_time_the_earliest_first() {
  Venue venue;
  venue.run(place(1, kBuy, 50, 1, {.expires_at = 30}));
  venue.run(place(2, kBuy, 51, 1, {.expires_at = 10}));
  venue.run(place(3, kBuy, 52, 1, {.expires_at = 20}));
  venue.run(with_terms(CommandKind::kClock, 0, {.expires_at = 20}));
  std::vector<std::int64_t> gone;
  for (const Event& event : venue.events) {
    if (event.kind == EventKind::kExpired && event.reason == Reason::kTimedOut) {
      gone.push_back(event.a);
    }
  }
  EXPECT_EQ(gone.size(), 2);
  EXPECT_EQ(gone.at(0), 2);
  EXPECT_EQ(gone.at(1), 3);
  venue.run(place(4, kBuy, 52, 1, {.expires_at = 20}));
  EXPECT_EQ(venue.count(EventKind::kRejected, 4, Reason::kTimedOut), 1);
}

void a_reduce_only_order_never_flips_a_position_even_within_one_sweep() {
  Venue venue;
  venue.run({CommandKind::kPosition, 0, 0, kBuy, 0, 5, 0, 1});
  venue.run(place(1, kSell, 100, 5, {}, 0, 1));
  venue.run(place(2, kSell, 101, 5, {}, match::kFlagReduceOnly, 1));
  venue.run(place(3, kBuy, 101, 10));
  EXPECT_EQ(venue.traded(1, 3), 5);
  EXPECT_EQ(venue.traded(2, 3), 0);
  EXPECT_EQ(venue.count(EventKind::kCancelled, 2, Reason::kReduceOnly), 1);
  EXPECT_EQ(venue.engine.position(1, 0), 0);
  venue.run(place(4, kSell, 101, 1, {}, match::kFlagReduceOnly, 1));
  EXPECT_EQ(venue.count(EventKind::kRejected, 4, Reason::kReduceOnly), 1);
}

void self_trades_are_prevented_in_the_four_ways() {
  for (std::int64_t mode = 0; mode < 4; ++mode) {
    Venue venue;
    venue.run(place(1, kSell, 100, 3, {}, 0, 1));
    venue.run(place(2, kSell, 100, 9, {}, 0, 2));
    venue.run(place(3, kBuy, 100, 5, {}, mode * match::kFlagPrevention, 1));
    EXPECT_EQ(venue.traded(1, 3), 0);
    const bool maker_goes = mode != 1;
    EXPECT_EQ(venue.count(EventKind::kCancelled, 1, Reason::kSelfTrade), maker_goes ? 1 : 0);
    const bool taker_goes = mode == 1 || mode == 2;
    EXPECT_EQ(venue.count(EventKind::kExpired, 3, Reason::kSelfTrade), taker_goes ? 1 : 0);
    EXPECT_EQ(venue.traded(2, 3), taker_goes ? 0 : (mode == 3 ? 2 : 5));
    EXPECT_EQ(venue.count(EventKind::kPrevented, 1, Reason::kSelfTrade), mode == 3 ? 1 : 0);
  }
}

void amending_to_fewer_lots_keeps_the_place_and_anything_else_loses_it() {
  const auto first_after = [](std::int64_t ticks, std::int64_t lots) {
    Venue venue;
    venue.run(place(1, kSell, 100, 5));
    venue.run(place(2, kSell, 100, 5));
    venue.run(with_terms(CommandKind::kAmend, 1, {}, 101, 0));
    venue.run(with_terms(CommandKind::kAmend, 1, {}, ticks, lots));
    venue.run(place(3, kBuy, 100, 1));
    return venue.traded(1, 3);
  };
  EXPECT_EQ(first_after(100, 0), 0);
  for (const std::int64_t lots : {4, 5, 6}) {
    Venue venue;
    venue.run(place(1, kSell, 100, 5));
    venue.run(place(2, kSell, 100, 5));
    venue.run(with_terms(CommandKind::kAmend, 1, {}, 0, lots));
    EXPECT_EQ(venue.engine.touch(0).ask_lots, 5 + lots);
    venue.run(place(3, kBuy, 100, 1));
    EXPECT_EQ(venue.traded(1, 3), lots <= 5 ? 1 : 0);
  }
}

void an_amended_price_may_trade_and_a_post_only_order_may_not() {
  Venue venue;
  venue.run(place(1, kSell, 100, 5));
  venue.run(place(2, kBuy, 98, 3));
  venue.run(place(3, kBuy, 98, 3, {}, match::kFlagPostOnly));
  venue.run(with_terms(CommandKind::kAmend, 3, {}, 100, 0));
  EXPECT_EQ(venue.count(EventKind::kAmendRejected, 3, Reason::kPostOnlyWouldTake), 1);
  EXPECT_EQ(venue.engine.touch(0).bid_lots, 6);
  venue.run(with_terms(CommandKind::kAmend, 2, {}, 100, 0));
  EXPECT_EQ(venue.traded(1, 2), 3);
}

void a_replace_without_its_target_is_attempted_only_when_allowed() {
  Venue venue;
  venue.run(place(1, kBuy, 50, 1));
  Command command = place(2, kBuy, 51, 1, {.target = 1});
  command.kind = CommandKind::kReplace;
  venue.run(command);
  EXPECT_EQ(venue.count(EventKind::kCancelled, 1, Reason::kRequested), 1);
  EXPECT_EQ(venue.count(EventKind::kAccepted, 2), 1);
  command.id = 3;
  venue.run(command);
  EXPECT_EQ(venue.count(EventKind::kRejected, 3, Reason::kNotAttempted), 1);
  command.flags = match::kFlagAllowFailure;
  venue.run(command);
  EXPECT_EQ(venue.count(EventKind::kCancelRejected, 1, Reason::kUnknownOrder), 1);
  EXPECT_EQ(venue.count(EventKind::kAccepted, 3), 1);
  command = place(4, kBuy, 0, 1, {.target = 3});
  command.kind = CommandKind::kReplace;
  venue.run(command);
  EXPECT_EQ(venue.count(EventKind::kRejected, 4, Reason::kBadPrice), 1);
  EXPECT_EQ(venue.engine.resting_orders(), 2);
}

/// Fingerprint of the events of random commands of every kind, on a small pool that is often full.
std::uint64_t fingerprint(std::uint64_t seed) {
  Random random(seed);
  Venue venue(48);
  StateHash hash;
  const auto maybe = [&](std::int64_t most) {
    return random.between(0, 3) == 0 ? random.between(1, most) : 0;
  };
  for (std::int64_t id = 1; id <= 20000; ++id) {
    Command command = place(id, random.between(0, 1) == 0 ? kBuy : kSell,
                            random.between(90, 110), random.between(1, 40), {},
                            random.between(0, match::kAllFlags), random.between(0, 3));
    command.terms = {maybe(110), maybe(5), maybe(6), maybe(id / 4 + 40), maybe(4),
                     random.between(id > 30 ? id - 30 : 1, id)};
    if (command.terms.trail != 0 && random.between(0, 1) == 0) command.terms.trigger = 0;
    if (random.between(0, 2) > 0) command.flags &= 255 - 7;
    command.kind = static_cast<CommandKind>(random.between(1, 9));
    if (random.between(0, 1) == 0) command.kind = CommandKind::kPlace;
    if (command.kind == CommandKind::kLimit || command.kind == CommandKind::kMarket) {
      command.flags = 0;
    }
    if (command.kind == CommandKind::kCancel || command.kind == CommandKind::kAmend) {
      command.id = command.terms.target;
    }
    if (command.kind == CommandKind::kClock) command.terms.expires_at = id / 4;
    for (const Event& event : venue.run(command)) {
      hash.fold(static_cast<std::int64_t>(event.kind) * 64 + static_cast<int>(event.reason));
      hash.fold(event.a);
      hash.fold(event.b);
      hash.fold(event.ticks);
      hash.fold(event.lots);
      hash.fold(event.remaining);
    }
  }
  return hash.digest();
}

void the_same_commands_give_the_same_events_and_no_more_than_there_is_room_for() {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    EXPECT_EQ(fingerprint(seed), fingerprint(seed));
  }
  EXPECT_EQ(fingerprint(1) == fingerprint(2), 0);
}

}  // namespace

int main() {
  a_fill_or_kill_order_fills_wholly_or_changes_nothing();
  stops_trigger_nearest_first_and_then_by_age_and_cascade_before_the_next_command();
  a_stop_that_would_trigger_at_once_is_refused();
  a_stop_limit_rests_at_its_price_when_nothing_meets_it();
  a_trailing_stop_follows_the_best_trade_and_never_comes_back();
  an_iceberg_shows_one_slice_and_the_next_goes_to_the_back();
  an_order_of_an_oco_group_that_trades_triggers_or_ends_cancels_the_others();
  both_orders_of_a_group_in_one_level_or_one_sweep_never_both_trade();
  orders_expire_at_their_time_the_earliest_first();
  a_reduce_only_order_never_flips_a_position_even_within_one_sweep();
  self_trades_are_prevented_in_the_four_ways();
  amending_to_fewer_lots_keeps_the_place_and_anything_else_loses_it();
  an_amended_price_may_trade_and_a_post_only_order_may_not();
  a_replace_without_its_target_is_attempted_only_when_allowed();
  the_same_commands_give_the_same_events_and_no_more_than_there_is_room_for();
  return bot4::test::finish("matching_rules_test");
}
