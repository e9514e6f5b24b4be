// Rings between two pinned threads, against moodycamel and boost: throughput of a million records.
// The way of one record, the pool and the circuit breaker have files of their own.
#include <cstdlib>
#include <cstring>

#include "ring/byte_ring.h"
#include "ring_workload.h"
#include "two_cores.h"

#ifdef BOT4_HAS_BOOST
namespace boost {
void throw_exception(const std::exception&) { std::abort(); }
void throw_exception(const std::exception&, const source_location&) { std::abort(); }
}  // namespace boost
#endif

using namespace bot4;
using bench::on_two_cores;

namespace {

constexpr std::uint64_t kRecords = 1'000'000;

/// One record after the other from one thread to another.
template <typename Queue>
class Throughput : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRecords; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    on_two_cores(
        [this, &sum] {
          std::uint64_t out = 0;
          for (std::uint64_t n = 0; n < kRecords; ++n) {
            while (!queue_.pop(&out)) spin_pause();
            sum.fold(out);
          }
        },
        [this] {
          for (std::uint64_t n = 0; n < kRecords; ++n) {
            while (!queue_.push(n * 7)) spin_pause();
          }
        });
    return sum.value();
  }

 private:
  Queue queue_;
};

/// The same in batches of up to 32.
template <typename Queue>
class BatchThroughput : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRecords; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    on_two_cores(
        [this, &sum] {
          std::uint64_t batch[kBatch];
          for (std::uint64_t n = 0; n < kRecords;) {
            const std::size_t count = queue_.pop(batch, kBatch);
            for (std::size_t i = 0; i < count; ++i) sum.fold(batch[i]);
            if (count == 0) spin_pause();
            n += count;
          }
        },
        [this] {
          std::uint64_t batch[kBatch];
          for (std::uint64_t n = 0; n < kRecords;) {
            std::size_t size = 0;
            for (; size < kBatch && n + size < kRecords; ++size) batch[size] = (n + size) * 7;
            const std::size_t count = queue_.push(batch, size);
            if (count == 0) spin_pause();
            n += count;
          }
        });
    return sum.value();
  }

 private:
  static constexpr std::size_t kBatch = 32;
  Queue queue_;
};

/// Pushes and pops on one thread, eight of each at a time: no cache line moves.
template <typename Queue>
class SameThread : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kRecords; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    std::uint64_t out = 0;
    for (std::uint64_t n = 0; n < kRecords; n += 8) {
      for (std::uint64_t i = 0; i < 8; ++i) queue_.push((n + i) * 7);
      for (std::uint64_t i = 0; i < 8; ++i) {
        queue_.pop(&out);
        sum.fold(out);
      }
    }
    return sum.value();
  }

 private:
  Queue queue_;
};

/// Records of 712 bytes, the length of a depth message of 20 levels, from one thread to another.
class Bytes : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kFrames; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    on_two_cores(
        [this, &sum] {
          for (std::uint64_t n = 0; n < kFrames;) {
            std::uint32_t length = 0;
            const std::byte* front = ring_.front(&length);
            if (front == nullptr) {
              spin_pause();
              continue;
            }
            std::uint64_t ends[2];
            std::memcpy(&ends[0], front, sizeof ends[0]);
            std::memcpy(&ends[1], front + length - sizeof ends[1], sizeof ends[1]);
            ring_.pop();
            sum.fold(ends[0] + ends[1]);
            ++n;
          }
        },
        [this] {
          std::uint64_t frame[kFrameBytes / 8] = {};
          for (std::uint64_t n = 0; n < kFrames; ++n) {
            frame[0] = n;
            frame[kFrameBytes / 8 - 1] = n * 7;
            while (!ring_.try_push(frame, kFrameBytes)) spin_pause();
          }
        });
    return sum.value();
  }

 private:
  static constexpr std::uint64_t kFrames = 50'000;
  static constexpr std::uint32_t kFrameBytes = 712;
  ByteRing ring_{1 << 18};
};

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kRingWorkloads[];
const WorkloadEntry kRingWorkloads[] = {
    {"ring.spsc", make_on_two<Throughput<Bot4Ring>>},
    {"ring.spsc_batch", make_on_two<BatchThroughput<Bot4Ring>>},
    {"ring.spsc_same_thread", make_on_two<SameThread<Bot4Ring>>},
    {"ring.bytes", make_on_two<Bytes>},
    {"ring.mpmc", make_on_two<Throughput<Bot4Mpmc>>},
    {"ring.spsc/moodycamel", make_ring_peer<Throughput, Moodycamel>},
    {"ring.spsc_same_thread/moodycamel", make_ring_peer<SameThread, Moodycamel>},
    {"ring.mpmc/moodycamel", make_ring_peer<Throughput, MoodycamelMpmc>},
    {"ring.spsc/boost", make_ring_peer<Throughput, Boost>},
    {"ring.spsc_batch/boost", make_ring_peer<BatchThroughput, Boost>},
    {"ring.spsc_same_thread/boost", make_ring_peer<SameThread, Boost>},
    {nullptr, nullptr}};

}  // namespace bot4::bench
