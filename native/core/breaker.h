#pragma once
#include <atomic>
#include <cstdint>

#include "core/check.h"

namespace bot4 {

/// Stops trading on one venue or on all of them, from any thread, within the time that a cache line
/// takes to cross between cores.
///
/// One word holds a bit per venue and one for all, so a check is one load; the reasons lie in a line
/// of their own and are read only once a circuit is open. A view over kWords words that outlive it:
/// memory of the addon which JavaScript writes with Atomics, or any other.
///
/// Ordering: `is_open` loads with acquire, which costs nothing on x86, so that who sees a circuit
/// open also sees its reason. A check that runs at the same time as the trip may still pass; the
/// first check after the line has crossed does not.
/// Cost:     bench breaker.check, breaker.trip.
class CircuitBreaker {
 public:
  /// How many venues have a circuit of their own.
  static constexpr int kVenues = 16;
  /// In place of a venue: the circuit of all of them.
  static constexpr int kAllVenues = kVenues;
  /// Words of the memory: the open circuits, 31 unused that keep the reasons apart, the reasons.
  static constexpr int kWords = 64;
  /// Where the reasons begin, one word per venue and one for all.
  static constexpr int kReasons = 32;
  static constexpr std::uint32_t kAllBit = 1u << kAllVenues;

  /// Requires: kWords words, 128-byte aligned, zeroed when new.
  explicit CircuitBreaker(std::uint32_t* words) noexcept : words_(words) {
    BOT4_CHECK(words != nullptr);
  }

  /// Whether nothing may be sent to `venue`. `word` is the first of the breaker's words.
  static bool is_open(const std::uint32_t* word, int venue) noexcept {
    // Acquire pairs with the release in `trip`. The const of the view does not reach the memory.
    const std::uint32_t open = std::atomic_ref<std::uint32_t>(*const_cast<std::uint32_t*>(word))
                                   .load(std::memory_order_acquire);
    return (open & (kAllBit | 1u << venue)) != 0;
  }

  /// Whether nothing may be sent to `venue`.
  bool is_open(int venue) const noexcept { return is_open(words_, venue); }

  /// Opens the circuit of `venue` or kAllVenues. The reason of the latest trip stands. Any thread.
  /// Requires: `reason` > 0; what it means is the caller's.
  void trip(int venue, std::uint32_t reason) noexcept {
    BOT4_CHECK(venue >= 0 && venue <= kAllVenues && reason > 0);
    // Relaxed: the exchange below publishes it.
    reason_of(venue).store(reason, std::memory_order_relaxed);
    // Release pairs with the acquire in `is_open`: the reason is written.
    open().fetch_or(1u << venue, std::memory_order_release);
  }

  /// Closes the circuit of `venue` or kAllVenues. Closing that of all leaves each venue's as it is.
  void reset(int venue) noexcept {
    BOT4_CHECK(venue >= 0 && venue <= kAllVenues);
    // Release pairs with the acquire in `is_open`: who may go on sees what was mended before.
    open().fetch_and(~(1u << venue), std::memory_order_release);
  }

  /// Why the circuit of `venue` or kAllVenues was opened last; 0 when it never was.
  std::uint32_t reason(int venue) const noexcept {
    BOT4_CHECK(venue >= 0 && venue <= kAllVenues);
    // Relaxed: ordered by the acquire of the `is_open` before it.
    return reason_of(venue).load(std::memory_order_relaxed);
  }

  /// The first word, for those who only check.
  const std::uint32_t* word() const noexcept { return words_; }

 private:
  std::atomic_ref<std::uint32_t> open() const noexcept {
    return std::atomic_ref<std::uint32_t>(words_[0]);
  }
  std::atomic_ref<std::uint32_t> reason_of(int venue) const noexcept {
    return std::atomic_ref<std::uint32_t>(words_[kReasons + venue]);
  }

  std::uint32_t* words_;
};

}  // namespace bot4
