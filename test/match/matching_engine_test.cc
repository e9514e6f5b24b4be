// The matching engine against a naive one, and its rules one by one.
#include "match/matching_engine.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "expect.h"
#include "match/order_index.h"

namespace {

using bot4::Side;
using bot4::match::Command;
using bot4::match::CommandKind;
using bot4::match::Event;
using bot4::match::EventKind;
using bot4::match::EventSink;
using bot4::match::MatchingEngine;
using bot4::match::OrderIndex;
using bot4::match::Reason;
using bot4::match::Touch;
using bot4::test::Random;
namespace match = bot4::match;

/// Runs commands one at a time and keeps the events of the last.
class Harness {
 public:
  Harness(std::int32_t symbols, std::uint32_t max_orders)
      : engine(symbols, max_orders), room_(engine.worst_case_events()) {}

  const std::vector<Event>& run(const Command& command) {
    EventSink sink{room_.data(), room_.size()};
    const std::size_t bound = engine.events_bound(command);
    engine.execute(command, sink);
    EXPECT_EQ(sink.count <= bound, 1);
    events.assign(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(sink.count));
    return events;
  }

  MatchingEngine engine;
  std::vector<Event> events;

 private:
  std::vector<Event> room_;
};

Command limit(std::int64_t id, Side side, std::int64_t ticks, std::int64_t lots,
              std::int64_t flags = 0, std::int64_t owner = match::kCrowd) {
  return Command{CommandKind::kLimit, 0, id, side, ticks, lots, flags, owner};
}

Command market(std::int64_t id, Side side, std::int64_t worst, std::int64_t lots,
               std::int64_t owner = match::kCrowd) {
  return Command{CommandKind::kMarket, 0, id, side, worst, lots, 0, owner};
}

Command cancel(std::int64_t id) {
  return Command{CommandKind::kCancel, 0, id, Side::kBuy, 0, 0, 0, match::kCrowd};
}

std::vector<Event> of_kind(const std::vector<Event>& events, EventKind kind) {
  std::vector<Event> out;
  std::copy_if(events.begin(), events.end(), std::back_inserter(out),
               [&](const Event& event) { return event.kind == kind; });
  return out;
}

void trades_best_price_first_then_oldest_first_at_the_makers_price() {
  Harness book(1, 16);
  book.run(limit(1, Side::kSell, 101, 5));
  book.run(limit(2, Side::kSell, 100, 3));
  book.run(limit(3, Side::kSell, 100, 4));
  const auto trades = of_kind(book.run(limit(4, Side::kBuy, 101, 9)), EventKind::kTrade);
  EXPECT_EQ(trades.size(), 3);
  const std::int64_t makers[] = {2, 3, 1};
  const std::int64_t prices[] = {100, 100, 101};
  const std::int64_t lots[] = {3, 4, 2};
  const std::int64_t left[] = {0, 0, 3};
  for (std::size_t i = 0; i < 3 && i < trades.size(); ++i) {
    EXPECT_EQ(trades[i].a, makers[i]);
    EXPECT_EQ(trades[i].b, 4);
    EXPECT_EQ(trades[i].ticks, prices[i]);
    EXPECT_EQ(trades[i].lots, lots[i]);
    EXPECT_EQ(trades[i].remaining, left[i]);
    EXPECT_EQ(static_cast<int>(trades[i].side), static_cast<int>(Side::kBuy));
  }
  const Touch touch = book.engine.touch(0);
  EXPECT_EQ(touch.ask_ticks, 101);
  EXPECT_EQ(touch.ask_lots, 3);
  EXPECT_EQ(touch.bid_lots, 0);
}

void the_rest_of_a_limit_order_rests_and_that_of_an_ioc_or_market_order_expires() {
  Harness book(1, 16);
  book.run(limit(1, Side::kSell, 100, 3));
  book.run(limit(2, Side::kBuy, 100, 5));
  EXPECT_EQ(book.engine.touch(0).bid_ticks, 100);
  EXPECT_EQ(book.engine.touch(0).bid_lots, 2);
  const auto ioc = of_kind(book.run(limit(3, Side::kSell, 100, 6, match::kFlagIoc)),
                           EventKind::kExpired);
  EXPECT_EQ(ioc.size(), 1);
  EXPECT_EQ(ioc.at(0).lots, 4);
  const auto worst = of_kind(book.run(market(4, Side::kSell, 1, 6)), EventKind::kExpired);
  EXPECT_EQ(worst.at(0).lots, 6);
  EXPECT_EQ(book.engine.resting_orders(), 0);
}

void a_market_order_stops_at_its_worst_price() {
  Harness book(1, 16);
  book.run(limit(1, Side::kSell, 100, 1));
  book.run(limit(2, Side::kSell, 105, 1));
  const auto& events = book.run(market(3, Side::kBuy, 104, 2));
  EXPECT_EQ(of_kind(events, EventKind::kTrade).size(), 1);
  EXPECT_EQ(of_kind(events, EventKind::kExpired).at(0).lots, 1);
  EXPECT_EQ(book.engine.touch(0).ask_ticks, 105);
}

void a_post_only_order_that_would_take_is_refused_and_changes_nothing() {
  Harness book(1, 16);
  book.run(limit(1, Side::kSell, 100, 1));
  const auto& events = book.run(limit(2, Side::kBuy, 100, 1, match::kFlagPostOnly));
  EXPECT_EQ(events.size(), 1);
  EXPECT_EQ(static_cast<int>(events.at(0).reason), static_cast<int>(Reason::kPostOnlyWouldTake));
  EXPECT_EQ(book.run(limit(2, Side::kBuy, 99, 1, match::kFlagPostOnly)).size(), 2);
  EXPECT_EQ(book.engine.touch(0).bid_ticks, 99);
}

void an_owner_never_trades_with_itself_but_the_crowd_does() {
  Harness book(1, 16);
  book.run(limit(1, Side::kSell, 100, 1, 0, 7));
  book.run(limit(2, Side::kSell, 100, 2, 0, 8));
  const auto& events = book.run(limit(3, Side::kBuy, 100, 2, 0, 7));
  EXPECT_EQ(of_kind(events, EventKind::kTrade).at(0).a, 2);
  const auto cancelled = of_kind(events, EventKind::kCancelled);
  EXPECT_EQ(cancelled.at(0).a, 1);
  EXPECT_EQ(static_cast<int>(cancelled.at(0).reason), static_cast<int>(Reason::kSelfTrade));
  book.run(limit(4, Side::kSell, 100, 1));
  EXPECT_EQ(of_kind(book.run(limit(5, Side::kBuy, 100, 1)), EventKind::kTrade).size(), 1);
  EXPECT_EQ(book.engine.resting_orders(), 0);
}

void refuses_what_it_cannot_hold_or_understand_and_says_why() {
  Harness book(1, 2);
  const auto reason = [&](const Command& command) {
    const auto& events = book.run(command);
    EXPECT_EQ(events.size(), 1);
    return static_cast<int>(events.at(0).reason);
  };
  EXPECT_EQ(reason(limit(1, Side::kBuy, 0, 1)), static_cast<int>(Reason::kBadPrice));
  EXPECT_EQ(reason(limit(1, Side::kBuy, match::kMaxTicks + 1, 1)),
            static_cast<int>(Reason::kBadPrice));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, 0)), static_cast<int>(Reason::kBadQuantity));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, match::kMaxLots + 1)),
            static_cast<int>(Reason::kBadQuantity));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, 1, 3)), static_cast<int>(Reason::kBadCommand));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 1, 1, 4)), static_cast<int>(Reason::kBadCommand));
  Command elsewhere = limit(1, Side::kBuy, 1, 1);
  elsewhere.symbol = 1;
  EXPECT_EQ(reason(elsewhere), static_cast<int>(Reason::kBadSymbol));
  EXPECT_EQ(reason(cancel(9)), static_cast<int>(Reason::kUnknownOrder));
  book.run(limit(1, Side::kBuy, 10, 1));
  EXPECT_EQ(reason(limit(1, Side::kBuy, 11, 1)), static_cast<int>(Reason::kDuplicateId));
  book.run(limit(2, Side::kBuy, 10, 1));
  EXPECT_EQ(reason(limit(3, Side::kBuy, 11, 1)), static_cast<int>(Reason::kBookFull));
  EXPECT_EQ(book.run(market(3, Side::kSell, 1, 1)).size(), 3);
  EXPECT_EQ(book.engine.resting_orders(), 1);
}

