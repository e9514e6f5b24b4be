#pragma once
// The whole path from bytes to intent without JavaScript: a Session fed with frames from memory, in
// closed loop or on a fixed schedule.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "binding/session.h"
#include "histogram.h"
#include "stall_ledger.h"
#include "workload.h"

namespace bot4::bench {

/// Frames in memory, with the instruments that they concern.
struct RecordedFrames {
  struct Frame {
    std::uint32_t offset;
    std::uint32_t length;
    std::int32_t symbol;
    std::int64_t at_ns;  ///< Receive time, ns since the epoch.
  };
  Instruments instruments;  ///< All of one venue.
  std::vector<char> bytes;  ///< Readable 64 bytes beyond the last frame.
  std::vector<Frame> frames;
};

/// One Session and its position in the frames, which it repeats later and later in event time.
///
/// What names its instrument reaches the session as a venue sends it: as a piece of a WebSocket
/// stream. The rest, answers to requests for a snapshot, reach it as messages. The policy takes at
/// every decision, so that an intent follows from every depth update of a synchronised book.
class RecordedPath {
 public:
  /// `policy_fault` names the field of the bench's policy that the engine refused; null when none.
  RecordedPath(std::shared_ptr<const RecordedFrames> frames, const char** policy_fault);

  /// Feeds the next `count` frames, one after the other; returns the time it took, ns.
  double saturate(std::uint64_t count) noexcept;

  /// Feeds `count` frames at `rate_per_s`, each at its intended time or as soon after it as the
  /// one before is done; latencies count from the intended time. Returns the time it took, ns.
  /// With `block` > 0 the stage clock runs, and a row of stage times is kept every `block` frames.
  double open_loop(double rate_per_s, std::uint64_t count, std::uint64_t block);

  /// Allocations of this addon while `count` frames pass.
  std::uint64_t allocations(std::uint64_t count) noexcept;

  /// Of every message.
  const LatencyHistogram& latency() const noexcept { return latency_; }
  /// Of those messages alone that led to an intent.
  const LatencyHistogram& intent_latency() const noexcept { return intent_latency_; }
  const StallLedger& stalls() const noexcept { return stalls_; }
  /// Rows of StageClock::kStages means, ns per frame, the cost of the clock taken off.
  const std::vector<double>& stage_rows() const noexcept { return stage_rows_; }
  void clear_measures();

  /// Intents since the measures were cleared.
  double intents() const noexcept { return intents_; }
  std::uint64_t state_hash() const noexcept { return session_->engine().state_hash(); }
  std::size_t frame_count() const noexcept { return frames_->frames.size(); }

 private:
  void restart() noexcept;
  double feed_next() noexcept;
  void make_wire();
  void close_block(std::uint64_t frames);

  std::shared_ptr<const RecordedFrames> frames_;
  std::vector<RecordedFrames::Frame> wire_frames_;  // The symbol of a piece of a stream is -1.
  std::vector<char> wire_;
  std::unique_ptr<Session> session_;
  LatencyHistogram latency_;
  LatencyHistogram intent_latency_;
  StallLedger stalls_;
  std::vector<double> stage_rows_;
  double mark_cost_ns_ = 0;
  std::uint64_t block_frames_ = 0;
  std::size_t next_ = 0;
  std::int64_t shift_ns_ = 0;
  double intents_ = 0;
};

/// A workload over the frames: "decode" (checksum over every level and print), "book" (decode and
/// proven book, checksum over best bid and ask after every applied update), "framed-book" (the same
/// from a WebSocket stream) or "path" (a fresh Session each time, its state hash). Null for another
/// name.
std::unique_ptr<Workload> make_path_workload(const std::string& kind,
                                             std::shared_ptr<const RecordedFrames> frames);

}  // namespace bot4::bench
