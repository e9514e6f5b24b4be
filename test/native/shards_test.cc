// The engine on threads: per instrument it decides as the engine in the loop does, loses nothing
// without a word, stops at once and ends cleanly. Runs under ThreadSanitizer, too.
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "binding/threaded_session.h"
#include "engine/reasons.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kSymbols = 5;

Instruments instruments() {
  Instruments list;
  for (int i = 0; i < kSymbols; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    list.add(name.c_str(), 1, 10'000'000, 100'000, SequenceRule::kBinanceFutures);
  }
  return list;
}

PolicyBlock policy(int symbol) {
  PolicyBlock p{};
  p.kind = symbol % 2 == 0 ? PolicyKind::kTake : PolicyKind::kQuote;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kImbalanceL1] = 4.0;
  p.model.platt_a = 1.0;
  p.model.payoff = 1.0;
  p.model.cost = 0.01;
  p.model.kelly_fraction = 1.0;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.model.minimum = 1.0;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 10.0 * kSecond;
  p.max_intents_per_s = 1000;
  p.intent_burst = 1000;
  p.horizon_s = 1.0;
  p.half_spread_ticks = 4.0;
  p.inventory_unit_lots = 10.0;
  p.quote_lots = 10.0;
  p.requote_ticks = 1.0;
  p.refresh_interval_ns = 1000.0 * kSecond;
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

  test::Random random_{3};
  Book books_[kSymbols];
  std::int64_t now_ = 1'700'000'000 * kSecond;
};

bool same(const IntentRecord& a, IntentRecord b) {
  b.sequence = a.sequence;  // Counted over the whole engine.
  return std::memcmp(&a, &b, sizeof a) == 0;
}

const DecisionTable* kernels() { return decision_kernels(test::target()); }

SessionOptions options(std::uint32_t inbox = 1 << 16, std::uint32_t intents = 4096) {
  return {instruments(), inbox, intents, {}, {}};
}

void compare(int shards, IdlePolicy idle, int messages) {
  Session reference(options(), kernels());
  ThreadedSession threaded(options(), {shards, {}, idle}, kernels());
  EXPECT(threaded.start());
  Driver<Session> loop{reference};
  Driver<ThreadedSession> threads{threaded};
  const char* field = nullptr;
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    loop.block() = threads.block() = policy(symbol);
    EXPECT_EQ(reference.engine().apply_policy(symbol, &field), Status::kOk);
    EXPECT_EQ(threaded.apply_policy(symbol, &field), Status::kOk);
    loop.limits(symbol, 0);
    threads.limits(symbol, 0);
  }
  Market market;
  for (int i = 0; i < messages; ++i) {
    const Market::Message m = market.next();
    EXPECT(loop.push(m.symbol, m.text, m.at_ns));
    while (!threads.push(m.symbol, m.text, m.at_ns)) {
      threaded.run();
      threads.take();
    }
    if (i % 7 != 0) continue;
    while (reference.run() != RunResult::kDrained) loop.take();
    threaded.run();
    while (threads.control().inbox_read != threads.control().inbox_write) threaded.run();
    loop.take();
    threads.take();
    // Steered between two frames: in force from the next one on in both.
    const double position = i % 3 - 1;
    loop.limits(i % kSymbols, 10 * position);
    threads.limits(i % kSymbols, 10 * position);
  }
  while (reference.run() != RunResult::kDrained) loop.take();
  loop.take();
  EXPECT(threaded.settle(20'000));
  threads.take();
  std::size_t total = 0;
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    const auto at = static_cast<std::size_t>(symbol);
    EXPECT_EQ(threads.intents[at].size(), loop.intents[at].size());
    for (std::size_t i = 0; i < threads.intents[at].size() && i < loop.intents[at].size(); ++i) {
      EXPECT(same(threads.intents[at][i], loop.intents[at][i]));
    }
    total += loop.intents[at].size();
    EXPECT(std::memcmp(&loop.state(symbol), &threads.state(symbol), sizeof(SymbolState)) == 0);
    EXPECT(loop.state(symbol).gaps > 0.0 && loop.state(symbol).depth_applied > 0.0);
    const SymbolView& view = threaded.view(symbol);
    EXPECT_EQ(view.bid_count, static_cast<std::uint32_t>(loop.state(symbol).bid_levels));
  }
  EXPECT(total > 100);
  EXPECT_EQ(threads.trades, loop.trades);
  EXPECT_EQ(threads.control().frames, loop.control().frames);
  EXPECT_EQ(threads.control().bytes, loop.control().bytes);
  EXPECT_EQ(threads.sequences.size(), total);
  for (std::size_t i = 0; i < threads.sequences.size(); ++i) {
    EXPECT_EQ(threads.sequences[i], static_cast<double>(i + 1));
  }
  EXPECT_EQ(threads.control().intents, static_cast<double>(total));
  EXPECT_EQ(threads.control().now_ns, loop.control().now_ns);
  if (shards == 1) {
    // One shard has seen the same frames in the same order: the same engine to the bit.
    StateHash hash;
    hash.fold(reference.engine().state_hash());
    std::uint64_t other = 0;
    EXPECT(threaded.state_hash(&other));
    EXPECT_EQ(other, hash.digest());
  }
}

