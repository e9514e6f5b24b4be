#pragma once
// The rings and their peers behind one pair of names, for every workload over queues.
#include <cstddef>
#include <cstdint>

#include "ring/mpmc_ring.h"
#include "ring/spsc_ring.h"

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
#endif

namespace bot4::bench {

/// Stands for a queue that is not installed where this was compiled.
class Missing;

/// Records that each queue holds.
inline constexpr std::uint32_t kQueueCapacity = 4096;

/// Bot4's ring for one producer and one consumer.
class Bot4Ring {
 public:
  bool push(std::uint64_t n) noexcept { return ring_.try_push(n); }
  bool pop(std::uint64_t* n) noexcept { return ring_.try_pop(n); }
  std::size_t push(const std::uint64_t* n, std::size_t count) { return ring_.push_batch(n, count); }
  std::size_t pop(std::uint64_t* n, std::size_t count) { return ring_.pop_batch(n, count); }

 private:
  SpscRing<std::uint64_t> ring_{kQueueCapacity};
};

/// Bot4's ring for many of both.
class Bot4Mpmc {
 public:
  bool push(std::uint64_t n) noexcept { return ring_.try_push(n); }
  bool pop(std::uint64_t* n) noexcept { return ring_.try_pop(n); }

 private:
  MpmcRing<std::uint64_t> ring_{kQueueCapacity};
};

#ifdef BOT4_HAS_MOODYCAMEL
/// moodycamel::ReaderWriterQueue, for one of both.
class Moodycamel {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.try_enqueue(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.try_dequeue(*n); }

 private:
  moodycamel::ReaderWriterQueue<std::uint64_t> queue_{kQueueCapacity};
};
#else
using Moodycamel = Missing;
#endif

#ifdef BOT4_HAS_CONCURRENTQUEUE
/// moodycamel::ConcurrentQueue, for many of both.
class MoodycamelMpmc {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.try_enqueue(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.try_dequeue(*n); }

 private:
  moodycamel::ConcurrentQueue<std::uint64_t> queue_{kQueueCapacity};
};
#else
using MoodycamelMpmc = Missing;
#endif

#ifdef BOT4_HAS_BOOST
/// boost::lockfree::spsc_queue.
class Boost {
 public:
  bool push(std::uint64_t n) noexcept { return queue_.push(n); }
  bool pop(std::uint64_t* n) noexcept { return queue_.pop(*n); }
  std::size_t push(const std::uint64_t* n, std::size_t count) { return queue_.push(n, count); }
  std::size_t pop(std::uint64_t* n, std::size_t count) { return queue_.pop(n, count); }

 private:
  boost::lockfree::spsc_queue<std::uint64_t> queue_{kQueueCapacity};
};
#else
using Boost = Missing;
#endif

}  // namespace bot4::bench
