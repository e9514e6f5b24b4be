// A value replaced by one thread and read by another.
#include "ring/seqlock.h"

#include <atomic>
#include <thread>

#include "native/testing.h"

using namespace bot4;

namespace {

/// Five bytes beyond whole words: the tail is copied, too.
struct Value {
  std::uint64_t numbers[40];
  char tail[5];
};

Value filled(std::uint64_t number) {
  Value value{};
  for (std::uint64_t& n : value.numbers) n = number;
  for (char& c : value.tail) c = static_cast<char>(number);
  return value;
}

bool whole(const Value& value) {
  for (const std::uint64_t n : value.numbers) {
    if (n != value.numbers[0]) return false;
  }
  for (const char c : value.tail) {
    if (c != static_cast<char>(value.numbers[0])) return false;
  }
  return true;
}

}  // namespace

BOT4_TEST("a reader gets the last value and its version") {
  SeqLock<Value> lock;
  Value value = filled(9);
  std::uint64_t version = 9;
  EXPECT(lock.load(&value, &version));
  EXPECT_EQ(version, std::uint64_t{0});
  EXPECT_EQ(value.numbers[0], std::uint64_t{0});
  lock.store(filled(7));
  lock.store(filled(8));
  EXPECT_EQ(lock.version(), std::uint64_t{4});
  EXPECT(lock.load(&value, &version));
  EXPECT_EQ(version, std::uint64_t{4});
  EXPECT(whole(value) && value.numbers[0] == 8);
}

BOT4_TEST("a value of fewer bytes than a word is copied without its neighbours") {
  SeqLock<char> lock;
  lock.store('x');
  char around[3] = {'a', 'b', 'c'};
  EXPECT(lock.load(around + 1));
  EXPECT_EQ(around[0], 'a');
  EXPECT_EQ(around[1], 'x');
  EXPECT_EQ(around[2], 'c');
}

BOT4_TEST("a reader without attempts gets nothing") {
  SeqLock<Value> lock;
  Value value{};
  EXPECT(!lock.load(&value, nullptr, 0));
}

BOT4_TEST("a reader beside a writer never keeps a torn value and never goes back") {
  static SeqLock<Value> lock;
  std::atomic<bool> done{false};
  std::thread writer([&done] {
    for (std::uint64_t number = 1; number <= 50'000; ++number) lock.store(filled(number));
    done.store(true, std::memory_order_release);  // Pairs with the loop's acquire below.
  });
  std::uint64_t last = 0;
  bool torn = false;
  bool back = false;
  while (!done.load(std::memory_order_acquire)) {
    Value value{};
    std::uint64_t version = 0;
    if (!lock.load(&value, &version)) continue;
    torn = torn || !whole(value) || value.numbers[0] * 2 != version;
    back = back || value.numbers[0] < last;
    last = value.numbers[0];
  }
  writer.join();
  EXPECT(!torn);
  EXPECT(!back);
  Value value{};
  EXPECT(lock.load(&value));
  EXPECT_EQ(value.numbers[0], std::uint64_t{50'000});
}

BOT4_TEST_MAIN
