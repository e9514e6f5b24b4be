// The engine on threads at its bounds: it loses nothing without a word, refuses what it cannot do and
// ends cleanly. Runs under ThreadSanitizer, too.
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "binding/threaded_session.h"
#include "engine/reasons.h"
#include "native/shards_market.h"
#include "native/testing.h"

using namespace bot4;
using namespace bot4::test;

namespace {

/// Lets the one shard of a session write intents until nothing has room for more, and then takes all
/// that were counted; gives how many. Four fit into the arena, into the ring between the threads and into the
/// shard's own arena each.
double fill_and_take(ThreadedSession& session) {
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
  return emitted;
}

}  // namespace

BOT4_TEST("a parked shard that found no room goes on as soon as there is some") {
  ThreadedSession session(options(1 << 16, 4), {1, {}, IdlePolicy::kPark}, kernels());
  EXPECT(fill_and_take(session) >= 8.0);  // The ring and the arena of the shard are full.
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
  fill_and_take(session);
  EXPECT(session.arena().at<ControlBlock>(session.layout().control)->intents_dropped > 0.0);
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
