#pragma once
#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

#include "engine/arena_layout.h"
#include "engine/policy.h"

namespace bot4 {

/// What the gate needs to know of the market at one decision.
struct GateMarket {
  bool synchronised = false;
  bool two_sided = false;
  std::int64_t updates = 0;   ///< Depth updates since the book was synchronised.
  std::int64_t depth_ns = 0;  ///< Time of the last depth update in the book.
  std::int64_t mark_ns = 0;   ///< Time of the last mark price; 0 before the first.
  double best_bid_ticks = 0;
  double best_ask_ticks = 0;
  double reference_ticks = 0;  ///< Mark price, else last trade, else mid; 0 while none is known.
};

/// An order as far as the gate lets it pass.
struct GatedOrder {
  double price_ticks;
  double lots;            ///< Whole; 0: refused.
  std::uint32_t reasons;  ///< Every clamp and refusal.
};

/// Every limit that stands between a decision and an intent.
///
/// Three questions in order: may this symbol add exposure at all (`check`), at which price and in
/// which size (`check_order`), and now (`check_pace`). Limits come from the policy, which is
/// copied, and from the steering and halt words, which are read anew each time.
///
/// Units:       prices ticks, quantities lots, notionals ticks x lots, time ns since the epoch.
/// Errors:      a steering word that is NaN, negative or, for position and budget, infinite closes
///              the gate with kReasonNotFinite.
/// Determinism: a pure function of arguments, policy and words; bit-identical everywhere.
/// Cost:        no allocation; workload gate.check.
class Gate {
 public:
  /// Both must outlive the gate.
  Gate(const ControlBlock* control, const SymbolSteering* steering) noexcept
      : steering_(steering), halts_{&control->halt, &steering->halt} {}

  /// Takes the limits of a checked policy. The token bucket starts full with the first one and is
  /// never filled by another; see IntentRate::configure.
  void configure(const PolicyBlock& policy) noexcept;

  /// Names the words that are nonzero while the breaker of all venues, or of this symbol's venue,
  /// is open; null: none. They must outlive the gate.
  void watch(const std::uint32_t* global, const std::uint32_t* venue) noexcept {
    breakers_[0] = global == nullptr ? &kClosed : global;
    breakers_[1] = venue == nullptr ? &kClosed : venue;
  }

  /// Takes the halts from other words than the arena's own, of a thread that steers. They must
  /// outlive the gate.
  void halt_by(const std::uint32_t* global, const std::uint32_t* symbol) noexcept {
    halts_[0] = global;
    halts_[1] = symbol;
  }

  /// Whether the global or the symbol's halt word is set.
  bool halted() const noexcept {
    // Relaxed pairs with the stores of JavaScript, on this thread or another: a halt carries
    // nothing but itself.
    return (__atomic_load_n(halts_[0], __ATOMIC_RELAXED) |
            __atomic_load_n(halts_[1], __ATOMIC_RELAXED)) != 0;
  }

  /// The reasons that forbid new exposure now, 0 when there is none.
  std::uint32_t check(const GateMarket& market, std::int64_t at_ns) const noexcept {
    // What fails seldom, and then for many calls on end, is a branch that costs nothing while all
    // is well. The spread comes and goes with every update: no branch.
    if ((word(halts_[0]) | word(halts_[1]) | word(breakers_[0]) | word(breakers_[1])) != 0 ||
        !market.synchronised || !market.two_sided || market.updates < warm_up_updates_ ||
        at_ns - market.depth_ns > stale_after_ns_ || mark_is_stale(market, at_ns) ||
        !steering_is_sound()) [[unlikely]] {
      return refusals(market, at_ns);
    }
    return is_wide(market) ? kReasonSpread : 0u;
  }

  /// Cuts one order to the limits of price and size. `side` is +1 to buy, -1 to sell; `lots` > 0.
  GatedOrder check_order(double side, double price_ticks, double lots,
                         const GateMarket& market) const noexcept;

  /// kReasonInterval and kReasonRate, as far as they forbid an intent now.
  std::uint32_t check_pace(std::int64_t at_ns) noexcept {
    const bool soon = last_intent_ns_ != INT64_MIN && at_ns - last_intent_ns_ < min_interval_ns_;
    return (soon ? kReasonInterval : 0u) | (rate_.allows(at_ns) ? 0u : kReasonRate);
  }

  /// Takes note of an emitted intent; `spends` a token of the rate unless it only takes back.
  void note_intent(std::int64_t at_ns, bool spends) noexcept {
    last_intent_ns_ = at_ns;
    if (spends) rate_.spend();
  }

 private:
  static constexpr std::uint32_t kClosed = 0;  ///< Stands for a breaker that is not there.

  static std::uint32_t word(const std::uint32_t* at) noexcept {
    // Acquire pairs with the release of whoever trips a breaker: what led to it is visible.
    return __atomic_load_n(at, __ATOMIC_ACQUIRE);
  }
  bool is_wide(const GateMarket& market) const noexcept {
    return market.best_ask_ticks - market.best_bid_ticks > max_spread_ticks_;
  }
  bool mark_is_stale(const GateMarket& market, std::int64_t at_ns) const noexcept {
    const double after = steering_->stale_mark_after_ns;
    return after > 0.0 &&
           (market.mark_ns == 0 || static_cast<double>(at_ns - market.mark_ns) > after);
  }
  bool steering_is_sound() const noexcept;
  /// What `check` gives, every reason by itself.
  std::uint32_t refusals(const GateMarket& market, std::int64_t at_ns) const noexcept;

  const SymbolSteering* steering_;
  const std::uint32_t* halts_[2];
  const std::uint32_t* breakers_[2] = {&kClosed, &kClosed};
  IntentRate rate_;
  std::int64_t last_intent_ns_ = INT64_MIN;
  std::int64_t stale_after_ns_ = 0;
  std::int64_t warm_up_updates_ = 0;
  std::int64_t min_interval_ns_ = 0;
  double max_spread_ticks_ = 0;
  double minimum_lots_ = 0;
};

/// Position and budget are finite, every limit is a number from 0 to infinity. All comparisons are
/// false for NaN.
inline bool Gate::steering_is_sound() const noexcept {
  const SymbolSteering& s = *steering_;
  static_assert(offsetof(SymbolSteering, max_order_lots) ==
                offsetof(SymbolSteering, max_position_lots) + sizeof(double));
  static_assert(offsetof(SymbolSteering, max_order_notional) ==
                offsetof(SymbolSteering, max_position_notional) + sizeof(double));
  static_assert(offsetof(SymbolSteering, collar_bps) ==
                offsetof(SymbolSteering, max_collar_ticks) + sizeof(double));
  const __m128d zero = _mm_setzero_pd();
  const __m128d size = _mm_andnot_pd(_mm_set1_pd(-0.0), _mm_set_pd(s.budget_lots, s.position_lots));
  const __m128d finite = _mm_cmplt_pd(size, _mm_set1_pd(__builtin_inf()));
  const __m128d lots = _mm_cmple_pd(zero, _mm_loadu_pd(&s.max_position_lots));
  const __m128d notionals = _mm_cmple_pd(zero, _mm_loadu_pd(&s.max_position_notional));
  const __m128d prices = _mm_cmple_pd(zero, _mm_loadu_pd(&s.max_collar_ticks));
  const __m128d mark = _mm_cmple_pd(zero, _mm_load1_pd(&s.stale_mark_after_ns));
  return _mm_movemask_pd(_mm_and_pd(_mm_and_pd(finite, mark),
                                    _mm_and_pd(_mm_and_pd(lots, notionals), prices))) == 3;
}

}  // namespace bot4
