#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "binding/connection.h"
#include "core/aligned_buffer.h"
#include "core/breaker.h"
#include "core/instruments.h"
#include "core/memory.h"
#include "decode/capture_merge.h"
#include "engine/engine.h"

namespace bot4 {

/// Why `Session::run` returned.
enum class RunResult : std::int32_t {
  kDrained = 0,    ///< Every frame of the inbox is processed, and every line of the captures that
                   ///< is known to be next.
  kUntil = 1,      ///< The next frame was received after `until_ns`; it stays where it is.
  kIntent = 2,     ///< An intent was written, or the lines of captures wrote as many trades as half
                   ///< their ring holds; more frames may wait.
  kAttention = 3,  ///< The match observer has something to report; more frames may wait, and the
                   ///< same frame may have written intents: take them after every run.
  kMalformed = 4,  ///< The inbox words or a frame header make no sense (a receive time before 1970
                   ///< or after 2199 among them): a bug of the caller.
};

/// What a session is made for.
struct SessionOptions {
  Instruments instruments;
  std::uint32_t inbox_bytes = 1u << 20;  ///< At least 4096.
  std::uint32_t intent_capacity = 1024;
  /// Empty: one connection of the first instrument's venue whose frames are messages.
  std::vector<ConnectionSpec> connections = {};
  /// Indices of the instruments that this session decides for, ascending; what concerns another is
  /// passed over. Empty: all of them.
  std::vector<int> owned = {};
  /// Trades between two visits of JavaScript; fewer than a run may write count as those.
  std::uint32_t trade_capacity = 0;
  /// Of every symbol the gate watches the circuit of all venues and that of its own feed, see
  /// `circuit_of`. The words must outlive the session.
  std::optional<CircuitBreaker> breaker = {};
  /// Best bids and offers over several instruments; empty where not all members are owned.
  std::vector<CompositeSpec> composites = {};
};

/// One engine with its arena, connections and decoders: frames in, intents out. Knows nothing of
/// JavaScript and nothing of threads: one thread at a time may use it.
///
/// Frames name instruments by their index in `SessionOptions::instruments`. The arena's records and
/// the engine name them by their place among the owned ones, which is the same when all are.
class Session {
 public:
  /// Requires at least one instrument, whose connection exists and is of its venue.
  Session(SessionOptions options, const DecisionTable* kernels);
  /// A session over one connection.
  Session(Instruments instruments, std::uint32_t inbox_bytes, std::uint32_t intent_capacity,
          const DecisionTable* kernels)
      : Session({static_cast<Instruments&&>(instruments), inbox_bytes, intent_capacity}, kernels) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Processes frames in order until one of the reasons of `RunResult`. Event time never goes back:
  /// a frame stamped earlier than its predecessor counts as received with it, and in
  /// `ControlBlock::clock_backwards`.
  RunResult run() noexcept;

  /// Lets `run` go on with the lines of captures once the inbox is empty; `symbols` names the
  /// instrument of each. Once in a session's life.
  void replay(const std::vector<int>& symbols) { captures_.emplace(symbols); }
  /// The captures; null before `replay`.
  CaptureMerge* captures() noexcept { return captures_.has_value() ? &*captures_ : nullptr; }
  /// Price levels in the depth updates and snapshots that were decoded.
  std::uint64_t level_updates() const noexcept { return level_updates_; }

  /// Forgets what a connection had begun and what waits of it in the inbox: the next frame is the
  /// first of a new one. Books whose updates do not name the one before them lose their proof:
  /// nothing else would show what was sent in between.
  void reset_connection(int connection) noexcept;

  /// Whether the next frames are copies of what another session counts: then this one counts
  /// neither them nor what of them concerns no instrument.
  void read_copies(bool copies) noexcept { is_copy_ = copies; }

  /// Gives the arena, with the inbox and the rings of intents and trades in it, these options. What
  /// the books and decoders allocate themselves is not covered.
  MemoryReport prepare(const MemoryOptions& options) noexcept {
    return prepare_memory(arena_.data(), arena_.size(), options);
  }

  Engine& engine() noexcept { return engine_; }
  const Engine& engine() const noexcept { return engine_; }
  /// The instruments that this session decides for.
  const Instruments& instruments() const noexcept { return owned_; }
  AlignedBuffer& arena() noexcept { return arena_; }
  const ArenaLayout& layout() const noexcept { return layout_; }
  ControlBlock& control() noexcept { return *control_; }
  int connection_count() const noexcept { return static_cast<int>(connections_.size()); }

 private:
  void watch(const CircuitBreaker& breaker) noexcept;
  void add_composite(const CompositeSpec& spec);
  RunResult run_captures() noexcept;
  bool woken(std::uint32_t intents_before, RunResult* why) noexcept;
  bool is_foreign(const Connection& connection, int symbol) const noexcept;
  void begin_frame(Connection& connection, std::int64_t received_ns, std::size_t length) noexcept;
  bool read_stream(Connection& connection, const FrameHeader& header, const char* bytes) noexcept;
  void take_message(Connection& connection, const char* data, std::size_t length,
                    int symbol) noexcept;
  void apply(MarketMessage& message) noexcept;
  void report_control(const FrameHeader& header, const WebSocketEvent& event) noexcept;
  void break_books(const Connection& connection, Status why) noexcept;
  /// Place of an instrument among the owned ones; -1 when it is none of them.
  int local(int symbol) const noexcept {
    const auto at = static_cast<std::size_t>(symbol);
    return symbol < 0 || at >= local_.size() ? -1 : local_[at];
  }

  Instruments all_;
  Instruments owned_;
  std::vector<int> local_;  // By index in all_.
  ArenaLayout layout_;
  AlignedBuffer arena_;
  ControlBlock* control_;
  const std::byte* inbox_;
  std::deque<Connection> connections_;  // A deque: connections never move.
  RecordRing<ControlFrameRecord> control_frames_;
  std::uint32_t resume_ = 0;  // Bytes already read of the stream piece at the inbox's front.
  std::optional<CaptureMerge> captures_;
  std::uint64_t level_updates_ = 0;
  bool is_copy_ = false;
  Engine engine_;
};

}  // namespace bot4
