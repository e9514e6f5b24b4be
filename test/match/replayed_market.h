// A recorded market for tests of the replay matcher.
#pragma once

#include <cstdint>
#include <vector>

#include "book/l2_book.h"
#include "book/observer.h"
#include "match/replay_matcher.h"

namespace bot4::test {

inline constexpr std::int64_t kMs = 1'000'000;

/// A recorded market: changes the book, tells the matcher, keeps time.
class ReplayedMarket {
 public:
  explicit ReplayedMarket(std::uint32_t max_orders = 64,
                  match::QueueModel model = match::QueueModel::kProportional)
      : matcher({&book}, max_orders, &attention, model), observer_(matcher.observer()) {}
  ReplayedMarket(const ReplayedMarket&) = delete;
  ReplayedMarket& operator=(const ReplayedMarket&) = delete;

  void level(Side side, std::int64_t ticks, std::int64_t lots) {
    const std::int64_t old = book.set(side, ticks, lots);
    observer_.on_level(observer_.self, 0, side, ticks, old, lots, now);
  }
  void update() { observer_.on_update(observer_.self, 0, now); }
  void trade(std::int64_t ticks, std::int64_t lots, Side aggressor) {
    observer_.on_trade(observer_.self, 0, ticks, lots, aggressor, now);
  }
  void reset() {
    book.clear();
    observer_.on_reset(observer_.self, 0, now);
  }
  /// Events since the last call.
  std::vector<match::ReplayEvent> take() {
    std::vector<match::ReplayEvent> out = matcher.events();
    matcher.clear_events();
    attention = 0;
    return out;
  }
  std::vector<match::ReplayEvent> run(const match::Command& command) {
    matcher.execute(command);
    return take();
  }
  /// Executes what the record woke; events since the last call.
  std::vector<match::ReplayEvent> wake() {
    while (matcher.run_pending()) {
    }
    return take();
  }

  L2Book book;
  std::uint32_t attention = 0;
  std::int64_t now = 1'700'000'000'000'000'000;
  match::ReplayMatcher matcher;

 private:
  MarketObserver observer_;
};

inline match::Command limit(std::int64_t id, Side side, std::int64_t ticks, std::int64_t lots,
              std::int64_t flags = 0) {
  return match::Command{match::CommandKind::kLimit, 0, id, side, ticks, lots, flags, 1};
}

inline std::int64_t filled(const std::vector<match::ReplayEvent>& events, std::int64_t id) {
  std::int64_t lots = 0;
  for (const match::ReplayEvent& event : events) {
    if (event.kind == match::EventKind::kTrade && event.id == id) lots += event.lots;
  }
  return lots;
}

/// The account of the tests.
inline constexpr std::int64_t kOwner = 1;

inline match::Command place(std::int64_t id, Side side, std::int64_t ticks, std::int64_t lots,
                            match::Terms terms = {}, std::int64_t flags = 0) {
  return {match::CommandKind::kPlace, 0, id, side, ticks, lots, flags, kOwner, terms};
}

inline match::Command holds(std::int64_t lots) {
  return {match::CommandKind::kPosition, 0, 0, Side::kBuy, 0, lots, 0, kOwner};
}

/// Bids 99 (10 lots) and 98 (20), asks 101 (10) and 102 (20).
class TwoLevels : public ReplayedMarket {
 public:
  TwoLevels() {
    level(Side::kBuy, 99, 10);
    level(Side::kBuy, 98, 20);
    level(Side::kSell, 101, 10);
    level(Side::kSell, 102, 20);
    update();
  }
};

}  // namespace bot4::test
