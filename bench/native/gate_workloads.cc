// The whole gate for one order: may it, at what price and size, and now.
#include <memory>
#include <vector>

#include "engine/gate.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kAsks = 256;  // 24 KB: the gate is measured, not the memory of the orders.
constexpr int kRepeats = 80;

constexpr std::int64_t kNow = 1'700'000'000'000'000'000;

struct Ask {
  GateMarket market;
  double side;
  double price_ticks;
  double lots;
};

/// Orders of which most pass, some are cut and some are refused, all limits being set.
class GateCheck : public bench::Workload {
 public:
  GateCheck() : gate_(&control_, &steering_) {
    steering_.position_lots = 20;
    steering_.max_position_lots = 500;
    steering_.max_order_lots = 90;
    steering_.budget_lots = 1000;
    steering_.max_position_notional = 600'500.0 * 400;
    steering_.max_order_notional = 600'500.0 * 80;
    steering_.max_collar_ticks = 20;
    steering_.collar_bps = 50;
    steering_.stale_mark_after_ns = 5e9;
    policy_.kind = PolicyKind::kTake;
    policy_.max_spread_ticks = 9;
    policy_.stale_after_ns = 5e8;
    policy_.warm_up_updates = 20;
    policy_.max_intents_per_s = 1000;
    policy_.intent_burst = 1000;
    gate_.watch(&breaker_, &breaker_);
    std::uint64_t state = 3;
    const auto below = [&state](int n) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(n));
    };
    for (int i = 0; i < kAsks; ++i) {
      Ask ask;
      ask.market.synchronised = ask.market.two_sided = true;
      ask.market.updates = 1000;
      ask.market.depth_ns = kNow - below(1000);
      ask.market.mark_ns = kNow - 1'000'000;
      ask.market.best_bid_ticks = 600'000 + below(100);
      ask.market.best_ask_ticks = ask.market.best_bid_ticks + 1 + below(10);
      ask.market.reference_ticks = 600'000 + below(1000);
      ask.side = below(2) == 0 ? 1.0 : -1.0;
      ask.price_ticks = (ask.side > 0 ? ask.market.best_ask_ticks : ask.market.best_bid_ticks) +
                        ask.side * below(25);
      ask.lots = 1 + below(100);
      asks_.push_back(ask);
    }
  }

  std::uint64_t operations() const noexcept override { return kAsks * kRepeats; }

  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    gate_.configure(policy_);
    for (int r = 0; r < kRepeats; ++r) {
      for (int i = 0; i < kAsks; ++i) {
        const Ask& ask = asks_[static_cast<std::size_t>(i)];
        const std::int64_t now = kNow + (r * kAsks + i) * 1000;
        const std::uint32_t refusals = gate_.check(ask.market, now);
        const GatedOrder order =
            gate_.check_order(ask.side, ask.price_ticks, ask.lots, ask.market);
        const std::uint32_t pace = gate_.check_pace(now);
        sum.fold(std::uint64_t{refusals | order.reasons | pace} +
                 (static_cast<std::uint64_t>(static_cast<std::int64_t>(order.lots)) << 32));
      }
    }
    return sum.value();
  }

 private:
  ControlBlock control_{};
  SymbolSteering steering_{};
  PolicyBlock policy_{};
  std::uint32_t breaker_ = 0;
  Gate gate_;
  std::vector<Ask> asks_;
};

std::unique_ptr<bench::Workload> make(const char*) { return std::make_unique<GateCheck>(); }

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kGateWorkloads[];
const WorkloadEntry kGateWorkloads[] = {{"gate.check", make}, {nullptr, nullptr}};

}  // namespace bot4::bench
