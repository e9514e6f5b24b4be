#pragma once
#include <atomic>
#include <cstdint>

#include "core/check.h"

namespace bot4 {

/// Stops trading on one venue or on all of them, from any thread, within the time that a cache line
/// takes to cross between cores.
///
/// One word per circuit: 0 while it is closed, the reason while it is open. A check reads the word of
/// all venues and that of one. A view over kWords words that outlive it: memory of the addon, which
/// JavaScript writes with Atomics, or any other.
///
/// Ordering: a check loads with acquire, which costs nothing on x86, so that who sees a circuit open
/// also sees what led to it. A check that runs at the same time as the trip may still pass; the first
/// one after the line has crossed does not.
/// Cost:     bench breaker.check, breaker.trip.
class CircuitBreaker {
 public:
  /// How many venues have a circuit of their own.
  static constexpr int kVenues = 16;
  /// In place of a venue: the circuit of all of them.
  static constexpr int kAllVenues = kVenues;
  /// Words of the memory: one per venue and one for all, filled up to whole pairs of lines.
  static constexpr int kWords = 32;

  /// Requires: kWords words, 128-byte aligned, zeroed when new.
  explicit CircuitBreaker(std::uint32_t* words) noexcept : words_(words) {
    BOT4_CHECK(words != nullptr);
  }

  /// Whether nothing may be sent to `venue`.
  bool is_open(int venue) const noexcept { return (load(venue) | load(kAllVenues)) != 0; }

  /// Opens the circuit of `venue` or kAllVenues; the reason of the latest trip stands. Any thread.
  /// Requires: `reason` > 0; what it means is the caller's.
  void trip(int venue, std::uint32_t reason) noexcept {
    BOT4_CHECK(reason > 0);
    // Release pairs with the acquire in `load` and in the gate: what led to the trip is visible.
    word_of(venue).store(reason, std::memory_order_release);
  }

  /// Closes the circuit of `venue` or kAllVenues. Closing that of all leaves each venue's as it is.
  void reset(int venue) noexcept {
    // Release pairs with the acquire in `load`: who may go on sees what was mended before.
    word_of(venue).store(0, std::memory_order_release);
  }

  /// Why the circuit of `venue` or kAllVenues is open; 0 while it is closed.
  std::uint32_t reason(int venue) const noexcept { return load(venue); }

  /// The word of `venue` or kAllVenues, nonzero while its circuit is open, for those who only check.
  const std::uint32_t* word(int venue) const noexcept {
    BOT4_CHECK(venue >= 0 && venue <= kAllVenues);
    return words_ + venue;
  }

 private:
  std::atomic_ref<std::uint32_t> word_of(int venue) const noexcept {
    BOT4_CHECK(venue >= 0 && venue <= kAllVenues);
    return std::atomic_ref<std::uint32_t>(words_[venue]);
  }
  std::uint32_t load(int venue) const noexcept {
    // Acquire pairs with the release stores of `trip` and `reset`, and with Atomics of JavaScript.
    return word_of(venue).load(std::memory_order_acquire);
  }

  std::uint32_t* words_;
};

}  // namespace bot4
