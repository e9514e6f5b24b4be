#include <atomic>
#include <cstring>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "core/affinity.h"
#include "native/testing.h"
#include "ring/byte_ring.h"
#include "ring/mpmc_ring.h"
#include "ring/spsc_ring.h"

using namespace bot4;

namespace {

/// 24 bytes, all of which follow from the number: a torn record is recognised.
struct Record {
  std::uint64_t number;
  std::uint64_t inverted;
  std::uint64_t product;
};

Record record_of(std::uint64_t n) { return {n, ~n, n * 0x9E3779B97F4A7C15ull}; }

bool whole(const Record& r) {
  return r.inverted == ~r.number && r.product == r.number * 0x9E3779B97F4A7C15ull;
}

std::uint64_t stress_records() { return test::emulated() ? 2'000 : 200'000; }

/// Lets the other thread on where both share a core.
void give_way(std::uint32_t* spins) {
  if (++*spins % 64 == 0) {
    std::this_thread::yield();
  } else {
    spin_pause();
  }
}

}  // namespace

BOT4_TEST("an SPSC ring refuses a record when it is full and hands records out in order") {
  SpscRing<Record> ring(4);
  EXPECT_EQ(ring.capacity(), 4u);
  Record out{};
  EXPECT(!ring.try_pop(&out));
  for (std::uint64_t n = 0; n < 4; ++n) EXPECT(ring.try_push(record_of(n)));
  EXPECT(!ring.try_push(record_of(4)));
  for (std::uint64_t n = 0; n < 4; ++n) {
    EXPECT(ring.try_pop(&out));
    EXPECT_EQ(out.number, n);
  }
  EXPECT(!ring.try_pop(&out));
  EXPECT(ring.try_push(record_of(4)));
  EXPECT(ring.try_pop(&out) && out.number == 4 && whole(out));
}

BOT4_TEST("an SPSC ring equals a bounded deque under any mix of single and batched calls") {
  test::Random random(11);
  for (std::uint32_t capacity : {2u, 8u, 64u}) {
    SpscRing<Record> ring(capacity);
    std::deque<std::uint64_t> model;
    std::uint64_t next = 0;
    Record batch[100];
    for (int step = 0; step < 20'000; ++step) {
      const auto count = static_cast<std::size_t>(random.below(100));
      switch (random.below(4)) {
        case 0:
          EXPECT_EQ(ring.try_push(record_of(next)), model.size() < capacity);
          if (model.size() < capacity) model.push_back(next++);
          break;
        case 1: {
          for (std::size_t i = 0; i < count; ++i) batch[i] = record_of(next + i);
          const std::size_t room = capacity - model.size();
          const std::size_t fits = count < room ? count : room;
          EXPECT_EQ(ring.push_batch(batch, count), fits);
          for (std::size_t i = 0; i < fits; ++i) model.push_back(next++);
          break;
        }
        case 2: {
          Record out{};
          EXPECT_EQ(ring.try_pop(&out), !model.empty());
          if (model.empty()) break;
          EXPECT_EQ(out.number, model.front());
          model.pop_front();
          break;
        }
        default: {
          const std::size_t there = count < model.size() ? count : model.size();
          EXPECT_EQ(ring.pop_batch(batch, count), there);
          for (std::size_t i = 0; i < there; ++i) {
            EXPECT_EQ(batch[i].number, model.front());
            model.pop_front();
          }
        }
      }
    }
  }
}

BOT4_TEST("an SPSC ring keeps order and wholeness between two threads") {
  const std::uint64_t count = stress_records();
  SpscRing<Record> ring(64);
  std::thread producer([&ring, count] {
    std::uint32_t spins = 0;
    Record batch[7];
    for (std::uint64_t n = 0; n < count;) {
      if (n % 3 == 0) {
        std::size_t size = 0;
        for (; size < 7 && n + size < count; ++size) batch[size] = record_of(n + size);
        const std::size_t pushed = ring.push_batch(batch, size);
        n += pushed;
        if (pushed == 0) give_way(&spins);
      } else if (ring.try_push(record_of(n))) {
        ++n;
      } else {
        give_way(&spins);
      }
    }
  });
  std::uint32_t spins = 0;
  std::uint64_t faults = 0;
  Record batch[5];
  for (std::uint64_t n = 0; n < count;) {
    const std::size_t size = n % 2 == 0 ? ring.pop_batch(batch, 5) : ring.try_pop(batch) ? 1 : 0;
    for (std::size_t i = 0; i < size; ++i, ++n) faults += batch[i].number != n || !whole(batch[i]);
    if (size == 0) give_way(&spins);
  }
  producer.join();
  EXPECT_EQ(faults, 0u);
}

BOT4_TEST("a byte ring refuses what is too long or does not fit now, and takes it later") {
  ByteRing ring(128);
  EXPECT_EQ(ring.longest(), 56u);
  const std::string text(57, 'x');
  EXPECT(!ring.try_push(text.data(), 57));
  EXPECT(ring.try_push(text.data(), 56));
  EXPECT(ring.try_push(text.data(), 56));
  EXPECT_EQ(ring.used(), 128u);
  EXPECT(!ring.try_push(text.data(), 0));
  std::uint32_t length = 0;
  EXPECT(ring.front(&length) != nullptr);
  EXPECT_EQ(length, 56u);
  ring.pop();
  EXPECT(ring.try_push(text.data(), 0));
  ring.pop();
  EXPECT(ring.front(&length) != nullptr);
  EXPECT_EQ(length, 0u);
  ring.pop();
  EXPECT(ring.front(&length) == nullptr);
  EXPECT_EQ(ring.used(), 0u);
}

