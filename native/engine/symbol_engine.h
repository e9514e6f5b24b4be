#pragma once
#include <cstdint>

#include "book/book_sync.h"
#include "core/state_hash.h"
#include "engine/arena_layout.h"
#include "engine/features.h"
#include "engine/policy.h"
#include "engine/quoting.h"
#include "kernels/table.h"
#include "ring/record_ring.h"

namespace bot4 {

/// What the symbols of one engine share.
struct EngineShared {
  const DecisionTable* kernels = nullptr;
  ControlBlock* control = nullptr;
  std::uint32_t* halt = nullptr;  ///< The word that stops every symbol.
  RecordRing<IntentRecord> intents;
  RecordRing<TradeRecord> trades;
  StateHash hash;
  std::uint64_t intent_sequence = 0;
};

/// One symbol's path from verified messages to intents: book, features, decision, gate, intent.
///
/// Determinism: a pure function of the messages, their times, the policies, the steering words and
///              the halt words at each message.
class SymbolEngine {
 public:
  SymbolEngine(int symbol, SequenceRule rule, EngineShared* shared, SymbolSteering* steering,
               SymbolState* state) noexcept;

  /// Takes a message of this symbol and decides when the book is proven. Returns what became of it.
  Status apply(const MarketMessage& m, std::int64_t at_ns);

  /// Counts a message that was not understood; one that may have been a depth update breaks the
  /// book, since what it said is lost.
  void refuse(MessageKind kind, Status status, std::int64_t at_ns) noexcept;

  /// Puts a checked policy in force. Live quotes stay until the next decision, which takes them back
  /// when the new policy does not quote.
  void set_policy(const PolicyBlock& policy) noexcept;

  void observe(const MarketObserver& observer) noexcept;

  /// Takes this symbol's halt from another word than its steering's; another thread may write it.
  void halt_by(std::uint32_t* word) noexcept { halt_ = word; }

  const BookSync& sync() const noexcept { return sync_; }

 private:
  Status apply_trade(const MarketMessage& m, std::int64_t at_ns) noexcept;
  void decide(std::int64_t at_ns) noexcept;
  std::uint32_t check_gate(std::int64_t at_ns) const noexcept;
  std::uint32_t emit_take(std::int64_t at_ns, const Decision& decision,
                          std::uint32_t reasons) noexcept;
  std::uint32_t emit_quotes(std::int64_t at_ns, const Decision& decision,
                            std::uint32_t reasons) noexcept;
  std::uint32_t size_quotes(Quotes* quotes) const noexcept;
  bool quotes_moved(const Quotes& quotes, std::int64_t at_ns) const noexcept;
  std::uint32_t check_pace(std::int64_t at_ns) noexcept;
  IntentRecord* begin_intent(IntentKind kind, std::int64_t at_ns, const Decision& decision,
                             std::uint32_t reasons) noexcept;
  void commit_intent(std::int64_t at_ns) noexcept;
  bool is_halted() const noexcept;
  bool steering_is_sound() const noexcept;
  double inverse_volatility() const noexcept;
  void publish(std::int64_t at_ns) noexcept;
  void fold_decision(const Decision& decision, std::uint32_t reasons, std::int64_t at_ns) noexcept;

  int symbol_;
  EngineShared* shared_;
  SymbolSteering* steering_;
  std::uint32_t* halt_;
  SymbolState* state_;
  BookSync sync_;
  Features features_;
  PolicyBlock policy_{};
  IntentRate rate_;
  Quotes live_;
  std::int64_t last_intent_ns_ = INT64_MIN;
  std::int64_t last_quote_ns_ = INT64_MIN;
  std::int64_t last_depth_ns_ = 0;
};

}  // namespace bot4