void the_depth_of_a_side_comes_best_first_and_no_deeper_than_asked() {
  Harness book(1, 16);
  for (std::int64_t id = 1; id <= 5; ++id) book.run(limit(id, Side::kBuy, 100 - id, id));
  const Command depth{CommandKind::kDepth, 0, 0, Side::kBuy, 0, 3, 0, 0};
  const auto& levels = book.run(depth);
  EXPECT_EQ(levels.size(), 3);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    EXPECT_EQ(levels[i].ticks, 99 - static_cast<std::int64_t>(i));
    EXPECT_EQ(levels[i].lots, static_cast<std::int64_t>(i) + 1);
  }
}

/// The same rules, written for plainness: one flat list of orders, scanned for every match.
class NaiveBook {
 public:
  struct Order {
    std::int64_t id, ticks, lots, owner, arrival;
    Side side;
  };

  void run(const Command& command) {
    log.clear();
    if (command.kind == CommandKind::kCancel) {
      const auto found = find(command.id);
      if (found == orders.end()) {
        log.push_back({6, command.id, 0, 0});
      } else {
        log.push_back({4, command.id, found->lots, 0});
        orders.erase(found);
      }
      return;
    }
    if (find(command.id) != orders.end()) return void(log.push_back({2, command.id, 0, 0}));
    const bool crosses = best(command) != orders.end();
    if ((command.flags & match::kFlagPostOnly) != 0 && crosses) {
      return void(log.push_back({2, command.id, 0, 0}));
    }
    log.push_back({1, command.id, 0, 0});
    std::int64_t left = command.lots;
    for (auto maker = best(command); left > 0 && maker != orders.end(); maker = best(command)) {
      if (command.owner != match::kCrowd && maker->owner == command.owner) {
        log.push_back({4, maker->id, maker->lots, 0});
        orders.erase(maker);
        continue;
      }
      const std::int64_t lots = std::min(left, maker->lots);
      left -= lots;
      maker->lots -= lots;
      log.push_back({3, maker->id, lots, maker->ticks});
      if (maker->lots == 0) orders.erase(maker);
    }
    if (left == 0) return;
    if (command.kind == CommandKind::kMarket || (command.flags & match::kFlagIoc) != 0) {
      log.push_back({5, command.id, left, 0});
    } else {
      orders.push_back({command.id, command.ticks, left, command.owner, ++arrivals, command.side});
    }
  }