int messages() { return test::emulated() ? 400 : 6000; }

}  // namespace

BOT4_TEST("one shard decides exactly as the engine in the loop") {
  compare(1, IdlePolicy::kPark, messages());
}

BOT4_TEST("two shards and more decide per instrument as the engine in the loop, however they idle") {
  compare(2, IdlePolicy::kPark, messages());
  compare(2, IdlePolicy::kYield, messages());
  compare(kSymbols, IdlePolicy::kPark, messages());
  if (usable_cpus().size() > 2) compare(2, IdlePolicy::kSpin, messages());
}

BOT4_TEST("one halt word stops every shard, a symbol's word its symbol, without a run in between") {
  ThreadedSession session(options(), {2, {}, IdlePolicy::kPark}, kernels());
  EXPECT(session.start());
  Driver<ThreadedSession> driver{session};
  const char* field = nullptr;
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    driver.block() = policy(symbol);
    session.apply_policy(symbol, &field);
    driver.limits(symbol, 0);
  }
  std::atomic_ref<std::uint32_t>(driver.control().halt).store(1);
  Market market;
  const auto feed = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const Market::Message m = market.next();
      while (!driver.push(m.symbol, m.text, m.at_ns)) session.run();
    }
    EXPECT(session.settle(20'000));
    driver.take();
  };
  feed(500);
  EXPECT_EQ(driver.sequences.size(), std::size_t{0});
  EXPECT((driver.state(0).reasons & kReasonHalted) != 0);
  EXPECT((driver.state(1).reasons & kReasonHalted) != 0);
  std::atomic_ref<std::uint32_t>(driver.control().halt).store(0);
  std::atomic_ref<std::uint32_t>(driver.steering(2).halt).store(4);
  feed(500);
  EXPECT(driver.intents[0].size() > 0 && driver.intents[1].size() > 0);
  EXPECT_EQ(driver.intents[2].size(), std::size_t{0});
}

