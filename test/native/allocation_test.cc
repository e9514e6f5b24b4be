// After its warm-up the fast plane allocates nothing: every allocation of the process is counted.
#include <cstdlib>
#include <new>

#include "native/session_market.h"

// The sanitizers bring an allocator of their own, which cannot be counted this way.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BOT4_UNCOUNTED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BOT4_UNCOUNTED
#endif
#endif

#if defined(BOT4_UNCOUNTED)
int main() { return 77; }
#else

using namespace bot4;
using namespace bot4::test;

namespace {

// One thread: the counters need no atomics.
std::int64_t allocations = 0;

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

// Every way to memory ends in one of these: operator new, too, calls malloc or aligned_alloc.
void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++allocations;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}

namespace {

/// The frames of a market that wanders, trades and is quoted, made before anything is counted.
std::vector<std::string> frames(Market& m, int count) {
  Random random(9);
  std::vector<std::string> all;
  all.push_back(m.snapshot({{999, 400}}, {{1011, 400}}));
  std::int64_t mid = 1005;
  for (int n = 1; n < count; ++n) {
    mid += random.below(3) - 1;
    if (mid < 500) mid = 500;
    if (random.below(4) == 0) {
      all.push_back(Market::trade(mid + 5, 1 + random.below(900), random.below(2) == 0));
      continue;
    }
    std::vector<Level> bids, asks;
    for (std::int64_t k = 1; k <= 10; ++k) {
      bids.push_back({mid - 2 - k, random.below(900)});
      asks.push_back({mid + 2 + k, random.below(900)});
    }
    for (std::int64_t t = mid - 2; t < mid + 4; ++t) bids.push_back({t, 0});
    for (std::int64_t t = mid - 4; t < mid + 3; ++t) asks.push_back({t, 0});
    bids.push_back({mid - 30, 10});
    asks.push_back({mid + 30, 10});
    all.push_back(m.depth(bids, asks));
  }
  return all;
}

}  // namespace

BOT4_TEST("the counter sees an allocation") {
  const std::int64_t before = allocations;
  std::vector<int>* grown = new std::vector<int>(1000);
  EXPECT(allocations >= before + 2);
  delete grown;
}

BOT4_TEST("frame bytes become intents without one allocation per message after the warm-up") {
  for (const bool quotes : {false, true}) {
    Market m;
    const int count = emulated() ? 2000 : 20'000;
    const std::vector<std::string> all = frames(m, count);
    EXPECT(m.apply(0, quotes ? quote_policy() : take_policy()) == nullptr);
    ControlBlock& control = m.control();
    std::int64_t counted = 0;
    for (int n = 0; n < count; ++n) {
      m.now += kSecond / 100;
      const std::int64_t before = allocations;
      m.push(0, all[static_cast<std::size_t>(n)]);
      m.session.run();
      control.intent_tail = control.intent_head;
      control.trade_tail = control.trade_head;
      if (n >= count / 10) counted += allocations - before;
    }
    EXPECT_EQ(counted, std::int64_t{0});
    EXPECT_EQ(m.state(0).sync_state, static_cast<std::uint32_t>(SyncState::kSynchronised));
    EXPECT(control.intents > 100);
    EXPECT(m.state(0).depth_applied > count / 2);
  }
}

BOT4_TEST("messages of Kraken and Coinbase are decoded without an allocation from the first on") {
  Instruments instruments;
  instruments.add("BTC/USD", 7, 10'000'000, 1, SequenceRule::kKrakenChecksum, 10);
  instruments.add("BTC-USD", 7, 10'000'000, 1, SequenceRule::kCoinbaseSequence);
  const std::string padding(kDecodePadding, ' ');
  const std::string kraken =
      R"({"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":100.1,)"
      R"("qty":0.1}],"asks":[],"checksum":1,"timestamp":"2026-10-06T17:35:55.440295Z"}]})" +
      padding;
  const std::string coinbase =
      R"({"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z",)"
      R"("sequence_num":1,"events":[{"type":"update","product_id":"BTC-USD","updates":[)"
      R"({"side":"bid","event_time":"2026-04-07T14:30:00.123456Z","price_level":"100.0",)"
      R"("new_quantity":"0.1"}]}]})" +
      padding;
  for (const bool general : {false, true}) {
    KrakenDecoder of_kraken(instruments);
    CoinbaseDecoder of_coinbase(instruments);
    MarketMessage m{};
    const auto decode = [&](auto& decoder, const std::string& text) {
      const std::size_t length = text.size() - padding.size();
      return general ? decoder.decode_general(text.data(), length, -1, &m)
                     : decoder.decode(text.data(), length, -1, &m);
    };
    const std::int64_t before = allocations;
    const Status first = decode(of_kraken, kraken);
    const Status second = decode(of_coinbase, coinbase);
    const std::int64_t counted = allocations - before;
    EXPECT_EQ(first, Status::kOk);
    EXPECT_EQ(second, Status::kOk);
    EXPECT_EQ(counted, std::int64_t{0});
    EXPECT_EQ(of_kraken.exact_hits() + of_coinbase.exact_hits(), std::int64_t{general ? 0 : 2});
  }
}

BOT4_TEST("policies are swapped without an allocation") {
  Market m;
  m.apply(0, take_policy());
  m.open();
  const PolicyBlock next = quote_policy();
  const char* field = nullptr;
  const std::int64_t before = allocations;
  for (int n = 0; n < 100; ++n) m.session.engine().apply_policy(0, next, &field);
  EXPECT_EQ(allocations - before, std::int64_t{0});
}

BOT4_TEST_MAIN

#endif  // BOT4_UNCOUNTED
