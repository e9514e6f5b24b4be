// The replay matcher's rules one by one, then its bounds under random markets.
#include "match/replay_matcher.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "binding/session.h"
#include "book/l2_book.h"
#include "expect.h"
#include "match/command_codec.h"
#include "match/replay_buffer.h"
#include "replayed_market.h"

namespace {

using bot4::L2Book;
using bot4::MarketObserver;
using bot4::Side;
using bot4::match::Command;
using bot4::match::CommandKind;
using bot4::match::EventKind;
using bot4::match::Reason;
using bot4::match::ReplayBuffer;
using bot4::match::ReplayEvent;
using bot4::match::ReplayLayout;
using bot4::match::ReplayMatcher;
using bot4::test::Random;
namespace match = bot4::match;

using bot4::test::filled;
using bot4::test::kMs;
using bot4::test::limit;
using Market = bot4::test::ReplayedMarket;
using bot4::test::TwoLevels;

void an_arriving_order_takes_displayed_levels_up_to_its_limit() {
  TwoLevels market;
  const auto events = market.run(limit(1, Side::kBuy, 101, 15, match::kFlagIoc));
  EXPECT_EQ(events.size(), 3);
  EXPECT_EQ(filled(events, 1), 10);
  EXPECT_EQ(events.at(1).ticks, 101);
  EXPECT_EQ(events.at(1).maker, 0);
  EXPECT_EQ(static_cast<int>(events.at(2).kind), static_cast<int>(EventKind::kExpired));
  EXPECT_EQ(events.at(2).lots, 5);
  EXPECT_EQ(market.attention, 0);
}

void what_was_taken_stays_taken_until_the_record_changes_the_level() {
  TwoLevels market;
  const Command take = limit(1, Side::kBuy, 101, 8, match::kFlagIoc);
  EXPECT_EQ(filled(market.run(take), 1), 8);
  EXPECT_EQ(filled(market.run(take), 1), 2);
  EXPECT_EQ(filled(market.run(take), 1), 0);
  market.level(Side::kSell, 101, 9);
  EXPECT_EQ(filled(market.run(take), 1), 8);
}

void a_post_only_order_that_would_take_is_refused() {
  TwoLevels market;
  const auto events = market.run(limit(1, Side::kSell, 99, 1, match::kFlagPostOnly));
  EXPECT_EQ(events.size(), 1);
  EXPECT_EQ(static_cast<int>(events.at(0).reason), static_cast<int>(Reason::kPostOnlyWouldTake));
  EXPECT_EQ(market.matcher.resting_orders(), 0);
}

void a_resting_order_waits_behind_the_displayed_quantity() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  EXPECT_EQ(market.matcher.ahead_of(1), 10);
  market.trade(99, 7, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 3);
  EXPECT_EQ(market.attention, 0);
  market.trade(99, 5, Side::kSell);
  EXPECT_EQ(market.attention, 1);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 1), 2);
  EXPECT_EQ(events.at(0).maker, 1);
  EXPECT_EQ(events.at(0).remaining, 3);
  EXPECT_EQ(events.at(0).at_ns, market.now);
  market.trade(99, 50, Side::kSell);
  EXPECT_EQ(filled(market.take(), 1), 3);
  EXPECT_EQ(market.matcher.resting_orders(), 0);
}

void trades_of_the_other_side_or_at_better_prices_do_not_concern_it() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 98, 5));
  market.trade(98, 50, Side::kBuy);
  market.trade(99, 50, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 20);
  EXPECT_EQ(filled(market.take(), 1), 0);
}

void a_trade_through_its_price_fills_it_with_no_more_than_the_trade() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  market.trade(98, 3, Side::kSell);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 1), 3);
  EXPECT_EQ(events.at(0).ticks, 99);
}

void cancels_shrink_the_queue_ahead_in_proportion() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  market.level(Side::kBuy, 99, 40);
  EXPECT_EQ(market.matcher.ahead_of(1), 10);
  market.level(Side::kBuy, 99, 20);
  EXPECT_EQ(market.matcher.ahead_of(1), 5);
  market.level(Side::kBuy, 99, 3);
  EXPECT_EQ(market.matcher.ahead_of(1), 1);
  market.level(Side::kBuy, 99, 0);
  EXPECT_EQ(market.matcher.ahead_of(1), 0);
}

