// The matching engine behind a block of shared memory: commands in, events out.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/aligned_buffer.h"
#include "match/matching_engine.h"

namespace bot4::match {

/// Where the parts of the shared memory lie. Every field is an f64 slot that holds a whole number
/// below 2^53, so that JavaScript reads it without a BigInt; offsets and strides count slots.
struct BufferLayout {
  static constexpr std::size_t kControlSlots = 16;
  static constexpr std::size_t kCommandSlots = 16;
  static constexpr std::size_t kRecordSlots = 8;
  static constexpr std::size_t kTouchSlots = 4;

  /// Slots of the control block, which begins at 0.
  enum Control : std::size_t {
    kCommandCount = 0,   ///< Set by the caller: commands in the buffer.
    kCommandsDone = 1,   ///< Commands executed since they were written; the rest waits for room.
    kEventCount = 2,     ///< Events in the buffer.
    kRestingOrders = 3,  ///< Orders that rest or wait, in all books.
    kPending = 4,        ///< Triggered orders that wait for room: run again before all else.
  };

  std::size_t commands;  ///< kCommandSlots each: a command, then its terms, then unused.
  std::size_t max_commands;
  std::size_t events;    ///< kRecordSlots each: head (see encode_head), symbol, a, b, ticks, lots,
                         ///< remaining, unused.
  std::size_t max_events;
  std::size_t touches;   ///< kTouchSlots for each symbol: bid ticks, bid lots, ask ticks, ask lots.
  std::size_t total;
};

/// Runs commands from the shared memory and writes their events back into it.
///
/// Determinism: a pure function of the command records.
/// Cost:        no allocation in steady state.
class CommandBuffer {
 public:
  CommandBuffer(std::int32_t symbols, std::uint32_t max_orders, std::uint32_t max_commands);

  /// Executes the waiting commands, each with the stops that it triggers, until they end or the
  /// next might not find room for its events. At least one is executed when one waits. Malformed
  /// records are answered by a `kRejected` event with `kBadCommand`, never executed.
  void run() noexcept;

  const BufferLayout& layout() const noexcept { return layout_; }
  std::byte* data() noexcept { return memory_.data(); }
  std::size_t size() const noexcept { return memory_.size(); }
  const MatchingEngine& engine() const noexcept { return engine_; }
  MatchingEngine& engine() noexcept { return engine_; }

 private:
  double* slots() noexcept { return reinterpret_cast<double*>(memory_.data()); }
  void write_events(const EventSink& sink) noexcept;
  void write_touches() noexcept;

  MatchingEngine engine_;
  BufferLayout layout_;
  AlignedBuffer memory_;
  /// Room for the events of the worst case: address space only, as long as it does not come.
  AlignedBuffer scratch_;
};

}  // namespace bot4::match
