#pragma once
#include <cstdint>

#include "book/book_sync.h"
#include "core/instruments.h"
#include "core/state_hash.h"
#include "engine/arena_layout.h"
#include "engine/composites.h"
#include "engine/features.h"
#include "engine/gate.h"
#include "engine/quoting.h"
#include "kernels/table.h"
#include "ring/record_ring.h"
#include "ring/seqlock.h"

namespace bot4 {

/// What the symbols of one engine share.
struct EngineShared {
  const DecisionTable* kernels = nullptr;
  ControlBlock* control = nullptr;
  RecordRing<IntentRecord> intents;
  RecordRing<TradeRecord> trades;
  StateHash hash;
  std::uint64_t intent_sequence = 0;
};

/// One symbol's path from verified messages to intents: book, features, decision, gate, intent.
///
/// Everything but `set_policy` belongs to one thread.
///
/// Determinism: a pure function of the messages, their times, the policies, the steering words, the
///              halt words and the breakers at each message.
/// Cost:        no allocation in steady state; workload engine.apply.
class SymbolEngine {
 public:
  SymbolEngine(int symbol, const InstrumentSpec& spec, EngineShared* shared,
               SymbolSteering* steering, SymbolState* state) noexcept;

  /// Takes a message of this symbol and decides when the book is proven. Returns what became of it.
  Status apply(const MarketMessage& m, std::int64_t at_ns);

  /// Counts a message that was not understood; one that may have been a depth update breaks the
  /// book, since what it said is lost.
  void refuse(MessageKind kind, Status status, std::int64_t at_ns) noexcept;

  /// Hands over a checked policy, from any one thread at a time: its weights, calibration and
  /// limits are in force together from the start of the next decision. Live quotes stay until then,
  /// and are taken back when the new policy does not quote.
  void set_policy(const PolicyBlock& policy) noexcept { offered_policy_.store(policy); }

  /// Puts the offered policy in force at once; on the engine's own thread.
  void take_offered_policy() noexcept;

  /// Names the breakers of the gate; see Gate::watch.
  void watch(const std::uint32_t* global, const std::uint32_t* venue) noexcept {
    gate_.watch(global, venue);
  }

  /// Names the halts of the gate; see Gate::halt_by.
  void halt_by(const std::uint32_t* global, const std::uint32_t* symbol) noexcept {
    gate_.halt_by(global, symbol);
  }

  /// Takes a seat in a composite, which must outlive this.
  void join(const CompositeSeat& seat) noexcept { seat_ = seat; }

  void observe(const MarketObserver& observer) noexcept;
  const BookSync& sync() const noexcept { return sync_; }

 private:
  Status take(const MarketMessage& m, std::int64_t at_ns);
  Status apply_trade(const MarketMessage& m, std::int64_t at_ns) noexcept;
  void apply_mark(const MarketMessage& m, std::int64_t at_ns) noexcept;
  void apply_liquidation(const MarketMessage& m, std::int64_t at_ns) noexcept;
  void quote_composite(std::int64_t at_ns) noexcept;
  void refresh_composite(std::int64_t at_ns) noexcept;
  void decide(std::int64_t at_ns) noexcept;
  GateMarket gate_market() const noexcept;
  std::uint32_t emit_take(std::int64_t at_ns, const Decision& decision, const GateMarket& market,
                          std::uint32_t reasons) noexcept;
  std::uint32_t emit_quotes(std::int64_t at_ns, const Decision& decision, const GateMarket& market,
                            std::uint32_t reasons) noexcept;
  std::uint32_t make_quotes(const Decision& decision, const GateMarket& market,
                            Quotes* quotes) const noexcept;
  bool quotes_moved(const Quotes& quotes, std::int64_t at_ns) const noexcept;
  IntentRecord* begin_intent(IntentKind kind, std::int64_t at_ns, const Decision& decision,
                             std::uint32_t reasons) noexcept;
  void commit_intent(std::int64_t at_ns, bool spends) noexcept;
  bool knows_volatility() const noexcept;
  double inverse_volatility() const noexcept;
  void publish_book() noexcept;
  void publish_sync() noexcept;
  void fold_decision(const Decision& decision, std::uint32_t reasons, std::int64_t at_ns) noexcept;

  int symbol_;
  double tick_e8_;
  bool streamed_snapshots_;  // Snapshots come by the stream, as updates do.
  EngineShared* shared_;
  SymbolSteering* steering_;
  SymbolState* state_;
  BookSync sync_;
  Features features_;
  Gate gate_;
  PolicyBlock policy_{};
  std::uint64_t policy_version_ = 0;
  Quotes live_;
  std::int64_t last_quote_ns_ = INT64_MIN;
  std::int64_t last_depth_ns_ = 0;
  CompositeSeat seat_;
  SeqLock<PolicyBlock> offered_policy_;
};

}  // namespace bot4
