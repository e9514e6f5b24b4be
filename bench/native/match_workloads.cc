// A flow of orders as a venue sees it: makers who come, change and leave near a touch that drifts,
// and takers. The matching engine against a plain book of std::map and std::list that tells the
// same events.
#include <algorithm>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "match/matching_engine.h"
#include "workload.h"

using namespace bot4;
using match::Command;
using match::CommandKind;
using match::Event;
using match::EventKind;
using match::EventSink;
using match::Reason;

namespace {

constexpr std::size_t kFlow = 200'000;
constexpr std::uint32_t kMaxOrders = 1 << 13;

void fold(bench::Checksum& sum, const Event& event) noexcept {
  sum.fold(static_cast<std::uint64_t>(event.kind) |
           static_cast<std::uint64_t>(event.reason) << 8 |
           static_cast<std::uint64_t>(event.side) << 16);
  sum.fold(event.a ^ event.b << 32);
  sum.fold(event.ticks);
  sum.fold(event.lots ^ event.remaining << 32);
}

/// 44 % new orders within 20 ticks of a drifting middle, 36 % cancels, 10 % changes (half of them of
/// the price), 10 % immediate orders that reach 3 ticks beyond the touch. Then all that is left is
/// cancelled, so that every batch begins with an empty book.
std::vector<Command> make_flow() {
  std::uint64_t state = 2026;
  const auto draw = [&state](std::uint64_t n) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state >> 33) % n);
  };
  std::vector<Command> flow;
  std::vector<std::int64_t> made;
  std::int64_t middle = 100'000;
  std::int64_t id = 0;
  while (flow.size() < kFlow) {
    if (draw(64) == 0) middle += draw(3) - 1;
    const std::int64_t pick = made.size() < 500 ? 0 : draw(100);
    const Side side = draw(2) == 0 ? Side::kBuy : Side::kSell;
    const std::int64_t way = sign_of(side);
    Command command{CommandKind::kLimit, 0, 0, side, 0, 1 + draw(100), 0, match::kCrowd};
    if (pick < 44) {
      command.id = ++id;
      command.ticks = middle - way * (1 + draw(draw(8) == 0 ? 200 : 20));
      made.push_back(id);
    } else if (pick < 54) {
      command.id = ++id;
      command.ticks = middle + way * 3;
      command.flags = match::kFlagIoc;
    } else {
      // The younger an order the likelier it is the one.
      const std::size_t at = made.size() - 1 - static_cast<std::size_t>(
          draw(1 + draw(std::min<std::uint64_t>(made.size(), 4000))));
      command.id = made[at];
      command.kind = pick < 64 ? CommandKind::kAmend : CommandKind::kCancel;
      if (command.kind == CommandKind::kCancel) made.erase(made.begin() + static_cast<long>(at));
      if (command.kind == CommandKind::kAmend && draw(2) == 0) {
        command.ticks = middle - way * (1 + draw(20));
      }
    }
    flow.push_back(command);
  }
  for (const std::int64_t left : made) {
    flow.push_back({CommandKind::kCancel, 0, left, Side::kBuy, 0, 0, 0, match::kCrowd});
  }
  return flow;
}

const std::vector<Command>& flow() {
  static const std::vector<Command> made = make_flow();
  return made;
}

class OwnEngine : public bench::Workload {
 public:
  OwnEngine() : engine_(1, kMaxOrders), room_(engine_.worst_case_events()) {}
  std::uint64_t operations() const noexcept override { return flow().size(); }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (const Command& command : flow()) {
      EventSink sink{room_.data(), room_.size()};
      engine_.execute(command, sink);
      for (std::size_t i = 0; i < sink.count; ++i) fold(sum, room_[i]);
    }
    return sum.value();
  }

 private:
  match::MatchingEngine engine_;
  std::vector<Event> room_;
};

