// The last part of a symbol's path: from a decision that passed the gate to an intent in the ring.
#include <cmath>

#include "engine/reasons.h"
#include "engine/symbol_engine.h"

namespace bot4 {
namespace {

/// `later - earlier` in ns as a double; infinite when there was no earlier event.
double elapsed_ns(std::int64_t earlier, std::int64_t later) noexcept {
  return earlier == INT64_MIN ? HUGE_VAL : static_cast<double>(later - earlier);
}

}  // namespace

std::uint32_t SymbolEngine::emit_take(std::int64_t at_ns, const Decision& decision,
                                      const GateMarket& market, std::uint32_t reasons) noexcept {
  const double touch = decision.side > 0.0 ? market.best_ask_ticks : market.best_bid_ticks;
  const double wanted = touch + decision.side * std::floor(policy_.collar_ticks);
  const GatedOrder order = gate_.check_order(decision.side, wanted, decision.quantity, market);
  reasons |= order.reasons;
  if (order.lots == 0.0) return reasons;
  reasons |= gate_.check_pace(at_ns);
  if ((reasons & (kReasonInterval | kReasonRate)) != 0) return reasons;

  IntentRecord* intent = begin_intent(IntentKind::kTake, at_ns, decision, reasons);
  if (intent == nullptr) return reasons | kReasonRingFull;
  intent->side = decision.side;
  intent->price_ticks = order.price_ticks;
  intent->lots = order.lots;
  commit_intent(at_ns, true);
  return reasons;
}

/// Prices both quotes and gives each what the gate lets pass of the quote size.
std::uint32_t SymbolEngine::make_quotes(const Decision& decision, const GateMarket& market,
                                        Quotes* quotes) const noexcept {
  // Without a volatility the quotes would not be any wider for their risk.
  const bool weighs_risk = policy_.gamma > 0.0 && policy_.horizon_s > 0.0;
  if (weighs_risk && policy_.volatility_floor_ticks == 0.0 && !knows_volatility()) {
    return kReasonNotWarm;
  }
  const double mid = features_.mid();
  const QuoteInputs inputs{policy_.centre_on_microprice != 0 ? features_.microprice() : mid,
                           market.best_bid_ticks,
                           market.best_ask_ticks,
                           steering_->position_lots,
                           state_->features[kRealisedVolatility] * 1e-4 * mid,
                           decision.probability};
  if (!quote_prices(policy_, inputs, quotes)) return kReasonNotFinite;
  const double wanted = std::floor(policy_.quote_lots);
  const GatedOrder bid = gate_.check_order(1.0, quotes->bid_ticks, wanted, market);
  const GatedOrder ask = gate_.check_order(-1.0, quotes->ask_ticks, wanted, market);
  quotes->bid_ticks = bid.price_ticks;
  quotes->bid_lots = bid.lots;
  quotes->ask_ticks = ask.price_ticks;
  quotes->ask_lots = ask.lots;
  // One side too small to quote is no refusal of the other.
  std::uint32_t reasons =
      (bid.reasons | ask.reasons) & ~static_cast<std::uint32_t>(kReasonBelowMinimum);
  if (wanted < policy_.quote_lots) reasons |= kReasonReduced;
  if (bid.lots == 0.0 && ask.lots == 0.0) reasons |= kReasonBelowMinimum;
  return reasons;
}

bool SymbolEngine::quotes_moved(const Quotes& quotes, std::int64_t at_ns) const noexcept {
  if ((quotes.bid_lots > 0.0) != (live_.bid_lots > 0.0)) return true;
  if ((quotes.ask_lots > 0.0) != (live_.ask_lots > 0.0)) return true;
  if (quotes.bid_lots == 0.0 && quotes.ask_lots == 0.0) return false;
  if (quotes.bid_lots != live_.bid_lots || quotes.ask_lots != live_.ask_lots) return true;
  const bool bid_moved = quotes.bid_lots > 0.0 &&
                         std::fabs(quotes.bid_ticks - live_.bid_ticks) >= policy_.requote_ticks;
  const bool ask_moved = quotes.ask_lots > 0.0 &&
                         std::fabs(quotes.ask_ticks - live_.ask_ticks) >= policy_.requote_ticks;
  const bool due = elapsed_ns(last_quote_ns_, at_ns) >= policy_.refresh_interval_ns;
  return bid_moved || ask_moved || due;
}

std::uint32_t SymbolEngine::emit_quotes(std::int64_t at_ns, const Decision& decision,
                                        const GateMarket& market,
                                        std::uint32_t reasons) noexcept {
  // The signal only skews the quotes: its own refusals do not stop them.
  reasons &= ~(kReasonNoSignal | kReasonNoEdge | kReasonBelowMinimum | kReasonCapped);
  Quotes quotes;
  if ((reasons & kBlockingReasons) == 0 && policy_.kind == PolicyKind::kQuote) {
    reasons |= make_quotes(decision, market, &quotes);
  }
  const bool none = quotes.bid_lots == 0.0 && quotes.ask_lots == 0.0;
  const bool pull = none && (live_.bid_lots > 0.0 || live_.ask_lots > 0.0);
  if (!pull) {
    if (none || !quotes_moved(quotes, at_ns)) return none ? reasons : reasons | kReasonUnchanged;
    reasons |= gate_.check_pace(at_ns);
    if ((reasons & (kReasonInterval | kReasonRate)) != 0) return reasons;
  }
  IntentRecord* intent = begin_intent(IntentKind::kQuote, at_ns, decision, reasons);
  if (intent == nullptr) return reasons | kReasonRingFull;
  intent->bid_ticks = quotes.bid_ticks;
  intent->bid_lots = quotes.bid_lots;
  intent->ask_ticks = quotes.ask_ticks;
  intent->ask_lots = quotes.ask_lots;
  live_ = quotes;
  last_quote_ns_ = at_ns;
  state_->bid_ticks = live_.bid_ticks;
  state_->bid_lots = live_.bid_lots;
  state_->ask_ticks = live_.ask_ticks;
  state_->ask_lots = live_.ask_lots;
  commit_intent(at_ns, !pull);  // Taking quotes back is never held up by the rate.
  return reasons;
}

IntentRecord* SymbolEngine::begin_intent(IntentKind kind, std::int64_t at_ns,
                                         const Decision& decision,
                                         std::uint32_t reasons) noexcept {
  IntentRecord* intent = shared_->intents.begin();
  if (intent == nullptr) {
    shared_->control->intents_dropped += 1.0;
    return nullptr;
  }
  *intent = IntentRecord{};
  intent->kind = kind;
  intent->symbol = symbol_;
  intent->at_ns = at_ns;
  intent->sequence = static_cast<double>(++shared_->intent_sequence);
  intent->probability = decision.probability;
  intent->edge = decision.edge;
  intent->mid_ticks = features_.mid();
  intent->volatility_bps = state_->features[kRealisedVolatility];
  intent->reasons = reasons;
  return intent;
}

void SymbolEngine::commit_intent(std::int64_t at_ns, bool spends) noexcept {
  shared_->intents.commit();
  shared_->control->intents += 1.0;
  state_->intents += 1.0;
  gate_.note_intent(at_ns, spends);
}

}  // namespace bot4
