#include "engine/arena_layout.h"

#include <algorithm>
#include <bit>

#include "core/memory.h"

namespace bot4 {
namespace {

/// The shortest trade message with its frame header.
constexpr std::uint32_t kSmallestTradeFrame = 80;

/// Intents whose ring is small enough to be there from the start.
constexpr std::uint32_t kSmallIntentRing = 1024;

/// Control frames between two visits of JavaScript. A venue pings every few seconds.
constexpr std::uint32_t kControlFrames = 64;

}  // namespace

ArenaLayout ArenaLayout::make(std::uint32_t symbols, std::uint32_t intent_capacity,
                              std::uint32_t inbox_bytes, std::uint32_t connections,
                              std::uint32_t trade_capacity, std::uint32_t composites) noexcept {
  ArenaLayout layout;
  layout.symbols = symbols;
  layout.intent_capacity = std::bit_ceil(intent_capacity);
  layout.inbox_bytes = inbox_bytes / 8 * 8;
  const std::uint32_t inbox_trades = inbox_bytes / kSmallestTradeFrame + 1;
  layout.trade_capacity = std::bit_ceil(std::max(inbox_trades, trade_capacity));
  layout.is_sparse = trade_capacity > std::bit_ceil(inbox_trades) ||
                     layout.intent_capacity > kSmallIntentRing;
  layout.connections = connections;
  layout.control_frame_capacity = kControlFrames;
  layout.composite_count = composites;
  std::size_t end = 0;
  const auto place = [&end](std::size_t size) {
    const std::size_t at = end;
    end += AlignedBuffer::round_up(size);
    return at;
  };
  layout.control = place(sizeof(ControlBlock));
  layout.steering = place(sizeof(SymbolSteering) * symbols);
  layout.states = place(sizeof(SymbolState) * symbols);
  layout.policy = place(sizeof(PolicyBlock));
  layout.intents = place(sizeof(IntentRecord) * layout.intent_capacity);
  layout.trades = place(sizeof(TradeRecord) * layout.trade_capacity);
  layout.connection_states = place(sizeof(ConnectionState) * connections);
  layout.control_frames = place(sizeof(ControlFrameRecord) * layout.control_frame_capacity);
  layout.composites = place(sizeof(CompositeState) * composites);
  layout.inbox = place(layout.inbox_bytes + kInboxSlack);
  layout.bytes = end;
  return layout;
}

AlignedBuffer ArenaLayout::allocate() const noexcept {
  return is_sparse ? allocate_memory(bytes) : AlignedBuffer(bytes);
}

}  // namespace bot4
