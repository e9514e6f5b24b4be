#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "binding/shard.h"

namespace bot4 {

/// The threads of a `ThreadedSession`.
struct ThreadOptions {
  int shards = 1;              ///< 1 to the number of instruments.
  std::vector<int> pin = {};   ///< A CPU for each shard; empty: wherever the system puts them.
  IdlePolicy idle = IdlePolicy::kPark;
};

/// Says what is wrong with the options for a process that may use `cpus`, naming the thing, its value
/// and what is allowed; empty when nothing is.
std::string thread_fault(const ThreadOptions& options, int instruments,
                         const std::vector<int>& cpus);

/// Says which composite has members of several shards: each book belongs to one thread, so that its
/// members must be on one. Empty when none has.
std::string composite_fault(const std::vector<CompositeSpec>& composites, int shards);

/// The CPUs that this process may use, ascending.
std::vector<int> usable_cpus();

/// The engine on threads: instrument i belongs to shard i mod `shards`, each on a thread of its own.
///
/// It has the same arena as a `Session`, which only the steering thread touches. `run` hands the
/// inbox's frames to the shards and takes what they wrote since the last call: intents and trades
/// into the arena's rings, the latest views into its states. So decisions never wait for the
/// steering thread, and their intents wait for its next `run`.
///
/// A frame goes to the shard of the instrument it names; one that names none, and every frame of a
/// Coinbase connection (whose numbers each shard has to check), goes to all shards with instruments
/// of its connection.
///
/// Policies when full: a shard's ring takes no frame: it stays in the inbox, and those behind it;
/// the inbox is full: the caller has to drop a frame, and the sequence rules find what it held. The
/// arena's intent ring is full: intents stay in the shard's; that is full, too: they stay in the
/// shard's arena; its ring is full as well: the engine refuses them (kReasonRingFull). Trades
/// likewise, the shard counts those it drops.
///
/// Determinism: per instrument the same decisions as a `Session` gives on the same calls, as long as
///              no halt changes; the order of intents of different shards is that of their taking.
class ThreadedSession {
 public:
  /// Requires options without a `thread_fault` and empty `owned`.
  ThreadedSession(const SessionOptions& options, const ThreadOptions& threads,
                  const DecisionTable* kernels);
  ThreadedSession(const ThreadedSession&) = delete;
  ThreadedSession& operator=(const ThreadedSession&) = delete;

  /// Gives the arena of all and the memory of every shard these options, see `Shard::prepare`. To be
  /// called before `start`.
  MemoryReport prepare(const MemoryOptions& options) noexcept;
  /// Starts the threads. False when the system refuses one: then none runs.
  bool start() noexcept;
  /// Ends the threads and waits for them. What they had not processed is lost.
  void stop() noexcept;

  /// Hands over the frames up to `until_ns` and takes what there is: kIntent when intents came.
  RunResult run() noexcept;

  /// Runs until every shard has processed what it was given, or `timeout_ms` have passed: false.
  bool settle(int timeout_ms) noexcept;

  /// Puts the arena's policy block in force for a symbol, before the frames of the next `run`.
  Status apply_policy(int symbol, const char** field) noexcept;
  /// Begins a connection anew, before the frames of the next `run`.
  void reset_connection(int connection) noexcept;

  /// The latest view of a symbol: at most SymbolView::kLevels levels of a side.
  const SymbolView& view(int symbol) const noexcept {
    return views_[static_cast<std::size_t>(symbol)];
  }
  /// Fingerprint of all shards, settled first; false when they do not settle within ten seconds.
  bool state_hash(std::uint64_t* hash) noexcept;

  AlignedBuffer& arena() noexcept { return arena_; }
  const ArenaLayout& layout() const noexcept { return layout_; }
  int symbol_count() const noexcept { return static_cast<int>(places_.size()); }
  int connection_count() const noexcept { return static_cast<int>(routes_.size()); }

 private:
  /// Where an instrument is decided for.
  struct Place {
    int shard;
    int symbol;  ///< Among the shard's own.
  };
  /// Where a connection's frames go.
  struct Route {
    std::vector<int> shards;
    bool to_all;  ///< Frames that name an instrument, too.
  };

  bool send_changes() noexcept;
  bool send(Shard::RecordKind kind, int shard, int target, const void* content,
            std::uint32_t length) noexcept;
  bool forward(const FrameHeader& header, const std::byte* frame, std::uint32_t length) noexcept;
  RunResult forward_frames() noexcept;
  void collect() noexcept;
  void collect_intents(int shard) noexcept;
  void collect_trades(int shard) noexcept;
  void collect_control_frames(int shard) noexcept;
  void refresh(int shard) noexcept;
  bool refresh_composites(int shard) noexcept;
  void add_totals() noexcept;

  ArenaLayout layout_;
  AlignedBuffer arena_;
  ControlBlock* control_;
  RecordRing<IntentRecord> intents_;
  RecordRing<TradeRecord> trades_;
  RecordRing<ControlFrameRecord> control_frames_;
  std::vector<int> cpus_;
  std::vector<Place> places_;
  std::vector<std::vector<int>> owned_;  // By shard: the instruments in their order.
  std::vector<Route> routes_;
  std::vector<int> composite_shards_;  // By composite.
  std::vector<SymbolView> views_;
  std::vector<SymbolSteering> sent_steering_;
  std::vector<std::unique_ptr<PolicyBlock>> policies_;  // Checked and not yet sent.
  std::vector<std::vector<bool>> resets_;               // By connection and shard: not yet sent.
  bool changes_wait_ = false;
  std::vector<std::uint64_t> seen_views_;  // Version of each symbol's view in views_.
  std::vector<std::uint64_t> seen_;  // `published` of each shard at the last refresh.
  std::vector<ShardTotals> totals_;
  double intent_sequence_ = 0;
  int runs_ = 0;
  std::deque<Shard> shards_;  // Last: the threads end before what they write to.
};

}  // namespace bot4