void a_reduction_that_trades_explain_is_not_a_cancel() {
  TwoLevels market;
  market.level(Side::kBuy, 99, 10);
  market.run(limit(1, Side::kBuy, 99, 5));
  market.level(Side::kBuy, 99, 30);
  market.trade(99, 6, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 4);
  market.level(Side::kBuy, 99, 24);
  EXPECT_EQ(market.matcher.ahead_of(1), 4);
  market.level(Side::kBuy, 99, 12);
  EXPECT_EQ(market.matcher.ahead_of(1), 2);
}

void a_trade_that_prints_after_its_reduction_counts_once() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  market.level(Side::kBuy, 99, 4);
  EXPECT_EQ(market.matcher.ahead_of(1), 4);
  market.now += 100 * kMs;
  market.trade(99, 6, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 4);
  market.trade(99, 1, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 3);
}

void an_old_reduction_explains_no_trade() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  market.level(Side::kBuy, 99, 4);
  market.now += ReplayMatcher::kTradeLagNs + 1;
  market.trade(99, 3, Side::kSell);
  EXPECT_EQ(market.matcher.ahead_of(1), 1);
}

void a_book_that_crosses_its_price_fills_it_once_with_what_crosses() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 100, 30));
  market.level(Side::kBuy, 99, 0);
  market.level(Side::kSell, 100, 7);
  EXPECT_EQ(filled(market.take(), 1), 0);
  market.update();
  EXPECT_EQ(filled(market.take(), 1), 7);
  market.update();
  EXPECT_EQ(filled(market.take(), 1), 0);
  market.level(Side::kSell, 99, 4);
  market.update();
  const auto events = market.take();
  EXPECT_EQ(filled(events, 1), 4);
  EXPECT_EQ(events.at(0).ticks, 100);
  EXPECT_EQ(events.at(0).maker, 1);
}

void better_prices_fill_before_worse_and_older_before_newer() {
  TwoLevels market;
  market.run(limit(1, Side::kSell, 103, 4));
  market.run(limit(2, Side::kSell, 100, 4));
  market.run(limit(3, Side::kSell, 100, 4));
  market.trade(100, 6, Side::kBuy);
  const auto events = market.take();
  EXPECT_EQ(filled(events, 2), 4);
  EXPECT_EQ(filled(events, 3), 2);
  EXPECT_EQ(filled(events, 1), 0);
  market.trade(104, 4, Side::kBuy);
  const auto later = market.take();
  EXPECT_EQ(filled(later, 3), 2);
  EXPECT_EQ(filled(later, 1), 2);
}

void a_reset_keeps_orders_and_their_place_until_the_snapshot_says_less() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 99, 5));
  market.reset();
  EXPECT_EQ(market.matcher.ahead_of(1), 10);
  market.level(Side::kBuy, 99, 6);
  market.update();
  EXPECT_EQ(market.matcher.ahead_of(1), 6);
  EXPECT_EQ(filled(market.take(), 1), 0);
}

void cancels_and_refusals_name_their_order_and_reason() {
  Market market(1);
  market.level(Side::kBuy, 99, 10);
  const auto reason = [&](const Command& command) {
    const auto events = market.run(command);
    EXPECT_EQ(events.size(), 1);
    return static_cast<int>(events.at(0).reason);
  };
  const Command cancel{CommandKind::kCancel, 0, 1, Side::kBuy, 0, 0, 0, 1};
  EXPECT_EQ(reason(cancel), static_cast<int>(Reason::kUnknownOrder));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 0, 1)), static_cast<int>(Reason::kBadPrice));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, 0)), static_cast<int>(Reason::kBadQuantity));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, 1, 3)), static_cast<int>(Reason::kBadCommand));
  market.run(limit(1, Side::kBuy, 99, 5));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 98, 5)), static_cast<int>(Reason::kDuplicateId));
  EXPECT_EQ(reason(limit(2, Side::kBuy, 98, 5)), static_cast<int>(Reason::kBookFull));
  const auto events = market.run(cancel);
  EXPECT_EQ(static_cast<int>(events.at(0).kind), static_cast<int>(EventKind::kCancelled));
  EXPECT_EQ(events.at(0).lots, 5);
  EXPECT_EQ(market.matcher.resting_orders(), 0);
}

