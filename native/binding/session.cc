#include "binding/session.h"

#include <cstring>

#include "core/stage_clock.h"

namespace bot4 {

Session::Session(Instruments instruments, std::uint32_t inbox_bytes, std::uint32_t intent_capacity,
                 const DecisionTable* kernels)
    : instruments_(static_cast<Instruments&&>(instruments)),
      layout_(ArenaLayout::make(static_cast<std::uint32_t>(instruments_.size()), intent_capacity,
                                inbox_bytes)),
      arena_(layout_.bytes),
      control_(arena_.at<ControlBlock>(layout_.control)),
      inbox_(arena_.data() + layout_.inbox),
      decoder_(instruments_),
      engine_(instruments_, arena_, layout_, kernels) {}

RunResult Session::run() noexcept {
  ControlBlock& control = *control_;
  // JavaScript wrote it on this thread, after the frames before it.
  const std::uint32_t write = control.inbox_write;
  std::uint32_t read = control.inbox_read;
  if (write > layout_.inbox_bytes || read > write) return RunResult::kMalformed;
  while (read != write) {
    FrameHeader header;
    if (write - read < sizeof header) return RunResult::kMalformed;
    std::memcpy(&header, inbox_ + read, sizeof header);
    const std::uint32_t room = write - read - static_cast<std::uint32_t>(sizeof header);
    if (header.length > room) return RunResult::kMalformed;
    if (header.received_ns > control.until_ns) return RunResult::kUntil;
    const std::uint32_t padded = (header.length + 7u) & ~7u;
    if (padded > room) return RunResult::kMalformed;

    const auto* bytes = reinterpret_cast<const char*>(inbox_ + read + sizeof header);
    read += static_cast<std::uint32_t>(sizeof header) + padded;
    control.inbox_read = read;
    if (header.received_ns > control.now_ns) control.now_ns = header.received_ns;
    control.frames += 1.0;
    control.bytes += static_cast<double>(header.length);

    const std::uint32_t intents_before = control.intent_head;
    MarketMessage message;
    BOT4_STAGE(kFrame);
    const Status status = decoder_.decode(bytes, header.length, header.symbol, &message);
    BOT4_STAGE(kDecode);
    if (status == Status::kOk) {
      engine_.apply(message, control.now_ns);
    } else {
      engine_.refuse(message.symbol, message.kind, status, control.now_ns);
    }
    // The observer runs inside apply, on this thread. The frame that woke it may have written
    // intents, too: they are in the ring, and the caller takes them after every run.
    if (control.attention != 0) {
      control.attention = 0;
      return RunResult::kAttention;
    }
    if (control.intent_head != intents_before) return RunResult::kIntent;
  }
  return RunResult::kDrained;
}

}  // namespace bot4
