#include "core/breaker.h"

#include <thread>
#include <vector>

#include "core/affinity.h"
#include "native/testing.h"

using namespace bot4;

namespace {

struct Words {
  alignas(128) std::uint32_t words[CircuitBreaker::kWords] = {};
  CircuitBreaker breaker{words};
};

}  // namespace

BOT4_TEST("a venue's circuit stops that venue alone, and the circuit of all stops every one") {
  Words w;
  for (int venue = 0; venue < CircuitBreaker::kVenues; ++venue) EXPECT(!w.breaker.is_open(venue));
  w.breaker.trip(3, 32);
  for (int venue = 0; venue < CircuitBreaker::kVenues; ++venue) {
    EXPECT_EQ(w.breaker.is_open(venue), venue == 3);
  }
  EXPECT_EQ(w.breaker.reason(3), 32u);
  w.breaker.trip(CircuitBreaker::kAllVenues, 8);
  for (int venue = 0; venue < CircuitBreaker::kVenues; ++venue) EXPECT(w.breaker.is_open(venue));
  EXPECT_EQ(w.breaker.reason(CircuitBreaker::kAllVenues), 8u);
}

BOT4_TEST("an owner takes back its own trip alone, and the strongest of the rest is the reason") {
  Words w;
  w.breaker.trip(2, 1);
  w.breaker.trip(2, 8);
  w.breaker.trip(2, 4);
  EXPECT_EQ(w.breaker.reason(2), 8u);
  EXPECT_EQ(w.breaker.owners(2), 13u);
  w.breaker.reset(2, 8);
  EXPECT(w.breaker.is_open(2));
  EXPECT_EQ(w.breaker.reason(2), 4u);
  w.breaker.reset(2, 8);
  w.breaker.reset(2, 4);
  EXPECT(w.breaker.is_open(2));
  w.breaker.reset(2, 1);
  EXPECT(!w.breaker.is_open(2));
}

BOT4_TEST("owners that trip and reset one circuit at the same time never lose each other's trip") {
  Words w;
  constexpr int kOwners = 4;
  std::vector<std::thread> threads;
  std::atomic<int> lost{0};
  for (int t = 0; t < kOwners; ++t) {
    threads.emplace_back([&w, &lost, t] {
      const std::uint32_t own = 1u << t;
      for (int round = 0; round < 2'000; ++round) {
        w.breaker.trip(6, own);
        lost += (w.breaker.owners(6) & own) == 0;
        w.breaker.reset(6, own);
        lost += (w.breaker.owners(6) & own) != 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lost.load(), 0);
  EXPECT(!w.breaker.is_open(6));
}

BOT4_TEST("closing the circuit of all leaves a venue's own open") {
  Words w;
  w.breaker.trip(0, 1);
  w.breaker.trip(CircuitBreaker::kAllVenues, 2);
  w.breaker.reset(CircuitBreaker::kAllVenues, 2);
  EXPECT(w.breaker.is_open(0));
  EXPECT(!w.breaker.is_open(1));
  w.breaker.reset(0, 1);
  EXPECT(!w.breaker.is_open(0));
  EXPECT_EQ(w.breaker.reason(0), 0u);
}

BOT4_TEST("the word of a circuit is nonzero while it is open") {
  Words w;
  const std::uint32_t* venue = w.breaker.word(15);
  const std::uint32_t* all = w.breaker.word(CircuitBreaker::kAllVenues);
  EXPECT_EQ(*venue + *all, 0u);
  w.breaker.trip(15, 9);
  EXPECT_EQ(*venue, 9u);
  EXPECT_EQ(*all, 0u);
  w.breaker.trip(CircuitBreaker::kAllVenues, 4);
  EXPECT_EQ(*all, 4u);
}

BOT4_TEST("trips of many threads at once are all kept") {
  for (int round = 0; round < 50; ++round) {
    Words w;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&w, t] {
        for (int venue = t; venue < CircuitBreaker::kVenues; venue += 4) {
          w.breaker.trip(venue, static_cast<std::uint32_t>(venue) + 1);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (int venue = 0; venue < CircuitBreaker::kVenues; ++venue) {
      EXPECT(w.breaker.is_open(venue));
      EXPECT_EQ(w.breaker.owners(venue), static_cast<std::uint32_t>(venue) + 1);
    }
  }
}

BOT4_TEST("who sees a circuit open sees what led to it") {
  const int rounds = test::emulated() ? 50 : 2'000;
  Words w;
  std::atomic<int> round{0};  // Release by this thread and acquire by the other, both ways.
  int cause = 0;  // Written by this thread before each trip, read by the other after it.
  std::uint64_t without_cause = 0;
  std::thread watcher([&] {
    for (int r = 1; r <= rounds; ++r) {
      while (!w.breaker.is_open(5)) std::this_thread::yield();
      without_cause += cause != r || w.breaker.owners(5) != static_cast<std::uint32_t>(r);
      w.breaker.reset(5, static_cast<std::uint32_t>(r));
      round.store(r, std::memory_order_release);
    }
  });
  for (int r = 1; r <= rounds; ++r) {
    cause = r;
    w.breaker.trip(5, static_cast<std::uint32_t>(r));
    while (round.load(std::memory_order_acquire) != r) std::this_thread::yield();
  }
  watcher.join();
  EXPECT_EQ(without_cause, 0u);
}

BOT4_TEST("a thread that is pinned may run on that CPU alone, and on all again afterwards") {
  int cpus[1024];
  const std::size_t count = allowed_cpus(cpus, 1024);
  EXPECT(count >= 1);
  EXPECT(pin_to_cpu(cpus[count - 1]));
  int only[1024];
  EXPECT_EQ(allowed_cpus(only, 1024), std::size_t{1});
  EXPECT_EQ(only[0], cpus[count - 1]);
  EXPECT(allow_cpus(cpus, count));
  EXPECT_EQ(allowed_cpus(only, 1024), count);
  EXPECT(!pin_to_cpu(-1));
  EXPECT(!pin_to_cpu(1 << 20));
}

BOT4_TEST_MAIN