void the_shared_memory_refuses_records_that_are_no_commands() {
  L2Book book;
  std::uint32_t attention = 0;
  ReplayBuffer buffer({&book}, 8, 8, &attention);
  auto* slots = reinterpret_cast<double*>(buffer.data());
  const ReplayLayout& layout = buffer.layout();
  const double bad[][8] = {{0, 0, 1, 0, 1, 1, 0, 1},       {1, 0, 2, 2, 1, 1, 0, 1},
                           {1, 0.5, 3, 0, 1, 1, 0, 1},     {1, 0, 4, 0, 1e300, 1, 0, 1},
                           {1, 0, 5, 0, std::numeric_limits<double>::quiet_NaN(), 1, 0, 1}, {99, 0, 6, 0, 1, 1, 0, 1}};
  std::size_t count = 0;
  for (const auto& record : bad) {
    for (std::size_t i = 0; i < 8; ++i) {
      slots[layout.commands + count * ReplayLayout::kCommandSlots + i] = record[i];
    }
    ++count;
  }
  slots[ReplayLayout::kCommandCount] = static_cast<double>(count);
  buffer.run();
  EXPECT_EQ(slots[ReplayLayout::kEventCount], count);
  for (std::size_t i = 0; i < count; ++i) {
    const double* event = slots + layout.events + i * ReplayLayout::kRecordSlots;
    EXPECT_EQ(static_cast<int>(event[0]) & 63, static_cast<int>(EventKind::kRejected));
    EXPECT_EQ(event[2], i + 1);
  }
  slots[ReplayLayout::kCommandCount] = -1;
  slots[ReplayLayout::kCommandsDone] = 0;
  buffer.run();
  EXPECT_EQ(slots[ReplayLayout::kEventCount], 0);
}

void an_order_takes_no_level_twice_however_many_it_takes() {
  Market market;
  for (std::int64_t i = 0; i < 512; ++i) market.level(Side::kSell, 101 + i, 2);
  market.level(Side::kBuy, 99, 1);
  market.update();
  const Command sweep = limit(1, Side::kBuy, 2000, 1024, match::kFlagIoc);
  EXPECT_EQ(filled(market.run(sweep), 1), 1024);
  Command again = sweep;
  again.id = 2;
  const auto events = market.run(again);
  EXPECT_EQ(filled(events, 2), 0);
  EXPECT_EQ(static_cast<int>(events.back().kind), static_cast<int>(EventKind::kExpired));
}

void what_one_frame_fills_of_an_order_is_one_execution() {
  TwoLevels market;
  market.run(limit(1, Side::kBuy, 100, 1000));
  market.run(limit(2, Side::kBuy, 100, 1000));
  for (int i = 0; i < 1000; ++i) {
    market.level(Side::kSell, 100, 1 + i % 2);
    market.update();
  }
  const auto events = market.take();
  EXPECT_EQ(events.size(), 2);
  EXPECT_EQ(filled(events, 1), 1000);
  EXPECT_EQ(events.at(0).remaining, 0);
  EXPECT_EQ(filled(events, 2), 500);
  EXPECT_EQ(events.at(1).remaining, 500);
  market.now += kMs;
  market.level(Side::kSell, 100, 3);
  market.update();
  market.now += kMs;
  market.level(Side::kSell, 100, 4);
  market.update();
  const auto later = market.take();
  EXPECT_EQ(later.size(), 2);
  EXPECT_EQ(later.at(0).lots, 3);
  EXPECT_EQ(later.at(1).lots, 4);
  EXPECT_EQ(later.at(1).remaining, 493);
}

