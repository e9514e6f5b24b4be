#pragma once
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "binding/session.h"
#include "core/memory.h"
#include "ring/byte_ring.h"
#include "ring/seqlock.h"
#include "ring/spsc_ring.h"

namespace bot4 {

/// What a shard's thread does when it has nothing to do.
enum class IdlePolicy : std::uint8_t {
  kSpin = 0,   ///< Asks again at once: needs a CPU of its own.
  kYield = 1,  ///< Gives the CPU away between two looks.
  kPark = 2,   ///< Looks a while, then sleeps until the next record.
};

/// What JavaScript sees of one symbol of a shard, copied at one moment.
struct SymbolView {
  static constexpr int kLevels = 32;  ///< Most levels of a side.
  SymbolState state;
  std::uint32_t bid_count;
  std::uint32_t ask_count;
  Level bids[kLevels];
  Level asks[kLevels];
};

/// Counters of a shard, copied at one moment; see ControlBlock.
struct ShardTotals {
  double frames;
  double bytes;
  double intents;
  double intents_dropped;
  double trades_dropped;
  double control_frames_dropped;
  std::uint32_t refused[kStatusCount];
};

/// A session on a thread of its own: records in by a ring, intents and trades out by rings, views
/// out by seqlocks. What the engine writes into its arena is handed over after every frame; the arena
/// itself stays with the shard's thread, so that its counters never cross between cores.
///
/// Steering, policies and resets come by the same ring as the frames, so that they take effect
/// exactly between the frames that they were sent between. Halts do not wait in it: they are words
/// of the steering thread that every decision reads.
///
/// Views are conflated: they are published when the ring is empty and when they are asked for; the
/// latest one wins.
///
/// Determinism: the decisions are a function of the records in their order and of the halts.
class Shard {
 public:
  /// What a record of the ring asks for.
  enum class RecordKind : std::uint32_t {
    kFrame = 0,     ///< FrameHeader and bytes.
    kSteering = 1,  ///< SymbolSteering of a symbol.
    kPolicy = 2,    ///< A checked PolicyBlock of a symbol.
    kReset = 3,     ///< The connection `target` begins anew.
  };
  /// Before each record's content.
  struct RecordHeader {
    RecordKind kind;
    /// Place of the symbol in this shard, or connection; of a frame 1 when it is a copy that another
    /// shard counts, else 0.
    std::int32_t target;
  };

  /// Most intents that one of its rings holds: more wait in the arena of all, not in each shard.
  static constexpr std::uint32_t kMostIntents = 1u << 14;
  /// Bytes of a shard's two rings of intents, for an engine whose own ring holds `intent_capacity`.
  static std::size_t intent_bytes(std::uint32_t intent_capacity) noexcept;

  /// `owned` in `options` are this shard's symbols; it holds kMostIntents of intents at most. Starts
  /// no thread yet.
  Shard(const SessionOptions& options, const DecisionTable* kernels, IdlePolicy idle);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard() { stop(); }

  /// Starts the thread, pinned to `cpu` unless that is negative. False when the system refuses one
  /// of both; then no thread runs.
  bool start(int index, int cpu) noexcept;

  /// Ends the thread after the record it works on, and waits for it. What is left in the ring stays.
  void stop() noexcept;

  /// Gives the memory of the shard these options: its arena and its rings. What the books and
  /// decoders allocate themselves is not covered. To be called before `start`.
  MemoryReport prepare(const MemoryOptions& options) noexcept;

  // Of the steering thread:

  /// Room for a record's content; null when the ring is full. Nothing happens before `commit`.
  std::byte* reserve(RecordKind kind, std::int32_t target, std::uint32_t length) noexcept;
  void commit() noexcept;
  /// Asks for views without waiting for the ring to be empty.
  void ask_views() noexcept {
    asked_.store(asked_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  /// Changes whenever a view was published. Pairs with the release in `publish`.
  std::uint64_t published() const noexcept { return published_.load(std::memory_order_acquire); }
  /// Whether every committed record is processed and its views are published.
  bool is_quiet() const noexcept { return quiet_.load(std::memory_order_acquire) == committed_; }
  const SeqLock<SymbolView>& view(int symbol) const noexcept {
    return views_[static_cast<std::size_t>(symbol)];
  }
  const SeqLock<ShardTotals>& totals() const noexcept { return *totals_; }
  const SeqLock<CompositeState>& composite(int index) const noexcept {
    return composites_[static_cast<std::size_t>(index)];
  }
  const SeqLock<ConnectionState>& connection(int index) const noexcept {
    return connections_[static_cast<std::size_t>(index)];
  }
  /// Takes the oldest intent or trade; false when there is none.
  bool take(IntentRecord* intent) noexcept { return intents_.try_pop(intent); }
  bool take(TradeRecord* trade) noexcept { return trades_.try_pop(trade); }
  /// To be called after some were taken: a shard that had no room for more goes on handing over.
  void note_taken() noexcept;
  /// The session: while the thread runs, only its control frames, and what a quiet shard holds still.
  Session& session() noexcept { return session_; }

 private:
  static void* enter(void* self) noexcept;
  void work() noexcept;
  bool take_record() noexcept;
  void take_frame(const std::byte* content, std::uint32_t length) noexcept;
  void hand_over() noexcept;
  bool move_out() noexcept;
  void publish() noexcept;
  void publish_symbol(int symbol) noexcept;
  void rest() noexcept;
  void park() noexcept;

  Session session_;
  IdlePolicy idle_;
  ByteRing ring_;
  SpscRing<IntentRecord> intents_;
  SpscRing<TradeRecord> trades_;
  std::unique_ptr<SeqLock<SymbolView>[]> views_;
  std::unique_ptr<SeqLock<ConnectionState>[]> connections_;
  std::unique_ptr<SeqLock<CompositeState>[]> composites_;
  std::unique_ptr<SeqLock<ShardTotals>> totals_;
  pthread_t thread_{};
  bool running_ = false;          // Of the steering thread.
  std::uint64_t committed_ = 0;   // Of the steering thread.
  int cpu_ = -1;                  // Written before the thread starts.

  // Of the shard's thread.
  alignas(128) std::uint64_t taken_ = 0;
  std::uint64_t answered_ = 0;
  int idle_turns_ = 0;
  bool left_ = false;  // The arena holds what found no room in the rings.
  SymbolView scratch_{};
  std::vector<SymbolState> last_published_;

  /// 1 pinned and running, 2 refused. Stored by the shard, waited for by `start`.
  alignas(128) std::atomic<int> started_{0};
  /// Records handled when the views were last complete. Stored by the shard, loaded by `is_quiet`.
  std::atomic<std::uint64_t> quiet_{0};
  /// Stored by the shard, loaded by `published`.
  std::atomic<std::uint64_t> published_{0};
  /// Stored by the steering thread, loaded by the shard.
  alignas(128) std::atomic<std::uint64_t> asked_{0};
  /// Stored by the steering thread, loaded by the shard.
  std::atomic<bool> stop_{false};
  /// 1 while the shard sleeps or is about to; both sides exchange it.
  alignas(128) std::atomic<int> parked_{0};
  /// Whether the shard waits for room in its rings; both sides exchange it.
  std::atomic<bool> backlog_{false};
  /// Raised by the steering thread, waited on by the shard.
  std::atomic<int> wake_{0};
};

}  // namespace bot4
