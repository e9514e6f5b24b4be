#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "core/aligned_buffer.h"
#include "core/instruments.h"
#include "engine/arena_layout.h"
#include "engine/composites.h"
#include "engine/symbol_engine.h"

namespace bot4 {

/// The engines of all symbols over one arena.
///
/// Determinism: a pure function of the calls and of what the arena's policy, steering and halt
///              words held at each call; never reads a clock.
class Engine {
 public:
  /// `instruments` and `arena` must outlive the engine; `arena` holds at least `layout.bytes`.
  Engine(const Instruments& instruments, AlignedBuffer& arena, const ArenaLayout& layout,
         const DecisionTable* kernels);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Takes one decoded message received at `at_ns`. Requires a known symbol.
  Status apply(const MarketMessage& m, std::int64_t at_ns);

  /// Takes note of a frame that was not understood; `symbol` is -1 when it is not known whose, and
  /// `kind` is kUnknown when it may have been anything.
  void refuse(int symbol, MessageKind kind, Status status, std::int64_t at_ns) noexcept;

  /// Puts the arena's policy block in force for a symbol, on the engine's own thread. Returns kOk,
  /// or kBadArgument with the name of the field that is out of bounds in `*field`.
  Status apply_policy(int symbol, const char** field) noexcept;

  /// The same of a block of the caller's, from any one thread at a time while the engine runs on
  /// another: weights, calibration and limits change together at the symbol's next decision.
  Status apply_policy(int symbol, const PolicyBlock& policy, const char** field) noexcept;

  /// Names the words whose being nonzero closes a symbol's gate: the breaker of all venues and that
  /// of its own; null: none. They must outlive the engine.
  void watch_breakers(int symbol, const std::uint32_t* global, const std::uint32_t* venue) noexcept;

  /// Joins symbols of one underlying into the next composite of the arena's; none: it stays empty.
  /// Requires a place in the layout, and symbols that are in no other composite.
  void add_composite(const std::vector<int>& symbols, std::int64_t max_age_ns);

  /// Writes the composites as they are at `now_ns` into the arena.
  void publish_composites(std::int64_t now_ns) noexcept { composites_.publish(now_ns); }

  /// Registers the observer of every book and tape; a default one switches it off.
  void observe(const MarketObserver& observer) noexcept;

  /// Names the words that halt a symbol in place of the arena's own: they are of the thread that
  /// steers, and must outlive the engine.
  void halt_by(int symbol, const std::uint32_t* global, const std::uint32_t* own) noexcept;

  /// Fingerprint of everything decided so far and of every book.
  std::uint64_t state_hash() const noexcept;

  int symbol_count() const noexcept { return static_cast<int>(symbols_.size()); }

  /// Requires 0 <= symbol < symbol_count().
  const BookSync& sync(int symbol) const noexcept {
    return symbols_[static_cast<std::size_t>(symbol)].sync();
  }
  /// The verified book; empty while it is not synchronised.
  const L2Book& book(int symbol) const noexcept { return sync(symbol).book(); }

  /// The word that an observer sets to make `run` return; see ControlBlock::attention.
  std::uint32_t* attention_word() noexcept { return &shared_.control->attention; }

 private:
  EngineShared shared_;
  const PolicyBlock* policy_;
  const Instruments& instruments_;
  Composites composites_;
  std::deque<SymbolEngine> symbols_;  // A deque: the engines never move.
};

}  // namespace bot4
