// The replay matcher behind a block of shared memory: commands in, events out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/aligned_buffer.h"
#include "match/order_records.h"
#include "match/replay_matcher.h"

namespace bot4::match {

/// Where the parts of the shared memory lie, in f64 slots (see BufferLayout).
struct ReplayLayout {
  static constexpr std::size_t kControlSlots = 16;
  static constexpr std::size_t kCommandSlots = 16;
  static constexpr std::size_t kRecordSlots = 8;

  /// Slots of the control block, which begins at 0.
  enum Control : std::size_t {
    kCommandCount = 0,   ///< Set by the caller: commands in the buffer.
    kCommandsDone = 1,   ///< Commands executed since they were written; the rest waits for room.
    kEventCount = 2,     ///< Events in the buffer.
    kRestingOrders = 3,  ///< Our orders that rest.
    kPending = 4,        ///< 1: triggered orders wait for room; run again before all else.
    kRefusedChanges = 5, ///< kRecord commands so far that contradicted the record.
  };

  std::size_t commands;  ///< kCommandSlots each: a command, then its terms, then unused.
  std::size_t max_commands;
  std::size_t events;    ///< head (see encode_head), symbol, id, ticks, lots, remaining, and the
                         ///< time as seconds and nanoseconds (0, 0 for answers to commands).
  std::size_t max_events;
  std::size_t total;
};

/// Runs commands from the shared memory and writes back the events of commands and of the market.
class ReplayBuffer {
 public:
  ReplayBuffer(std::vector<const L2Book*> books, std::uint32_t max_orders,
               std::uint32_t max_commands, std::uint32_t* attention,
               QueueModel model = QueueModel::kProportional);

  /// With the model kExact: its market is what kRecord commands tell, `recorded_orders` of each
  /// symbol at a time.
  ReplayBuffer(std::int32_t symbols, std::uint32_t recorded_orders, std::uint32_t max_orders,
               std::uint32_t max_commands);

  /// Executes the triggered orders, then the waiting commands, each with what it triggers, and
  /// writes every event since the previous call, oldest first.
  void run() noexcept;

  MarketObserver observer() noexcept { return matcher_.observer(); }
  const ReplayLayout& layout() const noexcept { return layout_; }
  std::byte* data() noexcept { return memory_.data(); }
  std::size_t size() const noexcept { return memory_.size(); }

 private:
  void execute(const double* fields) noexcept;
  void record(const Command& command) noexcept;

  std::unique_ptr<OrderRecords> records_;  // Of kExact only.
  std::uint32_t attention_ = 0;            // Of kExact: nobody is to be woken.
  ReplayMatcher matcher_;
  ReplayLayout layout_;
  AlignedBuffer memory_;
  double refused_changes_ = 0;
};

}  // namespace bot4::match
