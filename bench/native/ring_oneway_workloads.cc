// The way of one record between two pinned threads: a record there and one back. The limit is the
// raw ping-pong of cache lines.
#include <atomic>

#include "ring_workload.h"
#include "two_cores.h"

using namespace bot4;
using bench::on_two_cores;

namespace {

constexpr std::uint64_t kRoundTrips = 100'000;

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

/// The raw ping-pong: a cache line for each direction, as any message must travel, whose writer
/// takes the line back from its reader first. What the coherence of caches costs a message.
class PingPong : public bench::Workload {
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

/// One atomic word that two threads take turns to increment, an extra figure: the line comes with
/// its answer, which a message that leaves its reader free to go on cannot have.
class OneLinePingPong : public bench::Workload {
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

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kRingOneWayWorkloads[];
const WorkloadEntry kRingOneWayWorkloads[] = {
    {"ring.oneway", make_on_two<OneWay<Bot4Ring>>},
    {"ring.oneway/pingpong", make_on_two<PingPong>},
    {"ring.oneway/pingpong_one_line", make_on_two<OneLinePingPong>},
    {"ring.oneway/moodycamel", make_ring_peer<OneWay, Moodycamel>},
    {"ring.oneway/boost", make_ring_peer<OneWay, Boost>},
    {nullptr, nullptr}};

}  // namespace bot4::bench