BOT4_TEST("a tripped venue stops its symbols on every shard, and the others go on") {
  alignas(128) std::uint32_t words[CircuitBreaker::kWords] = {};
  CircuitBreaker breaker(words);
  SessionOptions watched = options();
  watched.breaker = breaker;
  ThreadedSession session(watched, {2, {}, IdlePolicy::kPark}, kernels());
  EXPECT(session.start());
  Driver<ThreadedSession> driver{session};
  const char* field = nullptr;
  for (int symbol = 0; symbol < kSymbols; ++symbol) {
    driver.block() = policy(symbol);
    session.apply_policy(symbol, &field);
    driver.limits(symbol, 0);
  }
  Market market;
  const auto intents_of = [&](int count) {
    const std::size_t before = driver.sequences.size();
    for (int i = 0; i < count; ++i) {
      const Market::Message m = market.next();
      while (!driver.push(m.symbol, m.text, m.at_ns)) session.run();
    }
    EXPECT(session.settle(20'000));
    driver.take();
    return driver.sequences.size() - before;
  };
  breaker.trip(circuit_of(SequenceRule::kBinanceFutures), 7);
  EXPECT_EQ(intents_of(500), std::size_t{0});
  EXPECT((driver.state(0).reasons & kReasonBreaker) != 0);
  EXPECT((driver.state(1).reasons & kReasonBreaker) != 0);
  breaker.reset(circuit_of(SequenceRule::kBinanceFutures), 7);
  breaker.trip(circuit_of(SequenceRule::kBinanceSpot), 7);
  EXPECT(intents_of(500) > 0);
}

BOT4_TEST("a parked shard that found no room goes on as soon as there is some") {
  ThreadedSession session(options(1 << 16, 4), {1, {}, IdlePolicy::kPark}, kernels());
  EXPECT(session.start());
  Driver<ThreadedSession> driver{session};
  const char* field = nullptr;
  driver.block() = policy(0);
  session.apply_policy(0, &field);
  driver.limits(0, 0);
  Market market;
  for (int i = 0; i < 2000; ++i) {
    const Market::Message m = market.next();
    while (!driver.push(m.symbol, m.text, m.at_ns)) session.run();
  }
  EXPECT(session.settle(20'000));
  const double emitted = driver.control().intents;
  EXPECT(emitted >= 8.0 && emitted <= 12.0);  // The ring and the arena of the shard are full.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (static_cast<double>(driver.intents[0].size()) < emitted &&
         std::chrono::steady_clock::now() < until) {
    driver.take();
    session.run();
  }
  driver.take();
  EXPECT_EQ(static_cast<double>(driver.intents[0].size()), emitted);
}

BOT4_TEST("a full ring leaves frames in the inbox, a full inbox takes none, and nothing is lost") {
  ThreadedSession session(options(4096), {2, {}, IdlePolicy::kPark}, kernels());
  Driver<ThreadedSession> driver{session};  // Its threads are not started yet.
  Market market;
  int pushed = 0;
  Market::Message m = market.next();
  while (pushed < 10'000) {
    if (!driver.push(m.symbol, m.text, m.at_ns)) {
      const std::uint32_t before = driver.control().inbox_read;
      session.run();
      if (driver.control().inbox_read == before) break;
      // As Inbox.push does: what waits moves to the front.
      ControlBlock& c = driver.control();
      std::byte* inbox = session.arena().data() + session.layout().inbox;
      std::memmove(inbox, inbox + c.inbox_read, c.inbox_write - c.inbox_read);
      c.inbox_write -= c.inbox_read;
      c.inbox_read = 0;
      if (!driver.push(m.symbol, m.text, m.at_ns)) continue;
    }
    ++pushed;
    m = market.next();
  }
  EXPECT(pushed > 20 && pushed < 10'000);
  EXPECT(driver.control().inbox_write > 3000);
  EXPECT(!session.settle(1));
  EXPECT(session.start());
  EXPECT(session.settle(20'000));
  double messages = 0;
  for (int symbol = 0; symbol < kSymbols; ++symbol) messages += driver.state(symbol).messages;
  EXPECT_EQ(messages, static_cast<double>(pushed));
}

BOT4_TEST("a shard whose intents nobody takes refuses more of them, and counts them") {
  ThreadedSession session(options(1 << 16, 4), {1, {}, IdlePolicy::kYield}, kernels());
  EXPECT(session.start());
  Driver<ThreadedSession> driver{session};
  const char* field = nullptr;
  driver.block() = policy(0);
  session.apply_policy(0, &field);
  driver.limits(0, 0);
  Market market;
  for (int i = 0; i < 2000; ++i) {
    const Market::Message m = market.next();
    while (!driver.push(m.symbol, m.text, m.at_ns)) session.run();
  }
  EXPECT(session.settle(20'000));
  EXPECT(driver.control().intents_dropped > 0.0);
  // Four fit into the arena, into the ring between the threads and into the shard's own arena each.
  const double emitted = driver.control().intents;
  EXPECT(emitted >= 4.0 && emitted <= 12.0);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (static_cast<double>(driver.intents[0].size()) < emitted &&
         std::chrono::steady_clock::now() < until) {
    driver.take();
    session.run();
    std::this_thread::yield();
  }
  driver.take();
  EXPECT_EQ(static_cast<double>(driver.intents[0].size()), emitted);
}

BOT4_TEST("a reset forgets what waits of the old stream in the inbox, and no other connection's") {
  SessionOptions two = options(4096);
  two.connections = {{.venue = Venue::kBinance, .framing = Framing::kWebSocket},
                     {.venue = Venue::kBinance}};
  two.instruments.edit(1).connection = 1;
  ThreadedSession session(two, {2, {}, IdlePolicy::kPark}, kernels());
  Driver<ThreadedSession> driver{session};  // Its threads are not started yet: rings fill up.
  // Fills what the shard can take, then leaves a whole message and the head of another behind.
  const std::string body(900, ' ');
  const std::string whole = std::string("\x81\x7e\x03\x84", 4) + body;
  std::int64_t at_ns = kSecond;
  for (int stuck = 0; stuck < 2;) {
    const std::uint32_t before = driver.control().inbox_read;
    EXPECT(driver.push(-1, whole, ++at_ns));
    session.run();
    stuck = driver.control().inbox_read == before ? stuck + 1 : 0;
  }
  EXPECT(driver.push(-1, whole.substr(0, 300), ++at_ns));
  const std::string snapshot =
      "{\"lastUpdateId\":9,\"bids\":[[\"100.0\",\"0.900\"]],\"asks\":[[\"100.1\",\"0.100\"]]}";
  ControlBlock& control = driver.control();
  const std::uint32_t end = control.inbox_write;
  EXPECT(driver.push(1, snapshot, ++at_ns));
  auto* other = reinterpret_cast<FrameHeader*>(session.arena().data() + session.layout().inbox + end);
  other->connection = 1;
  session.reset_connection(0);
  EXPECT(session.start());
  EXPECT(session.settle(20'000));
  const auto* state = session.arena().at<ConnectionState>(session.layout().connection_states);
  const double old_messages = state->messages;
  EXPECT_EQ(driver.state(1).snapshots, 1.0);
  const std::string fresh = std::string("\x81", 1) + static_cast<char>(snapshot.size()) + snapshot;
  for (int i = 0; i < 20; ++i) {
    EXPECT(driver.push(-1, fresh, ++at_ns));
    EXPECT(session.settle(20'000));
  }
  EXPECT_EQ(state->messages, old_messages + 20.0);
  EXPECT_EQ(state->framing_error, 0u);
}

BOT4_TEST("frames that go to all shards are counted once, and so is what concerns no instrument") {
  SessionOptions coinbase = options();
  coinbase.instruments = Instruments();
  for (const char* name : {"A", "B", "C"}) {
    coinbase.instruments.add(name, 1, 10'000'000, 100'000, SequenceRule::kCoinbaseSequence);
  }
  Session alone(coinbase, kernels());
  ThreadedSession spread(coinbase, {3, {}, IdlePolicy::kPark}, kernels());
  EXPECT(spread.start());
  Driver<Session> one{alone};
  Driver<ThreadedSession> many{spread};
  const std::string texts[] = {"{\"channel\":\"heartbeats\",\"sequence_num\":0,\"events\":[]}",
                               "no message", "{}"};
  for (int i = 0; i < 30; ++i) {
    EXPECT(one.push(-1, texts[i % 3], kSecond + i));
    EXPECT(many.push(-1, texts[i % 3], kSecond + i));
  }
  while (alone.run() != RunResult::kDrained) one.take();
  EXPECT(spread.settle(20'000));
  EXPECT_EQ(one.control().frames, 30.0);
  EXPECT_EQ(many.control().frames, one.control().frames);
  EXPECT_EQ(many.control().bytes, one.control().bytes);
  std::uint32_t refused = 0;
  for (int i = 0; i < kStatusCount; ++i) {
    refused += one.control().refused[i];
    EXPECT_EQ(many.control().refused[i], one.control().refused[i]);
  }
  EXPECT(refused >= 20);
}

BOT4_TEST("threads end with their session, whatever still waits for them") {
  for (int round = 0; round < 20; ++round) {
    ThreadedSession session(options(), {3, {}, round % 2 == 0 ? IdlePolicy::kPark : IdlePolicy::kYield},
                            kernels());
    EXPECT(session.start());
    Driver<ThreadedSession> driver{session};
    Market market;
    for (int i = 0; i < round * 20; ++i) {
      const Market::Message m = market.next();
      driver.push(m.symbol, m.text, m.at_ns);
    }
    session.run();
    if (round % 3 == 0) session.stop();
  }
}

BOT4_TEST("threads are refused by name, value and what is allowed") {
  const auto fault = [](ThreadOptions threads) { return thread_fault(threads, 4, {0, 2}); };
  EXPECT_EQ(fault({1, {}, IdlePolicy::kSpin}), std::string());
  EXPECT_EQ(fault({2, {2, 0}, IdlePolicy::kPark}), std::string());
  EXPECT_EQ(fault({0, {}, IdlePolicy::kPark}),
            std::string("threads.shards is 0; allowed are 1 to 4, the number of instruments"));
  EXPECT_EQ(fault({5, {}, IdlePolicy::kPark}),
            std::string("threads.shards is 5; allowed are 1 to 4, the number of instruments"));
  EXPECT(fault({2, {}, IdlePolicy::kSpin}).find("this process may use 2; allowed are 'yield' and 'park'") !=
         std::string::npos);
  EXPECT_EQ(fault({2, {0}, IdlePolicy::kPark}),
            std::string("threads.pin names 1 CPUs; it must name one for each of the 2 shards"));
  EXPECT_EQ(fault({1, {1}, IdlePolicy::kPark}),
            std::string("threads.pin[0] is 1; this process may use 0, 2"));
  EXPECT_EQ(fault({2, {2, 2}, IdlePolicy::kPark}),
            std::string("threads.pin names CPU 2 twice; every shard needs its own"));
}

BOT4_TEST("a shard runs on the CPU it is pinned to, and one that is refused ends the start") {
  const std::vector<int> cpus = usable_cpus();
  ThreadedSession good(options(), {1, {cpus.back()}, IdlePolicy::kPark}, kernels());
  EXPECT(good.start());
  ThreadedSession bad(options(), {2, {cpus.front(), 1023}, IdlePolicy::kPark}, kernels());
  EXPECT(!bad.start());
}

BOT4_TEST_MAIN
