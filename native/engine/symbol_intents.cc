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

double at_least_zero(double value) noexcept { return value > 0.0 ? value : 0.0; }
double smaller(double a, double b) noexcept { return a < b ? a : b; }

}  // namespace

std::uint32_t SymbolEngine::check_pace(std::int64_t at_ns) noexcept {
  std::uint32_t reasons = 0;
  if (elapsed_ns(last_intent_ns_, at_ns) < policy_.min_interval_ns) reasons |= kReasonInterval;
  if (!rate_.allows(at_ns)) reasons |= kReasonRate;
  return reasons;
}

std::uint32_t SymbolEngine::emit_take(std::int64_t at_ns, const Decision& decision,
                                      std::uint32_t reasons) noexcept {
  const double signed_position =
      decision.side > 0.0 ? steering_->position_lots : -steering_->position_lots;
  const double room = std::floor(at_least_zero(steering_->max_position_lots - signed_position));
  if (room == 0.0) return reasons | kReasonPosition;
  const double lots =
      smaller(smaller(decision.quantity, room), std::floor(steering_->max_order_lots));
  if (lots < decision.quantity) reasons |= kReasonReduced;
  if (lots < policy_.model.minimum || lots <= 0.0) return reasons | kReasonBelowMinimum;
  reasons |= check_pace(at_ns);
  if ((reasons & (kReasonInterval | kReasonRate)) != 0) return reasons;

  IntentRecord* intent = begin_intent(IntentKind::kTake, at_ns, decision, reasons);
  if (intent == nullptr) return reasons | kReasonRingFull;
  const L2Book& book = sync_.book();
  const double collar = std::floor(policy_.collar_ticks);
  const double price = decision.side > 0.0
                           ? static_cast<double>(book.best(Side::kSell)) + collar
                           : static_cast<double>(book.best(Side::kBuy)) - collar;
  intent->side = decision.side;
  intent->price_ticks = price < 1.0 ? 1.0 : price;
  intent->lots = lots;
  rate_.spend();
  commit_intent(at_ns);
  return reasons;
}

/// Gives the quotes their lots: the quote size, cut to one order and to the room that the position
/// limit leaves on each side.
std::uint32_t SymbolEngine::size_quotes(Quotes* quotes) const noexcept {
  std::uint32_t reasons = 0;
  const SymbolSteering& s = *steering_;
  const double wanted = std::floor(smaller(policy_.quote_lots, s.max_order_lots));
  const double bid_room = std::floor(at_least_zero(s.max_position_lots - s.position_lots));
  const double ask_room = std::floor(at_least_zero(s.max_position_lots + s.position_lots));
  quotes->bid_lots = smaller(wanted, bid_room);
  quotes->ask_lots = smaller(wanted, ask_room);
  if (quotes->bid_lots < wanted || quotes->ask_lots < wanted || wanted < policy_.quote_lots) {
    reasons |= kReasonReduced;
  }
  if (bid_room == 0.0 || ask_room == 0.0) reasons |= kReasonPosition;
  if (quotes->bid_lots < policy_.model.minimum) quotes->bid_lots = 0.0;
  if (quotes->ask_lots < policy_.model.minimum) quotes->ask_lots = 0.0;
  if (quotes->bid_lots == 0.0 && quotes->ask_lots == 0.0) reasons |= kReasonBelowMinimum;
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
                                        std::uint32_t reasons) noexcept {
  // The signal only skews the quotes: its own refusals do not stop them.
  reasons &= ~(kReasonNoSignal | kReasonNoEdge | kReasonBelowMinimum | kReasonCapped);
  Quotes quotes;
  if ((reasons & kBlockingReasons) == 0 && policy_.kind == PolicyKind::kQuote) {
    const double mid = features_.mid();
    const QuoteInputs inputs{
        policy_.centre_on_microprice != 0 ? features_.microprice() : mid,
        static_cast<double>(sync_.book().best(Side::kBuy)),
        static_cast<double>(sync_.book().best(Side::kSell)),
        steering_->position_lots,
        state_->features[kRealisedVolatility] * 1e-4 * mid,
        decision.probability};
    if (quote_prices(policy_, inputs, &quotes)) {
      reasons |= size_quotes(&quotes);
    } else {
      reasons |= kReasonNotFinite;
    }
  }
  const bool none = quotes.bid_lots == 0.0 && quotes.ask_lots == 0.0;
  const bool pull = none && (live_.bid_lots > 0.0 || live_.ask_lots > 0.0);
  if (!pull) {
    if (none || !quotes_moved(quotes, at_ns)) return none ? reasons : reasons | kReasonUnchanged;
    reasons |= check_pace(at_ns);
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
  if (!pull) rate_.spend();  // Taking quotes back is never held up by the rate.
  commit_intent(at_ns);
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

void SymbolEngine::commit_intent(std::int64_t at_ns) noexcept {
  shared_->intents.commit();
  shared_->control->intents += 1.0;
  state_->intents += 1.0;
  last_intent_ns_ = at_ns;
}

}  // namespace bot4
