#pragma once
// A market of five instruments, and sessions in the loop and on threads that are driven alike.
#include <cstring>
#include <string>
#include <vector>

#include "binding/threaded_session.h"
#include "native/policies.h"
#include "native/testing.h"

namespace bot4::test {

inline constexpr int kSymbols = 5;

inline Instruments instruments() {
  Instruments list;
  for (int i = 0; i < kSymbols; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    list.add(name.c_str(), 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  }
  return list;
}

/// Takes for every other symbol, quotes for the rest; both by the best bid and ask.
inline PolicyBlock policy(int symbol) {
  PolicyBlock p = quote_policy();
  p.kind = symbol % 2 == 0 ? PolicyKind::kTake : PolicyKind::kQuote;
  p.model.weights[kImbalanceL1] = 4.0;
  p.requote_ticks = 1.0;
  p.collar_ticks = 0;
  return p;
}

/// What a session in the loop and one on threads have in common, driven the same way.
template <typename Kind>
struct Driver {
  Kind& session;
  std::vector<std::vector<IntentRecord>> intents{kSymbols};
  std::vector<double> sequences = {};
  std::uint64_t trades = 0;

  ControlBlock& control() { return *session.arena().template at<ControlBlock>(session.layout().control); }
  SymbolSteering& steering(int symbol) {
    return *session.arena().template at<SymbolSteering>(
        session.layout().steering + static_cast<std::size_t>(symbol) * sizeof(SymbolSteering));
  }
  SymbolState& state(int symbol) {
    return *session.arena().template at<SymbolState>(
        session.layout().states + static_cast<std::size_t>(symbol) * sizeof(SymbolState));
  }
  PolicyBlock& block() { return *session.arena().template at<PolicyBlock>(session.layout().policy); }

  void limits(int symbol, double position) {
    steering(symbol).max_position_lots = 100;
    steering(symbol).max_order_lots = 50;
    steering(symbol).budget_lots = 1000;
    steering(symbol).position_lots = position;
  }

  /// Copies a frame into the inbox; false when it is full.
  bool push(int symbol, const std::string& text, std::int64_t at_ns) {
    ControlBlock& c = control();
    if (c.inbox_read == c.inbox_write) c.inbox_read = c.inbox_write = 0;
    const auto size = static_cast<std::uint32_t>(text.size());
    const FrameHeader header(size, symbol, at_ns);
    const std::uint32_t need = static_cast<std::uint32_t>(sizeof header) + ((size + 7u) & ~7u);
    if (c.inbox_write + need > session.layout().inbox_bytes) return false;
    std::byte* at = session.arena().data() + session.layout().inbox + c.inbox_write;
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, text.data(), size);
    c.inbox_write += need;
    return true;
  }

  void take() {
    ControlBlock& c = control();
    const auto* ring = session.arena().template at<IntentRecord>(session.layout().intents);
    for (; c.intent_tail != c.intent_head; ++c.intent_tail) {
      const IntentRecord& intent = ring[c.intent_tail & (session.layout().intent_capacity - 1)];
      intents[static_cast<std::size_t>(intent.symbol)].push_back(intent);
      sequences.push_back(intent.sequence);
    }
    trades += c.trade_head - c.trade_tail;
    c.trade_tail = c.trade_head;
  }
};

/// A random but reproducible market of all symbols with the messages of Binance's futures.
class Market {
 public:
  struct Message {
    int symbol;
    std::string text;
    std::int64_t at_ns;
  };

  Message next() {
    const auto symbol = static_cast<int>(random_.below(kSymbols));
    Book& book = books_[symbol];
    now_ += random_.below(400'000) - 100'000;  // Connections may deliver out of order.
    if (book.id == 0 || random_.below(400) == 0) {
      book.id += 10;
      return {symbol, "{\"lastUpdateId\":" + std::to_string(book.id) + ",\"bids\":[" +
                          level(book.mid - 5) + "],\"asks\":[" + level(book.mid + 5) + "]}", now_};
    }
    const std::string name(1, static_cast<char>('A' + symbol));
    if (random_.below(5) == 0) {
      return {-1, "{\"e\":\"trade\",\"E\":1,\"T\":9,\"s\":\"" + name + "\",\"t\":7,\"p\":\"" +
                      price(book.mid) + "\",\"q\":\"0.003\",\"X\":\"MARKET\",\"m\":true}", now_};
    }
    std::int64_t previous = book.id;
    book.id += 2;
    if (random_.below(300) == 0) previous += 1;  // A gap.
    return {random_.below(3) == 0 ? -1 : symbol,
            "{\"e\":\"depthUpdate\",\"E\":1,\"T\":1,\"s\":\"" + name +
                "\",\"U\":" + std::to_string(previous) + ",\"u\":" + std::to_string(book.id) +
                ",\"pu\":" + std::to_string(previous) + ",\"b\":[" + level(book.mid - 5) +
                "],\"a\":[" + level(book.mid + 5) + "]}",
            now_};
  }

 private:
  struct Book {
    std::int64_t id = 0;
    std::int64_t mid = 10'000;
  };
  static std::string price(std::int64_t ticks) {
    return std::to_string(ticks / 10) + "." + std::to_string(ticks % 10);
  }
  std::string level(std::int64_t ticks) {
    return "[\"" + price(ticks) + "\",\"0." + std::to_string(100 + random_.below(800)) + "\"]";
  }

  Random random_{3};
  Book books_[kSymbols];
  std::int64_t now_ = 1'700'000'000 * kSecond;
};

inline const DecisionTable* kernels() { return decision_kernels(target()); }

inline SessionOptions options(std::uint32_t inbox = 1 << 16, std::uint32_t intents = 4096) {
  return {instruments(), inbox, intents, {}, {}};
}

}  // namespace bot4::test
