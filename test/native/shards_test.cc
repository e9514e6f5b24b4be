// The engine on threads: per instrument it decides as the engine in the loop does, and stops at
// once. What it does at its bounds stands in shards_bounds_test.cc. Runs under ThreadSanitizer, too.
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "binding/threaded_session.h"
#include "engine/reasons.h"
#include "native/shards_market.h"
#include "native/testing.h"

using namespace bot4;
using namespace bot4::test;

namespace {

bool same(const IntentRecord& a, IntentRecord b) {
  b.sequence = a.sequence;  // Counted over the whole engine.
  return std::memcmp(&a, &b, sizeof a) == 0;
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

BOT4_TEST_MAIN
