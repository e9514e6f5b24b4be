// The engine on a generated stream of 20-level depth updates and trades: decoded messages to intents
// (engine.apply), and frame bytes to intents through the session (engine.path).
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "binding/session.h"
#include "chosen_kernels.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kMessages = 10'000;
constexpr int kLevels = 20;
constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

PolicyBlock policy() {
  PolicyBlock p{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kImbalanceL5] = 1.5;
  p.model.weights[kOrderFlowImbalance] = 0.3;
  p.model.platt_a = 1.0;
  p.model.payoff = 1.0;
  p.model.cost = 0.1;
  p.model.kelly_fraction = 0.5;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.model.minimum = 1;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 5e8;
  p.max_intents_per_s = 1000;
  p.intent_burst = 1000;
  p.collar_ticks = 2;
  return p;
}

struct Event {
  bool trade = false;
  Side aggressor = Side::kBuy;
  std::int64_t first_id = 0, last_id = 0, previous_id = 0;
  Level print{};
  std::vector<Level> bids, asks;
};

/// A mid that walks by single ticks; every update names the ten best levels of each side, three of
/// four messages are updates. The first event is the snapshot.
std::vector<Event> events() {
  std::vector<Event> all;
  std::uint64_t state = 5;
  const auto below = [&state](std::int64_t n) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(n));
  };
  std::int64_t mid = 600'000, id = 1000;
  const auto levels = [&](Event* e, int count) {
    for (int k = 1; k <= count; ++k) {
      e->bids.push_back({mid - k, 1 + below(900)});
      e->asks.push_back({mid + k, 1 + below(900)});
    }
  };
  Event snapshot;
  snapshot.last_id = id;
  levels(&snapshot, 200);
  all.push_back(snapshot);
  while (all.size() <= kMessages) {
    Event e;
    if (below(4) == 0) {
      e.trade = true;
      e.aggressor = below(2) == 0 ? Side::kBuy : Side::kSell;
      e.print = {e.aggressor == Side::kBuy ? mid + 1 : mid - 1, 1 + below(50)};
    } else {
      e.previous_id = id;
      e.first_id = id + 1;
      id += 1 + below(5);
      e.last_id = id;
      const std::int64_t step = below(3) - 1;
      mid += step;
      if (step > 0) e.asks.push_back({mid, 0});
      if (step < 0) e.bids.push_back({mid, 0});
      levels(&e, kLevels / 2);
    }
    all.push_back(e);
  }
  return all;
}

/// Appends printf's output; every text here is short.
template <typename... Values>
void append(std::string* out, const char* format, Values... values) {
  char text[160];
  const int length = std::snprintf(text, sizeof text, format, values...);
  out->append(text, static_cast<std::size_t>(length));
}

/// Ticks of 0.1 and lots of 0.001, as the venue writes them.
void append_level(std::string* out, const char* format, const Level& l) {
  append(out, format, static_cast<long>(l.ticks / 10), static_cast<long>(l.ticks % 10),
         static_cast<long>(l.lots / 1000), static_cast<long>(l.lots % 1000));
}

void append_levels(std::string* out, const std::vector<Level>& levels) {
  out->append("[");
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (i > 0) out->append(",");
    append_level(out, "[\"%ld.%ld\",\"%ld.%03ld\"]", levels[i]);
  }
  out->append("]");
}

