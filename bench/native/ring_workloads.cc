// Rings between two pinned threads, against moodycamel and boost: throughput (a million records),
// one way (a record there and one back), and the raw ping-pong of a cache line as the limit. The
// pool and the circuit breaker have files of their own.
#include <atomic>
#include <memory>

#include "ring/mpmc_ring.h"
#include "ring/spsc_ring.h"
#include "two_cores.h"
#include "workload.h"

#if __has_include(<readerwriterqueue/readerwriterqueue.h>)
#include <readerwriterqueue/readerwriterqueue.h>
#define BOT4_HAS_MOODYCAMEL 1
#endif
#if __has_include(<concurrentqueue/concurrentqueue.h>)
#include <concurrentqueue/concurrentqueue.h>
#define BOT4_HAS_CONCURRENTQUEUE 1
#endif
#if __has_include(<boost/lockfree/spsc_queue.hpp>)
#define BOOST_NO_EXCEPTIONS
#include <boost/lockfree/spsc_queue.hpp>
#include <boost/throw_exception.hpp>
#define BOT4_HAS_BOOST 1
namespace boost {
void throw_exception(const std::exception&) { std::abort(); }
void throw_exception(const std::exception&, const source_location&) { std::abort(); }
}  // namespace boost
#endif

using namespace bot4;
using bench::on_two_cores;

namespace {

constexpr std::uint32_t kCapacity = 4096;
constexpr std::uint64_t kRecords = 1'000'000;
constexpr std::uint64_t kRoundTrips = 100'000;

class Bot4Ring {
 public:
  bool push(std::uint64_t n) noexcept { return ring_.try_push(n); }
  bool pop(std::uint64_t* n) noexcept { return ring_.try_pop(n); }
  std::size_t push(const std::uint64_t* n, std::size_t count) { return ring_.push_batch(n, count); }
  std::size_t pop(std::uint64_t* n, std::size_t count) { return ring_.pop_batch(n, count); }

 private:
  SpscRing<std::uint64_t> ring_{kCapacity};
};

class Bot4Mpmc {
 public:
  bool push(std::uint64_t n) noexcept { return ring_.try_push(n); }
  bool pop(std::uint64_t* n) noexcept { return ring_.try_pop(n); }

 private:
  MpmcRing<std::uint64_t> ring_{kCapacity};
};

#ifdef BOT4_HAS_MOODYCAMEL
class Moodycamel {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.try_enqueue(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.try_dequeue(*n); }

 private:
  moodycamel::ReaderWriterQueue<std::uint64_t> queue_{kCapacity};
};
#endif

#ifdef BOT4_HAS_CONCURRENTQUEUE
class MoodycamelMpmc {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.try_enqueue(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.try_dequeue(*n); }

 private:
  moodycamel::ConcurrentQueue<std::uint64_t> queue_{kCapacity};
};
#endif

#ifdef BOT4_HAS_BOOST
class Boost {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.push(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.pop(*n); }
  std::size_t push(const std::uint64_t* n, std::size_t count) { return queue_.push(n, count); }
  std::size_t pop(std::uint64_t* n, std::size_t count) { return queue_.pop(n, count); }

 private:
  boost::lockfree::spsc_queue<std::uint64_t> queue_{kCapacity};
};
#endif

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

/// A record there and one back; an operation is one way.
template <typename Queue>
class OneWay : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return 2 * kRoundTrips; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    on_two_cores(
        [this, &sum] {
          std::uint64_t out = 0;
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            there_.push(n);
            while (!back_.pop(&out)) {
            }
            sum.fold(out);
          }
        },
        [this] {
          std::uint64_t out = 0;
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            while (!there_.pop(&out)) {
            }
            back_.push(out + 1);
          }
        });
    return sum.value();
  }

 private:
  Queue there_, back_;
};

/// One atomic word that two threads take turns to increment: what the coherence of caches costs.
class PingPong : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return 2 * kRoundTrips; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    word_.store(0);
    on_two_cores(
        [this, &sum] {
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            word_.store(2 * n + 1, std::memory_order_release);
            while (word_.load(std::memory_order_acquire) != 2 * n + 2) {
            }
            sum.fold(n + 1);
          }
        },
        [this] {
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            while (word_.load(std::memory_order_acquire) != 2 * n + 1) {
            }
            word_.store(2 * n + 2, std::memory_order_release);
          }
        });
    return sum.value();
  }

 private:
  /// Each thread's release store pairs with the other's acquire load.
  alignas(128) std::atomic<std::uint64_t> word_{0};
};

/// The same with a word for each direction, as every pair of rings has it: the writer of a line
/// must take it back from its reader first, which a line that travels to and fro saves itself.
class TwoLinePingPong : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return 2 * kRoundTrips; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    there_.store(0);
    back_.store(0);
    on_two_cores(
        [this, &sum] {
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            there_.store(n + 1, std::memory_order_release);
            while (back_.load(std::memory_order_acquire) != n + 1) {
            }
            sum.fold(n + 1);
          }
        },
        [this] {
          for (std::uint64_t n = 0; n < kRoundTrips; ++n) {
            while (there_.load(std::memory_order_acquire) != n + 1) {
            }
            back_.store(n + 1, std::memory_order_release);
          }
        });
    return sum.value();
  }

 private:
  // Release stores of each thread pair with the acquire loads of the other.
  alignas(128) std::atomic<std::uint64_t> there_{0};
  alignas(128) std::atomic<std::uint64_t> back_{0};
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  if (bench::usable_cpus().size() < 2) return nullptr;
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kRingWorkloads[];
const WorkloadEntry kRingWorkloads[] = {
    {"ring.spsc", make<Throughput<Bot4Ring>>},
    {"ring.spsc_batch", make<BatchThroughput<Bot4Ring>>},
    {"ring.spsc_same_thread", make<SameThread<Bot4Ring>>},
    {"ring.oneway", make<OneWay<Bot4Ring>>},
    {"ring.oneway/pingpong", make<PingPong>},
    {"ring.oneway/pingpong_two_lines", make<TwoLinePingPong>},
    {"ring.mpmc", make<Throughput<Bot4Mpmc>>},
#ifdef BOT4_HAS_MOODYCAMEL
    {"ring.spsc/moodycamel", make<Throughput<Moodycamel>>},
    {"ring.spsc_same_thread/moodycamel", make<SameThread<Moodycamel>>},
    {"ring.oneway/moodycamel", make<OneWay<Moodycamel>>},
#endif
#ifdef BOT4_HAS_CONCURRENTQUEUE
    {"ring.mpmc/moodycamel", make<Throughput<MoodycamelMpmc>>},
#endif
#ifdef BOT4_HAS_BOOST
    {"ring.spsc/boost", make<Throughput<Boost>>},
    {"ring.spsc_batch/boost", make<BatchThroughput<Boost>>},
    {"ring.spsc_same_thread/boost", make<SameThread<Boost>>},
    {"ring.oneway/boost", make<OneWay<Boost>>},
#endif
    {nullptr, nullptr}};

}  // namespace bot4::bench