/// The same rules for the commands of the flow, as one writes them first.
class MapBook : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return flow().size(); }
  std::uint64_t run() noexcept override {
    sum_ = {};
    for (const Command& command : flow()) {
      if (command.kind == CommandKind::kLimit) {
        tell({EventKind::kAccepted, 0, command.id, 0, command.side, command.ticks, command.lots,
              0, Reason::kNone});
        work(command);
      } else if (command.kind == CommandKind::kCancel) {
        cancel(command);
      } else {
        amend(command);
      }
    }
    return sum_.value();
  }

 private:
  struct Order {
    std::int64_t id;
    std::int64_t lots;
  };
  struct Level {
    std::int64_t lots = 0;
    std::list<Order> queue;
  };
  struct Place {
    Side side;
    std::int64_t ticks;
    std::list<Order>::iterator at;
  };

  /// Levels by price times -1 for buys, so that the best comes first on both sides.
  using Levels = std::map<std::int64_t, Level>;

  void tell(const Event& event) noexcept { fold(sum_, event); }
  Levels& levels(Side side) { return sides_[static_cast<int>(side)]; }
  static std::int64_t key(Side side, std::int64_t ticks) { return -sign_of(side) * ticks; }

  void level_event(Side side, std::int64_t ticks, std::int64_t after, std::int64_t before) {
    tell({EventKind::kLevel, 0, 0, 0, side, ticks, after, before, Reason::kNone});
  }

  void work(const Command& command) {
    const Side facing = opposite(command.side);
    std::int64_t left = command.lots;
    Levels& book = levels(facing);
    while (left > 0 && !book.empty() && book.begin()->first <= key(facing, command.ticks)) {
      Level& level = book.begin()->second;
      const std::int64_t ticks = -sign_of(facing) * book.begin()->first;
      const std::int64_t before = level.lots;
      while (left > 0 && !level.queue.empty()) {
        Order& maker = level.queue.front();
        const std::int64_t lots = std::min(left, maker.lots);
        left -= lots;
        maker.lots -= lots;
        level.lots -= lots;
        tell({EventKind::kTrade, 0, maker.id, command.id, command.side, ticks, lots, maker.lots,
              Reason::kNone});
        if (maker.lots > 0) continue;
        places_.erase(maker.id);
        level.queue.pop_front();
      }
      level_event(facing, ticks, level.lots, before);
      if (level.queue.empty()) book.erase(book.begin());
    }
    if (left == 0) return;
    if ((command.flags & match::kFlagIoc) != 0) {
      tell({EventKind::kExpired, 0, command.id, 0, command.side, command.ticks, left, 0,
            Reason::kNone});
      return;
    }
    enqueue({command.id, left}, command.side, command.ticks);
  }

  void enqueue(const Order& order, Side side, std::int64_t ticks) {
    Level& level = levels(side)[key(side, ticks)];
    level.queue.push_back(order);
    level.lots += order.lots;
    places_[order.id] = {side, ticks, std::prev(level.queue.end())};
    level_event(side, ticks, level.lots, level.lots - order.lots);
  }

  /// Takes an order out; answers the level's total afterwards.
  std::int64_t lift(const Place& place) {
    const auto found = levels(place.side).find(key(place.side, place.ticks));
    const std::int64_t after = found->second.lots -= place.at->lots;
    places_.erase(place.at->id);
    found->second.queue.erase(place.at);
    if (found->second.queue.empty()) levels(place.side).erase(found);
    return after;
  }

  void cancel(const Command& command) {
    const auto found = places_.find(command.id);
    if (found == places_.end()) {
      tell({EventKind::kCancelRejected, 0, command.id, 0, command.side, 0, 0, 0,
            Reason::kUnknownOrder});
      return;
    }
    const Place place = found->second;
    const std::int64_t lots = place.at->lots;
    const std::int64_t after = lift(place);
    tell({EventKind::kCancelled, 0, command.id, 0, place.side, place.ticks, lots, 0,
          Reason::kRequested});
    level_event(place.side, place.ticks, after, after + lots);
  }

  void amend(const Command& command) {
    const auto found = places_.find(command.id);
    if (found == places_.end()) {
      tell({EventKind::kAmendRejected, 0, command.id, 0, command.side, command.ticks,
            command.lots, 0, Reason::kUnknownOrder});
      return;
    }
    const Place place = found->second;
    const std::int64_t ticks = command.ticks != 0 ? command.ticks : place.ticks;
    const std::int64_t open = place.at->lots;
    const bool keeps = ticks == place.ticks && command.lots <= open;
    tell({EventKind::kAmended, 0, command.id, 0, place.side, ticks, command.lots, keeps ? 1 : 0,
          Reason::kNone});
    if (keeps) {
      if (command.lots == open) return;
      Level& level = levels(place.side)[key(place.side, ticks)];
      level.lots -= open - command.lots;
      place.at->lots = command.lots;
      level_event(place.side, ticks, level.lots, level.lots + open - command.lots);
      return;
    }
    const std::int64_t after = lift(place);
    level_event(place.side, place.ticks, after, after + open);
    if (ticks == place.ticks) {
      enqueue({command.id, command.lots}, place.side, ticks);
    } else {
      work({CommandKind::kPlace, 0, command.id, place.side, ticks, command.lots, 0,
            match::kCrowd});
    }
  }

  bench::Checksum sum_;
  Levels sides_[2];
  std::unordered_map<std::int64_t, Place> places_;
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kMatchWorkloads[];
const WorkloadEntry kMatchWorkloads[] = {{"match.commands", make<OwnEngine>},
                                         {"match.commands/std::map", make<MapBook>},
                                         {nullptr, nullptr}};

}  // namespace bot4::bench
