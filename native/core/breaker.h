#pragma once
#include <atomic>
#include <bit>
#include <cstdint>

#include "core/check.h"

namespace bot4 {

/// Stops trading on one venue or on all of them, from any thread, within the time that a cache line
/// takes to cross between cores.
///
/// One word per circuit, one bit of it per owner: a circuit is open while any owner holds it open,
/// and an owner closes only what is its own. The highest bit is the strongest reason. A check reads
/// the word of all venues and that of one. A view over kWords words that outlive it: memory of the
/// addon, which JavaScript writes with Atomics, or any other.
///
/// Ordering: a check loads with acquire, which costs nothing on x86, so that who sees a circuit
/// open also sees what led to it. A check that runs at the same time as the trip may still pass;
/// the first one after the line has crossed does not.
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

  /// Opens the circuit of `venue` or kAllVenues for the owners of `bits`. Any thread.
  /// Requires: `bits` > 0; whose they are is the caller's.
  void trip(int venue, std::uint32_t bits) noexcept {
    BOT4_CHECK(bits > 0);
    // Release pairs with the acquire in `load` and in the gate: what led to the trip is visible.
    word_of(venue).fetch_or(bits, std::memory_order_release);
  }

  /// Takes back the trips of the owners of `bits`: the circuit of `venue` or kAllVenues closes with
  /// the last of them. Closing that of all leaves each venue's as it is. Any thread.
  void reset(int venue, std::uint32_t bits) noexcept {
    // Release pairs with the acquire in `load`: who may go on sees what was mended before.
    word_of(venue).fetch_and(~bits, std::memory_order_release);
  }

  /// The bits of all who hold the circuit of `venue` or kAllVenues open; 0 while it is closed.
  std::uint32_t owners(int venue) const noexcept { return load(venue); }

  /// The strongest of these bits; 0 while the circuit is closed.
  std::uint32_t reason(int venue) const noexcept { return std::bit_floor(load(venue)); }

  /// The word of `venue` or kAllVenues, nonzero while it is open, for those who only check.
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
    // Acquire pairs with the releases of `trip` and `reset`, and with Atomics of JavaScript.
    return word_of(venue).load(std::memory_order_acquire);
  }

  std::uint32_t* words_;
};

}  // namespace bot4