  std::map<std::int64_t, std::int64_t> levels(Side side) const {
    std::map<std::int64_t, std::int64_t> out;
    for (const Order& order : orders) {
      if (order.side == side) out[order.ticks] += order.lots;
    }
    return out;
  }

  struct Line {
    int kind;
    std::int64_t id, lots, ticks;
  };
  std::vector<Line> log;
  std::vector<Order> orders;
  std::int64_t arrivals = 0;

 private:
  std::vector<Order>::iterator find(std::int64_t id) {
    return std::find_if(orders.begin(), orders.end(), [&](const Order& o) { return o.id == id; });
  }
  std::vector<Order>::iterator best(const Command& command) {
    auto found = orders.end();
    const bool buy = command.side == Side::kBuy;
    for (auto it = orders.begin(); it != orders.end(); ++it) {
      if (it->side == command.side) continue;
      if (buy ? it->ticks > command.ticks : it->ticks < command.ticks) continue;
      if (found == orders.end()) {
        found = it;
      } else if (it->ticks != found->ticks) {
        if (buy ? it->ticks < found->ticks : it->ticks > found->ticks) found = it;
      } else if (it->arrival < found->arrival) {
        found = it;
      }
    }
    return found;
  }
};

void same_levels(const Harness& book, const NaiveBook& naive,
                 std::map<std::int64_t, std::int64_t> (&shadow)[2]) {
  for (const Event& event : book.events) {
    if (event.kind != EventKind::kLevel) continue;
    auto& side = shadow[static_cast<int>(event.side)];
    EXPECT_EQ(side[event.ticks], event.remaining);
    side[event.ticks] = event.lots;
    if (event.lots == 0) side.erase(event.ticks);
  }
  EXPECT_EQ(shadow[0] == naive.levels(Side::kBuy), 1);
  EXPECT_EQ(shadow[1] == naive.levels(Side::kSell), 1);
}