std::string text_of(const Event& e) {
  std::string out;
  if (e.trade) {
    append_level(&out,
                 "{\"e\":\"trade\",\"E\":1,\"T\":9,\"s\":\"A\",\"t\":7,\"p\":\"%ld.%ld\","
                 "\"q\":\"%ld.%03ld\",\"X\":\"MARKET\"",
                 e.print);
    append(&out, ",\"m\":%s}", e.aggressor == Side::kSell ? "true" : "false");
    return out;
  }
  const bool snapshot = e.first_id == 0;
  if (snapshot) {
    append(&out, "{\"lastUpdateId\":%ld,\"bids\":", static_cast<long>(e.last_id));
  } else {
    append(&out,
           "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"A\",\"U\":%ld,\"u\":%ld,"
           "\"pu\":%ld,\"b\":",
           static_cast<long>(e.first_id), static_cast<long>(e.last_id),
           static_cast<long>(e.previous_id));
  }
  append_levels(&out, e.bids);
  out.append(snapshot ? ",\"asks\":" : ",\"a\":");
  append_levels(&out, e.asks);
  out.append("}");
  return out;
}

Instruments instruments() {
  Instruments list;
  list.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  return list;
}

std::unique_ptr<Session> new_session() {
  auto session = std::make_unique<Session>(instruments(), 1 << 16, 1024, bench::chosen_kernels());
  auto* steering = session->arena().at<SymbolSteering>(session->layout().steering);
  steering->max_position_lots = steering->max_order_lots = steering->budget_lots = 1000;
  steering->max_order_notional = steering->max_position_notional = 1e9;
  steering->collar_bps = 100;
  *session->arena().at<PolicyBlock>(session->layout().policy) = policy();
  const char* field = nullptr;
  session->engine().apply_policy(0, &field);
  return session;
}

void take_all(ControlBlock& control) {
  control.intent_tail = control.intent_head;
  control.trade_tail = control.trade_head;
}

/// Decoded messages to intents, on a fresh engine per batch.
class Apply : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kMessages; }
  std::uint64_t run() noexcept override {
    const auto session = new_session();
    std::int64_t now = kStart;
    for (const Event& e : events_) {
      now += 10'000'000;
      MarketMessage m{};
      if (e.trade) {
        m.kind = MessageKind::kTrade;
        m.ticks = e.print.ticks;
        m.lots = e.print.lots;
        m.aggressor = e.aggressor;
        m.aggressor_given = true;
        m.trade_id = 7;
        m.transaction_ms = 9;
      } else {
        m.kind = e.first_id == 0 ? MessageKind::kSnapshot : MessageKind::kDepth;
        m.first_id = e.first_id;
        m.last_id = e.last_id;
        m.previous_id = e.previous_id;
        m.bids = e.bids.data();
        m.asks = e.asks.data();
        m.bid_count = static_cast<int>(e.bids.size());
        m.ask_count = static_cast<int>(e.asks.size());
      }
      m.sequence = m.checksum = -1;
      session->engine().apply(m, now);
      take_all(session->control());
    }
    return session->engine().state_hash();
  }

 private:
  const std::vector<Event> events_ = events();
};

/// The same as frame bytes through the inbox: decode, book, features, decision, gate, intent.
class Path : public bench::Workload {
 public:
  Path() {
    for (const Event& e : events()) texts_.push_back(text_of(e));
  }
  std::uint64_t operations() const noexcept override { return kMessages; }
  std::uint64_t run() noexcept override {
    const auto session = new_session();
    ControlBlock& control = session->control();
    std::byte* inbox = session->arena().data() + session->layout().inbox;
    std::int64_t now = kStart;
    for (const std::string& text : texts_) {
      now += 10'000'000;
      const FrameHeader header{static_cast<std::uint32_t>(text.size()), 0, now};
      std::memcpy(inbox, &header, sizeof header);
      std::memcpy(inbox + sizeof header, text.data(), text.size());
      control.inbox_read = 0;
      control.inbox_write =
          static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
      session->run();
      take_all(control);
    }
    return session->engine().state_hash();
  }

 private:
  std::vector<std::string> texts_;
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  return bench::chosen_kernels() == nullptr ? nullptr : std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kEngineWorkloads[];
const WorkloadEntry kEngineWorkloads[] = {
    {"engine.apply", make<Apply>}, {"engine.path", make<Path>}, {nullptr, nullptr}};

}  // namespace bot4::bench