/// A snapshot that brings as many held updates as the engine keeps, each filling a part.
void a_snapshot_with_thousands_of_held_updates_fills_without_running_out_of_room() {
  bot4::Instruments instruments;
  instruments.add("A", 1, 1'000'000, 1'000, bot4::SequenceRule::kBinanceSpot);
  bot4::Session session(instruments, 1 << 20, 64,
                        bot4::decision_kernels(bot4::Target::kSse2));
  ReplayMatcher matcher({&session.engine().book(0)}, 1, session.engine().attention_word());
  session.engine().observe(matcher.observer());
  const auto push = [&](const std::string& text, std::int64_t at_ns) {
    bot4::ControlBlock& control = session.control();
    if (control.inbox_read == control.inbox_write) control.inbox_read = control.inbox_write = 0;
    const bot4::FrameHeader header{static_cast<std::uint32_t>(text.size()), 0, at_ns};
    std::byte* at = session.arena().data() + session.layout().inbox + control.inbox_write;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, text.data(), text.size());
    control.inbox_write +=
        static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
  };
  const auto snapshot = [](int id) {
    return "{\"lastUpdateId\":" + std::to_string(id) +
           ",\"bids\":[[\"1.00\",\"1\"]],\"asks\":[[\"1.02\",\"1\"]]}";
  };
  push(snapshot(5), 1000);
  session.run();
  matcher.execute(limit(7, Side::kBuy, 101, match::kMaxLots));
  matcher.clear_events();
  constexpr int kHeld = 4096;
  for (int i = 0; i < kHeld; ++i) {
    const std::string id = std::to_string(100 + i);
    push("{\"e\":\"depthUpdate\",\"s\":\"A\",\"U\":" + id + ",\"u\":" + id +
             ",\"b\":[],\"a\":[[\"1.01\",\"0.000" + (i % 2 == 0 ? "1" : "2") + "0\"]]}",
         2000 + i);
    session.run();
  }
  push(snapshot(99), 9000);
  EXPECT_EQ(static_cast<int>(session.run()), static_cast<int>(bot4::RunResult::kAttention));
  EXPECT_EQ(matcher.events().size(), 1);
  EXPECT_EQ(matcher.events().at(0).lots, kHeld / 2 * (10 + 20));
  EXPECT_EQ(matcher.events().at(0).remaining, match::kMaxLots - kHeld / 2 * (10 + 20));
}

/// Whatever the market does: an order fills at most what it is, a print fills at most what it is,
/// nothing fills at a price worse than its limit, and the place in the queue never gets worse.
void each_queue_model_splits_cancels_by_its_formula() {
  using match::cancelled_ahead;
  using match::QueueModel;
  EXPECT_EQ(cancelled_ahead(QueueModel::kProportional, 10, 30, 10), 7);
  EXPECT_EQ(cancelled_ahead(QueueModel::kRiskAverse, 10, 30, 10), 0);
  EXPECT_EQ(cancelled_ahead(QueueModel::kPower2, 10, 30, 10), 9);     // 900 / 1,000
  EXPECT_EQ(cancelled_ahead(QueueModel::kPower3, 10, 10, 30), 0);     // 1 / 28
  EXPECT_EQ(cancelled_ahead(QueueModel::kPower3, 1000, 10, 30), 10);  // 35, of which 10 stand there
  EXPECT_EQ(cancelled_ahead(QueueModel::kLog, 10, 30, 10), 5);        // 4.954 / (4.954 + 3.459)
  EXPECT_EQ(cancelled_ahead(QueueModel::kLog, 1'000'000, 1'048'575, 1023), 666'666);  // 20 / 30
}

void no_queue_model_leaves_its_range_even_for_the_largest_quantities() {
  Random random(11);
  for (int model = 0; model < match::kEstimatingModels; ++model) {
    for (int i = 0; i < 2000; ++i) {
      const std::int64_t most = std::int64_t{1} << random.between(1, 53);
      const std::int64_t front = random.between(0, most);
      const std::int64_t back = random.between(0, most);
      const std::int64_t cancelled = random.between(1, most);
      const std::int64_t ahead =
          match::cancelled_ahead(static_cast<match::QueueModel>(model), cancelled, front, back);
      EXPECT_EQ(ahead >= 0 && ahead <= front && ahead <= cancelled, 1);
    }
  }
}

/// Lots that one order far back in a random market gets, whatever else happens.
std::int64_t fills_of_one_order(std::uint64_t seed, match::QueueModel model) {
  Random random(seed);
  Market market(4, model);
  market.level(Side::kBuy, 100, 200);
  market.level(Side::kSell, 101, 200);
  market.update();
  market.run(limit(1, Side::kBuy, 100, 50));
  std::int64_t lots = 0;
  for (int i = 0; i < 60; ++i) {
    market.now += random.between(0, 400) * kMs;
    const std::int64_t there = market.book.quantity(Side::kBuy, 100);
    if (random.between(0, 2) == 0) {
      const std::int64_t traded = random.between(1, 15);
      market.trade(100, traded, Side::kSell);
      if (random.between(0, 1) == 0) market.level(Side::kBuy, 100, std::max<std::int64_t>(1, there - traded));
    } else {
      market.level(Side::kBuy, 100, std::max<std::int64_t>(1, there + random.between(-20, 15)));
    }
    market.update();
    lots += filled(market.take(), 1);
  }
  return lots;
}

void the_risk_averse_model_never_fills_more_than_another() {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const std::int64_t careful = fills_of_one_order(seed, match::QueueModel::kRiskAverse);
    least += careful;
    for (int model = 0; model < match::kEstimatingModels; ++model) {
      const auto other = fills_of_one_order(seed, static_cast<match::QueueModel>(model));
      EXPECT_EQ(careful <= other, 1);
      most = std::max(most, other);
    }
  }
  EXPECT_EQ(least > 0 && most > 0, 1);
}