void same_log(const std::vector<Event>& events, const std::vector<NaiveBook::Line>& log) {
  std::size_t line = 0;
  for (const Event& event : events) {
    if (event.kind == EventKind::kLevel) continue;
    if (line == log.size()) {
      ++line;
      break;
    }
    const NaiveBook::Line& wanted = log[line++];
    EXPECT_EQ(static_cast<int>(event.kind), wanted.kind);
    EXPECT_EQ(event.a, wanted.id);
    if (event.kind != EventKind::kAccepted && event.kind != EventKind::kRejected &&
        event.kind != EventKind::kCancelRejected) {
      EXPECT_EQ(event.lots, wanted.lots);
    }
    if (event.kind == EventKind::kTrade) EXPECT_EQ(event.ticks, wanted.ticks);
  }
  EXPECT_EQ(line, log.size());
}

void random_commands_match_a_naive_book(std::uint64_t seed) {
  Random random(seed);
  Harness book(1, 4096);
  NaiveBook naive;
  std::map<std::int64_t, std::int64_t> shadow[2];
  std::int64_t next_id = 1;
  for (int i = 0; i < 4000; ++i) {
    Command command{};
    const std::int64_t pick = random.between(0, 99);
    const Side side = random.between(0, 1) == 0 ? Side::kBuy : Side::kSell;
    const std::int64_t ticks = 1000 + random.between(-25, 25);
    const std::int64_t owner = random.between(0, 3);
    if (pick < 60) {
      const std::int64_t flags = random.between(0, 2);
      command = limit(next_id++, side, ticks, random.between(1, 30), flags, owner);
    } else if (pick < 70) {
      command = market(next_id++, side, ticks, random.between(1, 60), owner);
    } else if (pick < 98) {
      command = cancel(random.between(std::max<std::int64_t>(1, next_id - 120), next_id));
    } else {
      command = limit(std::max<std::int64_t>(1, next_id - 3), side, ticks, 1);
    }
    same_log(book.run(command), (naive.run(command), naive.log));
    same_levels(book, naive, shadow);
    EXPECT_EQ(book.engine.resting_orders(), naive.orders.size());
    const Touch touch = book.engine.touch(0);
    EXPECT_EQ(touch.bid_lots, shadow[0].empty() ? 0 : shadow[0].rbegin()->second);
    EXPECT_EQ(touch.ask_lots, shadow[1].empty() ? 0 : shadow[1].begin()->second);
    EXPECT_EQ(shadow[0].empty() || shadow[1].empty() || touch.bid_ticks < touch.ask_ticks, 1);
  }
}

void the_order_index_holds_what_a_map_holds() {
  Random random(7);
  OrderIndex index(256);
  std::map<std::int64_t, std::uint32_t> model;
  for (int i = 0; i < 200000; ++i) {
    const std::int64_t id = random.between(-300, 300) * 1024;
    const auto found = model.find(id);
    EXPECT_EQ(index.find(id), found == model.end() ? OrderIndex::kAbsent : found->second);
    if (found != model.end()) {
      index.erase(id);
      model.erase(found);
    } else if (model.size() < 256) {
      const auto slot = static_cast<std::uint32_t>(random.between(0, 255));
      index.insert(id, slot);
      model[id] = slot;
    }
  }
}

}  // namespace

int main() {
  trades_best_price_first_then_oldest_first_at_the_makers_price();
  the_rest_of_a_limit_order_rests_and_that_of_an_ioc_or_market_order_expires();
  a_market_order_stops_at_its_worst_price();
  a_post_only_order_that_would_take_is_refused_and_changes_nothing();
  an_owner_never_trades_with_itself_but_the_crowd_does();
  refuses_what_it_cannot_hold_or_understand_and_says_why();
  the_depth_of_a_side_comes_best_first_and_no_deeper_than_asked();
  for (std::uint64_t seed = 1; seed <= 10; ++seed) random_commands_match_a_naive_book(seed);
  the_order_index_holds_what_a_map_holds();
  return bot4::test::finish("matching_engine_test");
}
