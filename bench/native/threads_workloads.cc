// From a frame in the inbox to its intent: through a shard on a spinning thread of its own, and in
// the caller's loop. The difference is what crossing between two cores and back costs.
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "binding/threaded_session.h"
#include "chosen_kernels.h"
#include "two_cores.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kMessages = 10'000;
constexpr std::int64_t kStart = 1'700'000'000'000'000'000;
constexpr std::int64_t kBetween = 10'000'000;

/// Buys on a full bid against a thin ask: at every message.
PolicyBlock policy() {
  PolicyBlock p{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kImbalanceL1] = 4.0;
  p.model.platt_a = p.model.payoff = p.model.kelly_fraction = p.model.minimum = 1.0;
  p.model.cost = 0.01;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 5e8;
  p.max_intents_per_s = p.intent_burst = 1000;
  return p;
}

SessionOptions options() {
  SessionOptions made;
  made.instruments.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  made.inbox_bytes = 1 << 16;
  return made;
}

/// A snapshot, then updates whose sizes change and whose prices stay.
std::vector<std::string> frames() {
  std::vector<std::string> all = {
      R"({"lastUpdateId":1,"bids":[["100.0","0.900"]],"asks":[["100.1","0.100"]]})"};
  for (int i = 1; i <= kMessages; ++i) {
    char text[256];
    std::snprintf(text, sizeof text,
                  R"({"e":"depthUpdate","E":1,"T":1,"s":"A","U":%d,"u":%d,"pu":%d,)"
                  R"("b":[["100.0","0.%03d"]],"a":[["100.1","0.%03d"]]})",
                  i + 1, i + 1, i, 800 + i % 100, 50 + i % 50);
    all.emplace_back(text);
  }
  return all;
}

/// One frame, and when its intent is there the next.
template <typename Kind>
std::uint64_t intents_of(Kind& session, const std::vector<std::string>& frames) noexcept {
  auto& control = *session.arena().template at<ControlBlock>(session.layout().control);
  auto* steering = session.arena().template at<SymbolSteering>(session.layout().steering);
  steering->max_position_lots = steering->max_order_lots = steering->budget_lots = 1000;
  const auto* intents = session.arena().template at<IntentRecord>(session.layout().intents);
  const std::uint32_t mask = session.layout().intent_capacity - 1;
  std::byte* inbox = session.arena().data() + session.layout().inbox;
  bench::Checksum sum;
  std::int64_t now = kStart;
  for (const std::string& text : frames) {
    now += kBetween;
    const FrameHeader header{static_cast<std::uint32_t>(text.size()), 0, now};
    std::memcpy(inbox, &header, sizeof header);
    std::memcpy(inbox + sizeof header, text.data(), text.size());
    control.inbox_read = 0;
    control.inbox_write =
        static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
    while (session.run() != RunResult::kIntent) spin_pause();
    const IntentRecord& intent = intents[control.intent_tail & mask];
    sum.fold(intent.at_ns);
    sum.fold(intent.price_ticks);
    sum.fold(intent.lots);
    control.intent_tail = control.intent_head;
  }
  return sum.value();
}

class Loop : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return frames_.size(); }
  std::uint64_t run() noexcept override {
    Session session(options(), bench::chosen_kernels());
    *session.arena().at<PolicyBlock>(session.layout().policy) = policy();
    const char* field = nullptr;
    session.engine().apply_policy(0, &field);
    return intents_of(session, frames_);
  }

 private:
  const std::vector<std::string> frames_ = frames();
};

class Threads : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return frames_.size(); }
  std::uint64_t run() noexcept override {
    const std::vector<int>& cpus = bench::usable_cpus();
    ThreadedSession session(options(), {1, {cpus[1]}, IdlePolicy::kSpin}, bench::chosen_kernels());
    *session.arena().at<PolicyBlock>(session.layout().policy) = policy();
    const char* field = nullptr;
    session.apply_policy(0, &field);
    if (!session.start()) return 0;
    pin_to_cpu(cpus[0]);
    const std::uint64_t sum = intents_of(session, frames_);
    allow_cpus(cpus.data(), cpus.size());
    return sum;
  }

 private:
  const std::vector<std::string> frames_ = frames();
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  const bool can = bench::chosen_kernels() != nullptr && bench::usable_cpus().size() >= 2;
  return can ? std::make_unique<Kind>() : nullptr;
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kThreadsWorkloads[];
const WorkloadEntry kThreadsWorkloads[] = {{"engine.threads", make<Threads>},
                                           {"engine.threads/in-loop", make<Loop>},
                                           {nullptr, nullptr}};

}  // namespace bot4::bench