BOT4_TEST("a record that is reserved but not committed is not seen") {
  ByteRing ring(256);
  std::uint32_t length = 0;
  std::byte* to = ring.try_reserve(16);
  EXPECT(to != nullptr && reinterpret_cast<std::uintptr_t>(to) % 8 == 0);
  EXPECT(ring.front(&length) == nullptr);
  ring.commit();
  EXPECT(ring.front(&length) == to);
}

BOT4_TEST("a byte ring equals a queue of strings at every length and position") {
  test::Random random(5);
  ByteRing ring(512);
  std::deque<std::string> model;
  for (int step = 0; step < 40'000; ++step) {
    if (random.below(2) == 0) {
      std::string text(static_cast<std::size_t>(random.below(248)), '\0');
      for (char& c : text) c = static_cast<char>(random.below(256));
      if (ring.try_push(text.data(), static_cast<std::uint32_t>(text.size()))) {
        model.push_back(text);
      } else {
        EXPECT(!model.empty());
      }
    }
    if (random.below(2) == 0) {
      std::uint32_t length = 0;
      const std::byte* front = ring.front(&length);
      EXPECT_EQ(front == nullptr, model.empty());
      if (front == nullptr) continue;
      EXPECT(std::string(reinterpret_cast<const char*>(front), length) == model.front());
      model.pop_front();
      ring.pop();
    }
  }
}

BOT4_TEST("a byte ring keeps order and wholeness between two threads") {
  const std::uint64_t count = stress_records() / 2;
  ByteRing ring(1024);
  const auto length_of = [](std::uint64_t n) { return 8 + static_cast<std::uint32_t>(n * 31 % 300); };
  std::thread producer([&] {
    std::uint32_t spins = 0;
    for (std::uint64_t n = 0; n < count;) {
      std::byte* to = ring.try_reserve(length_of(n));
      if (to == nullptr) {
        give_way(&spins);
        continue;
      }
      std::memset(to, static_cast<int>(n & 0xFF), length_of(n));
      std::memcpy(to, &n, sizeof n);
      ring.commit();
      ++n;
    }
  });
  std::uint32_t spins = 0;
  std::uint64_t faults = 0;
  for (std::uint64_t n = 0; n < count;) {
    std::uint32_t length = 0;
    const std::byte* front = ring.front(&length);
    if (front == nullptr) {
      give_way(&spins);
      continue;
    }
    std::uint64_t number = 0;
    std::memcpy(&number, front, sizeof number);
    const auto last = static_cast<std::uint8_t>(front[length - 1]);
    faults += number != n || length != length_of(n) || (length > 8 && last != (n & 0xFF));
    ring.pop();
    ++n;
  }
  producer.join();
  EXPECT_EQ(faults, 0u);
}

BOT4_TEST("an MPMC ring refuses a record when it is full and hands records out in order") {
  MpmcRing<Record> ring(8);
  Record out{};
  for (std::uint64_t lap = 0; lap < 100; ++lap) {
    EXPECT(!ring.try_pop(&out));
    for (std::uint64_t n = 0; n < 8; ++n) EXPECT(ring.try_push(record_of(lap * 8 + n)));
    EXPECT(!ring.try_push(record_of(0)));
    for (std::uint64_t n = 0; n < 8; ++n) {
      EXPECT(ring.try_pop(&out) && whole(out));
      EXPECT_EQ(out.number, lap * 8 + n);
    }
  }
}

BOT4_TEST("an MPMC ring delivers every record once, each producer's in order, among 3 and 3 threads") {
  constexpr std::uint64_t kThreads = 3;
  const std::uint64_t each = stress_records() / 4;
  MpmcRing<Record> ring(32);
  std::atomic<std::uint64_t> taken{0};  // Relaxed: only counts; join orders the rest.
  std::vector<std::vector<std::uint64_t>> seen(kThreads);
  std::atomic<std::uint64_t> torn{0};
  std::vector<std::thread> threads;
  for (std::uint64_t p = 0; p < kThreads; ++p) {
    threads.emplace_back([&ring, p, each] {
      std::uint32_t spins = 0;
      for (std::uint64_t n = 0; n < each;) {
        if (ring.try_push(record_of(n * kThreads + p))) {
          ++n;
        } else {
          give_way(&spins);
        }
      }
    });
  }
  for (std::uint64_t c = 0; c < kThreads; ++c) {
    threads.emplace_back([&, c] {
      std::uint32_t spins = 0;
      Record out{};
      while (taken.load(std::memory_order_relaxed) < kThreads * each) {
        if (ring.try_pop(&out)) {
          taken.fetch_add(1, std::memory_order_relaxed);
          if (!whole(out)) torn.fetch_add(1, std::memory_order_relaxed);
          seen[c].push_back(out.number);
        } else {
          give_way(&spins);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(torn.load(), 0u);
  std::vector<int> times(kThreads * each, 0);
  for (const auto& numbers : seen) {
    std::vector<std::uint64_t> last(kThreads, 0);
    for (const std::uint64_t number : numbers) {
      times[number] += 1;
      EXPECT(number / kThreads + 1 > last[number % kThreads]);
      last[number % kThreads] = number / kThreads + 1;
    }
  }
  for (const int n : times) EXPECT_EQ(n, 1);
}

BOT4_TEST_MAIN