void random_markets_stay_within_bounds(std::uint64_t seed) {
  Random random(seed);
  Market market(256, static_cast<match::QueueModel>(seed % match::kEstimatingModels));
  std::map<std::int64_t, std::int64_t> left;
  std::map<std::int64_t, std::int64_t> place;
  std::int64_t next_id = 1;
  const auto account = [&](std::int64_t bound) {
    std::int64_t sum = 0;
    for (const ReplayEvent& event : market.take()) {
      if (event.kind != EventKind::kTrade) continue;
      sum += event.lots;
      EXPECT_EQ(event.lots > 0, 1);
      left[event.id] -= event.lots;
      EXPECT_EQ(left[event.id], event.remaining);
    }
    EXPECT_EQ(sum <= bound, 1);
  };
  for (int i = 0; i < 20000; ++i) {
    market.now += random.between(0, 50) * kMs;
    const Side side = random.between(0, 1) == 0 ? Side::kBuy : Side::kSell;
    const std::int64_t away = random.between(0, 6);
    const std::int64_t ticks = side == Side::kBuy ? 100 - away : 101 + away;
    const std::int64_t pick = random.between(0, 99);
    if (pick < 50) {
      market.level(side, ticks, random.between(0, 3) == 0 ? 0 : random.between(1, 40));
      market.update();
      account(INT64_MAX);
    } else if (pick < 75) {
      const std::int64_t lots = random.between(1, 30);
      market.trade(ticks, lots, bot4::opposite(side));
      account(lots);
    } else if (pick < 90) {
      const std::int64_t lots = random.between(1, 20);
      left[next_id] = lots;
      const std::int64_t price = ticks + random.between(-1, 1);
      market.matcher.execute(limit(next_id, side, price, lots, random.between(0, 2)));
      for (const ReplayEvent& event : market.matcher.events()) {
        if (event.kind != EventKind::kTrade) continue;
        EXPECT_EQ(side == Side::kBuy ? event.ticks <= price : event.ticks >= price, 1);
      }
      account(lots);
      ++next_id;
    } else {
      market.run(Command{CommandKind::kCancel, 0, random.between(1, next_id), side, 0, 0, 0, 1});
    }
    for (std::int64_t id = next_id > 20 ? next_id - 20 : 1; id < next_id; ++id) {
      const std::int64_t ahead = market.matcher.ahead_of(id);
      if (ahead < 0) continue;
      if (place.count(id) != 0) EXPECT_EQ(ahead <= place[id], 1);
      place[id] = ahead;
      EXPECT_EQ(left[id] > 0, 1);
    }
  }
}

}  // namespace

int main() {
  an_arriving_order_takes_displayed_levels_up_to_its_limit();
  what_was_taken_stays_taken_until_the_record_changes_the_level();
  a_post_only_order_that_would_take_is_refused();
  a_resting_order_waits_behind_the_displayed_quantity();
  trades_of_the_other_side_or_at_better_prices_do_not_concern_it();
  a_trade_through_its_price_fills_it_with_no_more_than_the_trade();
  cancels_shrink_the_queue_ahead_in_proportion();
  a_reduction_that_trades_explain_is_not_a_cancel();
  a_trade_that_prints_after_its_reduction_counts_once();
  an_old_reduction_explains_no_trade();
  a_book_that_crosses_its_price_fills_it_once_with_what_crosses();
  better_prices_fill_before_worse_and_older_before_newer();
  a_reset_keeps_orders_and_their_place_until_the_snapshot_says_less();
  cancels_and_refusals_name_their_order_and_reason();
  the_shared_memory_refuses_records_that_are_no_commands();
  an_order_takes_no_level_twice_however_many_it_takes();
  what_one_frame_fills_of_an_order_is_one_execution();
  a_snapshot_with_thousands_of_held_updates_fills_without_running_out_of_room();
  each_queue_model_splits_cancels_by_its_formula();
  no_queue_model_leaves_its_range_even_for_the_largest_quantities();
  the_risk_averse_model_never_fills_more_than_another();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) random_markets_stay_within_bounds(seed);
  return bot4::test::finish("replay_matcher_test");
}
