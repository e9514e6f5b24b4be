#include <map>
#include <vector>

#include "core/memory.h"
#include "native/testing.h"
#include "ring/index_pool.h"

using namespace bot4;

namespace {

struct Order {
  std::uint64_t id;
  std::int64_t lots;
};

using Pool = IndexPool<Order>;

}  // namespace

BOT4_TEST("a pool hands out every index once and then refuses") {
  Pool pool(3);
  std::vector<bool> seen(3, false);
  for (int i = 0; i < 3; ++i) {
    const Pool::Index index = pool.allocate();
    EXPECT(index < 3 && !seen[index]);
    seen[index] = true;
  }
  EXPECT_EQ(pool.allocate(), Pool::kNone);
  EXPECT_EQ(pool.size(), 3u);
}

BOT4_TEST("a pool hands out first what was released last") {
  Pool pool(8);
  const Pool::Index a = pool.allocate();
  const Pool::Index b = pool.allocate();
  pool.release(a);
  pool.release(b);
  EXPECT_EQ(pool.allocate(), b);
  EXPECT_EQ(pool.allocate(), a);
}

BOT4_TEST("a handle of an earlier life finds nothing, even when its index is in use again") {
  Pool pool(2);
  const Pool::Index index = pool.allocate();
  pool[index].id = 7;
  const Pool::Handle old = pool.handle(index);
  EXPECT(pool.find(old) != nullptr && pool.find(old)->id == 7);
  pool.release(index);
  EXPECT(pool.find(old) == nullptr);
  EXPECT_EQ(pool.allocate(), index);
  EXPECT(pool.find(old) == nullptr);
  EXPECT(pool.find(pool.handle(index)) == &pool[index]);
  EXPECT(pool.find({}) == nullptr);
}

BOT4_TEST("a pool under random lifetimes never gives an index to two owners or loses an object") {
  test::Random random(3);
  Pool pool(500);
  std::map<Pool::Index, std::uint64_t> owners;
  std::uint64_t next = 0;
  for (int step = 0; step < 200'000; ++step) {
    if (random.below(2) == 0) {
      const Pool::Index index = pool.allocate();
      EXPECT_EQ(index == Pool::kNone, owners.size() == 500);
      if (index == Pool::kNone) continue;
      EXPECT(owners.emplace(index, next).second);
      pool[index].id = next++;
    } else if (!owners.empty()) {
      const auto from = static_cast<Pool::Index>(random.below(500));
      auto it = owners.lower_bound(from);
      if (it == owners.end()) it = owners.begin();
      EXPECT_EQ(pool[it->first].id, it->second);
      pool.release(it->first);
      owners.erase(it);
    }
    EXPECT_EQ(pool.size(), owners.size());
  }
}

BOT4_TEST("memory with every option is zeroed, aligned, writable, and says what was refused") {
  for (const HugePages huge : {HugePages::kOff, HugePages::kTransparent, HugePages::kExplicit}) {
    MemoryReport report;
    AlignedBuffer block = allocate_memory(5'000'000, {huge, true, true}, &report);
    EXPECT(block.size() >= 5'000'000);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.data()) % 4096, 0u);
    EXPECT(report.prefaulted);
    EXPECT_EQ(report.locked, report.lock_errno == 0);
    EXPECT_EQ(report.huge_pages == huge, report.huge_pages_errno == 0);
    for (std::size_t at = 0; at < 5'000'000; at += 997) {
      EXPECT(block.data()[at] == std::byte{0});
      block.data()[at] = std::byte{1};
    }
    AlignedBuffer moved = std::move(block);
    EXPECT(moved.data()[0] == std::byte{1});
  }
}

BOT4_TEST("memory that exists already keeps its content and says what was refused") {
  AlignedBuffer block(3'000'000);
  for (std::size_t at = 0; at < block.size(); ++at) block.data()[at] = static_cast<std::byte>(at * 7);
  const MemoryReport report =
      prepare_memory(block.data(), block.size(), {HugePages::kTransparent, true, true});
  EXPECT(report.prefaulted);
  EXPECT_EQ(report.locked, report.lock_errno == 0);
  EXPECT_EQ(report.huge_pages == HugePages::kTransparent, report.huge_pages_errno == 0);
  bool same = true;
  for (std::size_t at = 0; at < block.size(); ++at) {
    same = same && block.data()[at] == static_cast<std::byte>(at * 7);
  }
  EXPECT(same);
  EXPECT(prepare_memory(block.data(), block.size(), {HugePages::kExplicit, false, false})
             .huge_pages_errno != 0);
  EXPECT(!prepare_memory(block.data() + 1, 10, {HugePages::kOff, true, true}).locked);
}

BOT4_TEST("a pool lives in the memory it is given") {
  MemoryReport report;
  Pool pool(1000, allocate_memory(Pool::bytes(1000), {HugePages::kOff, false, true}, &report));
  for (int i = 0; i < 1000; ++i) EXPECT(pool.allocate() != Pool::kNone);
  EXPECT_EQ(pool.allocate(), Pool::kNone);
}

BOT4_TEST_MAIN
