#pragma once
// A session without JavaScript for tests: frames in, intents out.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "binding/session.h"
#include "engine/reasons.h"
#include "native/policies.h"
#include "native/testing.h"

namespace bot4::test {

/// A session with two futures symbols, A and B: tick 0.1, step 0.001.
struct Market {
  Session session;
  std::int64_t now = 1'700'000'000 * kSecond;
  std::int64_t id = 100;

  explicit Market(const DecisionTable* kernels = decision_kernels(test::target()),
                  std::uint32_t intents = 8, std::uint32_t inbox = 1 << 16)
      : session(instruments(), inbox, intents, kernels) {
    for (int symbol = 0; symbol < 2; ++symbol) {
      steering(symbol).max_position_lots = 100;
      steering(symbol).max_order_lots = 50;
      steering(symbol).budget_lots = 1000;
    }
  }

  static Instruments instruments() {
    Instruments list;
    list.add("A", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    list.add("B", 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
    return list;
  }

  ControlBlock& control() { return session.control(); }
  SymbolSteering& steering(int symbol) {
    return *session.arena().at<SymbolSteering>(session.layout().steering +
                                               static_cast<std::size_t>(symbol) * sizeof(SymbolSteering));
  }
  SymbolState& state(int symbol) {
    return *session.arena().at<SymbolState>(session.layout().states +
                                            static_cast<std::size_t>(symbol) * sizeof(SymbolState));
  }

  const char* apply(int symbol, const PolicyBlock& policy) {
    *session.arena().at<PolicyBlock>(session.layout().policy) = policy;
    const char* field = nullptr;
    session.engine().apply_policy(symbol, &field);
    return field;
  }

  void push(int symbol, const std::string& text) { push_at(symbol, text, now); }
  void push_at(int symbol, const std::string& text, std::int64_t at_ns) {
    ControlBlock& c = control();
    if (c.inbox_read == c.inbox_write) c.inbox_read = c.inbox_write = 0;
    FrameHeader header{static_cast<std::uint32_t>(text.size()), symbol, at_ns};
    std::byte* at = session.arena().data() + session.layout().inbox + c.inbox_write;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, text.data(), text.size());
    c.inbox_write += static_cast<std::uint32_t>(sizeof header + ((text.size() + 7) & ~std::size_t{7}));
  }

  RunResult feed(int symbol, const std::string& text) {
    push(symbol, text);
    return session.run();
  }

  static std::string levels(const std::vector<Level>& list) {
    std::string out;
    for (const Level& l : list) {
      out += (out.empty() ? "[\"" : ",[\"") + std::to_string(l.ticks / 10) + "." +
             std::to_string(l.ticks % 10) + "\",\"" + std::to_string(l.lots / 1000) + "." +
             std::to_string(1000 + l.lots % 1000).substr(1) + "\"]";
    }
    return "[" + out + "]";
  }

  std::string snapshot(const std::vector<Level>& bids, const std::vector<Level>& asks) {
    return "{\"lastUpdateId\":" + std::to_string(id) + ",\"bids\":" + levels(bids) +
           ",\"asks\":" + levels(asks) + "}";
  }

  std::string depth(const std::vector<Level>& bids, const std::vector<Level>& asks,
                    const char* name = "A") {
    const std::int64_t previous = id;
    id += 2;
    return "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"" + std::string(name) +
           "\",\"U\":" + std::to_string(previous) + ",\"u\":" + std::to_string(id) +
           ",\"pu\":" + std::to_string(previous) + ",\"b\":" + levels(bids) +
           ",\"a\":" + levels(asks) + "}";
  }

  static std::string trade(std::int64_t ticks, std::int64_t lots, bool seller) {
    return "{\"e\":\"trade\",\"E\":1,\"T\":9,\"s\":\"A\",\"t\":7,\"p\":\"" +
           std::to_string(ticks / 10) + "." + std::to_string(ticks % 10) + "\",\"q\":\"" +
           std::to_string(lots / 1000) + "." + std::to_string(1000 + lots % 1000).substr(1) +
           "\",\"X\":\"MARKET\",\"m\":" + (seller ? "true" : "false") + "}";
  }

  /// The intents written since the last call.
  std::vector<IntentRecord> take() {
    std::vector<IntentRecord> out;
    ControlBlock& c = control();
    auto* ring = session.arena().at<IntentRecord>(session.layout().intents);
    for (; c.intent_tail != c.intent_head; ++c.intent_tail) {
      out.push_back(ring[c.intent_tail & (session.layout().intent_capacity - 1)]);
    }
    return out;
  }

  /// Synchronises symbol 0 around 1000 / 1010 ticks.
  void open(std::int64_t bid_lots = 900, std::int64_t ask_lots = 100) {
    feed(0, snapshot({{1000, bid_lots}, {990, 500}}, {{1010, ask_lots}, {1020, 500}}));
    now += kSecond / 10;
  }
  /// One more depth update; the touch stays where it is.
  RunResult tick(std::int64_t bid_lots = 900, std::int64_t ask_lots = 100) {
    now += kSecond / 10;
    return feed(0, depth({{1000, bid_lots}}, {{1010, ask_lots}}));
  }
  std::uint32_t reasons() { return state(0).reasons; }
};

}  // namespace bot4::test
