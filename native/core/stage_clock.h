#pragma once
// Where the time of a message goes, for benches. In the product a mark is nothing; in the bench
// addon (BOT4_STAGE_CLOCK) it adds the time-stamp counter's ticks since the mark before to a stage.
#if defined(BOT4_STAGE_CLOCK)
#include <x86intrin.h>

#include <cstdint>

namespace bot4 {

/// Parts of the path from bytes to intent, in the order of `StageClock::ticks`.
enum class Stage : std::uint8_t {
  kFrame = 0,     ///< Taking a message from the inbox or the stream.
  kDecode = 1,    ///< Bytes to exact integers.
  kBook = 2,      ///< Sequence proof and book, or the tape.
  kFeatures = 3,  ///< The feature vector.
  kDecision = 4,  ///< D64.
  kGate = 5,      ///< Pre-trade checks.
  kIntent = 6,    ///< Sizing, pace and the record in the ring.
  kState = 7,     ///< The published state and the fingerprint.
};

/// Sums of ticks by stage. One thread at a time: benches run the path on theirs alone.
///
/// Single readings of a few nanoseconds mean nothing (the counter moves in steps); sums over
/// thousands of messages do, once the cost of the reads is taken off.
struct StageClock {
  static constexpr int kStages = 8;
  bool on = false;
  std::uint64_t last = 0;
  std::uint64_t ticks[kStages] = {};
  std::uint64_t marks[kStages] = {};

  void start() noexcept { last = __rdtsc(); }
  void mark(Stage stage) noexcept {
    const std::uint64_t now = __rdtsc();
    ticks[static_cast<int>(stage)] += now - last;
    ++marks[static_cast<int>(stage)];
    last = now;
  }
};

inline StageClock stage_clock;

}  // namespace bot4

#define BOT4_STAGE(stage) \
  do {                    \
    if (::bot4::stage_clock.on) ::bot4::stage_clock.mark(::bot4::Stage::stage); \
  } while (0)
#else
#define BOT4_STAGE(stage) static_cast<void>(0)
#endif
