#pragma once
#include <cstdint>
#include <vector>

#include "core/aligned_buffer.h"
#include "core/instruments.h"
#include "decode/binance.h"
#include "engine/engine.h"

namespace bot4 {

/// Why `Session::run` returned.
enum class RunResult : std::int32_t {
  kDrained = 0,    ///< Every frame of the inbox is processed.
  kUntil = 1,      ///< The next frame was received after `until_ns`; it stays in the inbox.
  kIntent = 2,     ///< An intent was written; more frames may wait.
  kAttention = 3,  ///< The match observer has something to report; more frames may wait, and the
                   ///< same frame may have written intents: take them after every run.
  kMalformed = 4,  ///< The inbox words or a frame header make no sense: a bug of the caller.
};

/// One engine with its arena and decoder: frames in, intents out. Knows nothing of JavaScript.
class Session {
 public:
  /// Requires at least one instrument and an `inbox_bytes` of at least 4096.
  Session(Instruments instruments, std::uint32_t inbox_bytes, std::uint32_t intent_capacity,
          const DecisionTable* kernels);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Processes frames in order until one of the reasons of `RunResult`. Event time never goes back:
  /// a frame stamped earlier than its predecessor counts as received with it.
  RunResult run() noexcept;

  Engine& engine() noexcept { return engine_; }
  const Engine& engine() const noexcept { return engine_; }
  const Instruments& instruments() const noexcept { return instruments_; }
  AlignedBuffer& arena() noexcept { return arena_; }
  const ArenaLayout& layout() const noexcept { return layout_; }
  ControlBlock& control() noexcept { return *control_; }

 private:
  Instruments instruments_;
  ArenaLayout layout_;
  AlignedBuffer arena_;
  ControlBlock* control_;
  const std::byte* inbox_;
  BinanceDecoder decoder_;
  Engine engine_;
};

}  // namespace bot4
