// Amends of orders in a replay: one by one, then against the matching engine on random books.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "expect.h"
#include "match/matching_engine.h"
#include "match/order_records.h"
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
using bot4::match::OrderChange;
using bot4::match::Reason;
using bot4::match::ReplayEvent;
using bot4::match::Terms;
using bot4::test::filled;
using bot4::test::holds;
using bot4::test::kOwner;
using bot4::test::place;
using bot4::test::Random;
using bot4::test::ReplayedMarket;
using bot4::test::TwoLevels;
namespace match = bot4::match;

constexpr Side kBuy = Side::kBuy;
constexpr Side kSell = Side::kSell;

Command amend(std::int64_t id, std::int64_t ticks, std::int64_t lots) {
  return {CommandKind::kAmend, 0, id, kBuy, ticks, lots, 0, kOwner};
}

Command cancel(std::int64_t id) { return {CommandKind::kCancel, 0, id, kBuy, 0, 0, 0, kOwner}; }

int count(const std::vector<ReplayEvent>& events, EventKind kind, Reason reason = Reason::kNone) {
  return static_cast<int>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    return event.kind == kind && event.reason == reason;
  }));
}

void fewer_lots_keep_the_place_and_all_else_loses_it() {
  TwoLevels market;
  market.run(place(1, kBuy, 99, 10));
  market.trade(99, 4, kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 6);
  EXPECT_EQ(market.run(amend(1, 0, 5)).at(0).remaining, 1);
  EXPECT_EQ(market.matcher.ahead_of(1), 6);
  EXPECT_EQ(market.run(amend(1, 0, 6)).at(0).remaining, 0);
  EXPECT_EQ(market.matcher.ahead_of(1), 10);
  market.run(amend(1, 98, 0));
  EXPECT_EQ(market.matcher.ahead_of(1), 20);
  EXPECT_EQ(market.run(cancel(1)).at(0).lots, 6);
}

void what_is_hidden_of_an_iceberg_goes_first() {
  TwoLevels market;
  market.run(place(1, kBuy, 99, 30, {.display = 10}));
  market.run(amend(1, 0, 12));
  market.trade(99, 20, kSell);  // 10 ahead, then the slice.
  EXPECT_EQ(filled(market.take(), 1), 10);
  EXPECT_EQ(market.run(cancel(1)).at(0).lots, 2);
}

void a_post_only_order_whose_amend_would_take_stands_as_it_was() {
  TwoLevels market;
  market.run(place(1, kBuy, 100, 10, {}, match::kFlagPostOnly));
  EXPECT_EQ(count(market.run(amend(1, 101, 0)), EventKind::kAmendRejected,
                  Reason::kPostOnlyWouldTake), 1);
  // A part of it fills; the level that did it is still shown at its price.
  market.level(kSell, 100, 4);
  market.update();
  EXPECT_EQ(filled(market.take(), 1), 4);
  EXPECT_EQ(count(market.run(amend(1, 0, 20)), EventKind::kAmendRejected,
                  Reason::kPostOnlyWouldTake), 1);
  EXPECT_EQ(market.matcher.held(), 1);
  EXPECT_EQ(count(market.run(amend(1, 0, 3)), EventKind::kAmended), 1);
  EXPECT_EQ(market.run(cancel(1)).at(0).lots, 3);
}

void what_fills_after_an_amend_is_told_after_it() {
  match::OrderRecords records(1, 16);
  std::uint32_t attention = 0;
  match::ReplayMatcher matcher(records.books(), 4, &attention, match::QueueModel::kExact);
  const auto tell = [&](OrderChange what, std::uint64_t id, std::int64_t lots) {
    records.apply(matcher, 0, {what, kBuy, id, 100, lots, 1'000});
  };
  matcher.execute(place(1, kBuy, 100, 10));
  tell(OrderChange::kAdd, 7, 50);
  matcher.clear_events();
  tell(OrderChange::kExecute, 7, 3);
  matcher.execute(amend(1, 0, 5));
  tell(OrderChange::kExecute, 7, 5);
  const std::vector<ReplayEvent>& events = matcher.events();
  EXPECT_EQ(events.size(), 3);
  EXPECT_EQ(events.at(0).lots, 3);
  EXPECT_EQ(events.at(0).remaining, 7);
  EXPECT_EQ(static_cast<int>(events.at(1).kind), static_cast<int>(EventKind::kAmended));
  EXPECT_EQ(events.back().lots, 5);
}

void a_moved_market_that_has_no_price_fills_no_fill_or_kill_order() {
  ReplayedMarket market;
  market.level(kSell, 5, 10);
  market.level(kSell, 20, 4);
  market.update();
  market.run({CommandKind::kShift, 0, 0, kBuy, 0, -10, 0, 0});
  const auto events = market.run(place(1, kBuy, 30, 8, {}, match::kFlagFok));
  EXPECT_EQ(filled(events, 1), 0);
  EXPECT_EQ(count(events, EventKind::kExpired, Reason::kNotFillable), 1);
}

void a_taker_whose_position_is_closed_within_a_level_ends_there() {
  TwoLevels market;
  market.run(holds(-6));
  const auto events = market.run(place(1, kBuy, 101, 8, {}, match::kFlagReduceOnly));
  EXPECT_EQ(filled(events, 1), 6);
  EXPECT_EQ(count(events, EventKind::kExpired, Reason::kReduceOnly), 1);
  EXPECT_EQ(market.matcher.held(), 0);
}

void the_orders_of_a_group_as_large_as_the_pool_end_together() {
  constexpr std::uint32_t kMany = 4096;
  ReplayedMarket market(kMany);
  for (std::uint32_t id = 1; id <= kMany; ++id) market.run(place(id, kBuy, 50, 1, {.group = 7}));
  const auto events = market.run(cancel(1));
  EXPECT_EQ(events.size(), kMany);
  EXPECT_EQ(events.back().id, kMany);
  EXPECT_EQ(market.matcher.held(), 0);
}

void a_caller_who_counts_more_done_than_written_runs_nothing() {
  bot4::L2Book book;
  std::uint32_t attention = 0;
  match::ReplayBuffer buffer({&book}, 8, 8, &attention);
  auto* slots = reinterpret_cast<double*>(buffer.data());
  slots[match::ReplayLayout::kCommandCount] = 3;
  slots[match::ReplayLayout::kCommandsDone] = 5;
  buffer.run();
  EXPECT_EQ(slots[match::ReplayLayout::kEventCount], 0);
  EXPECT_EQ(slots[match::ReplayLayout::kPending], 0);
}

void a_change_that_cannot_be_read_is_no_order_of_ours() {
  match::ReplayBuffer buffer(1, 16, 4, 4);
  auto* slots = reinterpret_cast<double*>(buffer.data());
  double* record = slots + buffer.layout().commands;
  const double fields[] = {11, 0, 3, 0, 1e300, 5, 0, 0, 0, 0, 0, 1'000, 0, 0};
  std::copy(std::begin(fields), std::end(fields), record);
  slots[match::ReplayLayout::kCommandCount] = 1;
  buffer.run();
  EXPECT_EQ(slots[match::ReplayLayout::kEventCount], 0);
  EXPECT_EQ(slots[match::ReplayLayout::kRefusedChanges], 1);
}

/// One order's fate in one number each: what a taker and its owner can tell of it.
struct Told {
  EventKind kind;
  Reason reason;
  std::int64_t id, ticks, lots, kept;
};

/// The matching engine with a random still book, and the replay of a record that shows that book
/// and never changes: what ours took is gone there and counted as taken here.
class TwoBooks {
 public:
  explicit TwoBooks(std::uint64_t seed)
      : random_(seed), engine_(1, 512), room_(engine_.worst_case_events()) {
    for (int i = 0; i < 40; ++i) {
      const Side side = i % 2 == 0 ? kBuy : kSell;
      const std::int64_t ticks = side == kBuy ? random_.between(975, 999)
                                              : random_.between(1'001, 1'025);
      const std::int64_t lots = random_.between(1, 30);
      EventSink sink{room_.data(), room_.size()};
      engine_.execute({CommandKind::kLimit, 0, 2 * (i + 1), side, ticks, lots, 0, match::kCrowd},
                      sink);
      replay_.level(side, ticks, replay_.book.quantity(side, ticks) + lots);
    }
    replay_.update();
    side_ = random_.between(0, 1) == 0 ? kBuy : kSell;
    // Only orders that never take are post-only here: the record still shows what others took.
    post_only_ = random_.between(0, 3) == 0;
    if (random_.between(0, 1) == 0) {
      reduces_ = true;
      both(holds((side_ == kBuy ? -1 : 1) * random_.between(1, 120)));
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      const std::int64_t dice = random_.between(0, 99);
      const std::int64_t id = 2 * random_.between(1, last_ + 1) + 1;
      if (dice < 30) {
        both(random_order());
      } else if (dice < 85) {
        both(amend(id, random_.between(0, 2) == 0 ? 0 : price(), random_lots()));
      } else if (dice < 92) {
        both(cancel(id));
      } else {
        now_us_ += random_.between(1, 40);
        both({CommandKind::kClock, 0, 0, kBuy, 0, 0, 0, kOwner, {.expires_at = now_us_}});
      }
    }
  }

  int amended = 0;
  int taken = 0;

 private:
  std::int64_t price() { return 1'000 + random_.between(-30, 30); }
  std::int64_t random_lots() {
    const std::int64_t dice = random_.between(0, 9);
    return dice < 3 ? 0 : dice == 3 ? random_.between(-2, 9'000) : random_.between(1, 90);
  }

  Command random_order() {
    const std::int64_t lots = random_.between(1, 60);
    Terms terms;
    if (random_.between(0, 2) == 0) terms.display = random_.between(1, lots);
    if (random_.between(0, 2) == 0) terms.expires_at = now_us_ + random_.between(0, 120);
    if (random_.between(0, 2) == 0) terms.group = random_.between(1, 4);
    std::int64_t flags = post_only_ ? match::kFlagPostOnly : 0;
    if (reduces_ && random_.between(0, 1) == 0) flags |= match::kFlagReduceOnly;
    return place(2 * ++last_ + 1, side_, price(), lots, terms, flags);
  }

  void both(const Command& command) {
    std::vector<Told> expected, got;
    EventSink sink{room_.data(), room_.size()};
    engine_.execute(command, sink);
    for (std::size_t i = 0; i < sink.count; ++i) {
      const Event& event = sink.events[i];
      if (event.kind == EventKind::kLevel) continue;
      const bool trade = event.kind == EventKind::kTrade;
      expected.push_back({event.kind, event.reason, trade ? event.b : event.a,
                          trade ? event.ticks : 0, event.lots,
                          event.kind == EventKind::kAmended ? event.remaining : 0});
    }
    for (const ReplayEvent& event : replay_.run(command)) {
      const bool trade = event.kind == EventKind::kTrade;
      got.push_back({event.kind, event.reason, event.id, trade ? event.ticks : 0, event.lots,
                     event.kind == EventKind::kAmended ? event.remaining : 0});
    }
    compare(merged(expected), merged(got));
  }

  /// One trade for each price: an engine's is one for each order met, with what the first ended
  /// behind it.
  static std::vector<Told> merged(const std::vector<Told>& told) {
    std::vector<Told> out;
    for (const Told& each : told) {
      const auto same = std::find_if(out.begin(), out.end(), [&](const Told& other) {
        return each.kind == EventKind::kTrade && other.kind == EventKind::kTrade &&
               other.id == each.id && other.ticks == each.ticks;
      });
      if (same == out.end()) {
        out.push_back(each);
      } else {
        same->lots += each.lots;
      }
    }
    // A replay amends to more lots by a new order: of orders that end together it comes last.
    for (auto from = out.begin(); from != out.end();) {
      const EventKind kind = from->kind;
      const bool ends = kind == EventKind::kCancelled || kind == EventKind::kExpired;
      const auto to = std::find_if(from + 1, out.end(), [&](const Told& each) {
        return !ends || each.kind != kind;
      });
      std::sort(from, to, [](const Told& one, const Told& two) { return one.id < two.id; });
      from = to;
    }
    return out;
  }

  void compare(const std::vector<Told>& expected, const std::vector<Told>& got) {
    EXPECT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
      EXPECT_EQ(static_cast<int>(got[i].kind), static_cast<int>(expected[i].kind));
      EXPECT_EQ(static_cast<int>(got[i].reason), static_cast<int>(expected[i].reason));
      EXPECT_EQ(got[i].id, expected[i].id);
      EXPECT_EQ(got[i].ticks, expected[i].ticks);
      EXPECT_EQ(got[i].lots, expected[i].lots);
      EXPECT_EQ(got[i].kept, expected[i].kept);
      if (got[i].kind == EventKind::kAmended) ++amended;
      if (got[i].kind == EventKind::kTrade) ++taken;
    }
  }

  Random random_;
  MatchingEngine engine_;
  std::vector<Event> room_;
  ReplayedMarket replay_{512};
  Side side_ = kBuy;
  bool post_only_ = false;
  bool reduces_ = false;
  std::int64_t last_ = 0;
  std::int64_t now_us_ = 1'000;
};

void the_replay_and_the_matching_engine_do_the_same_with_amends() {
  int amended = 0;
  int taken = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    TwoBooks books(seed);
    books.run(120);
    amended += books.amended;
    taken += books.taken;
  }
  std::printf("%d amends and %d trades compared\n", amended, taken);
  EXPECT_EQ(amended > 3'000, 1);
  EXPECT_EQ(taken > 1'000, 1);
}

}  // namespace

int main() {
  fewer_lots_keep_the_place_and_all_else_loses_it();
  what_is_hidden_of_an_iceberg_goes_first();
  a_post_only_order_whose_amend_would_take_stands_as_it_was();
  what_fills_after_an_amend_is_told_after_it();
  a_moved_market_that_has_no_price_fills_no_fill_or_kill_order();
  a_taker_whose_position_is_closed_within_a_level_ends_there();
  the_orders_of_a_group_as_large_as_the_pool_end_together();
  a_caller_who_counts_more_done_than_written_runs_nothing();
  a_change_that_cannot_be_read_is_no_order_of_ours();
  the_replay_and_the_matching_engine_do_the_same_with_amends();
  return bot4::test::finish("replay_amend_test");
}
