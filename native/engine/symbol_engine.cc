#include "engine/symbol_engine.h"

#include <atomic>
#include <cmath>

#include "engine/reasons.h"

namespace bot4 {
namespace {

/// Acquire pairs with the release store of whoever sets the halt word (see ControlBlock::halt).
bool is_set(std::uint32_t& word) noexcept {
  return std::atomic_ref<std::uint32_t>(word).load(std::memory_order_acquire) != 0;
}

/// `later - earlier` in ns as a double; infinite when there was no earlier event.
double elapsed_ns(std::int64_t earlier, std::int64_t later) noexcept {
  return earlier == INT64_MIN ? HUGE_VAL : static_cast<double>(later - earlier);
}

double at_least_zero(double value) noexcept { return value > 0.0 ? value : 0.0; }
double smaller(double a, double b) noexcept { return a < b ? a : b; }

}  // namespace

SymbolEngine::SymbolEngine(int symbol, SequenceRule rule, EngineShared* shared,
                           SymbolSteering* steering, SymbolState* state) noexcept
    : symbol_(symbol),
      shared_(shared),
      steering_(steering),
      state_(state),
      sync_(symbol, rule),
      features_(state->features) {
  policy_.kind = PolicyKind::kNone;
  publish(0);
}

void SymbolEngine::set_policy(const PolicyBlock& policy) noexcept {
  policy_ = policy;
  rate_.configure(policy.max_intents_per_s, policy.intent_burst);
  state_->policy = static_cast<std::uint32_t>(policy.kind);
}

void SymbolEngine::observe(const MarketObserver& observer) noexcept {
  sync_.observe(observer);
}

Status SymbolEngine::apply(const MarketMessage& m, std::int64_t at_ns) {
  const SyncState before = sync_.state();
  Status status = Status::kOk;
  state_->messages += 1.0;
  state_->rounded_quantities += static_cast<double>(m.rounded);
  switch (m.kind) {
    case MessageKind::kDepth: status = sync_.on_depth(m, at_ns); break;
    case MessageKind::kSnapshot: status = sync_.on_snapshot(m, at_ns); break;
    case MessageKind::kTicker:
      state_->tickers += 1.0;
      status = sync_.on_ticker(m, at_ns);
      break;
    case MessageKind::kTrade: status = apply_trade(m, at_ns); break;
  }
  if (status != Status::kOk) ++state_->refused[static_cast<int>(status)];
  const bool synchronised = sync_.state() == SyncState::kSynchronised;
  const bool book_changed =
      status == Status::kOk && (m.kind == MessageKind::kDepth || m.kind == MessageKind::kSnapshot);
  if (before == SyncState::kSynchronised && (!synchronised || m.kind == MessageKind::kSnapshot)) {
    if (book_changed || !synchronised) features_.reset();
  }
  if (synchronised && book_changed) {
    last_depth_ns_ = at_ns;
    if (sync_.book().two_sided()) features_.on_book(sync_.book(), at_ns);
  }
  const bool tape = m.kind == MessageKind::kTrade && status == Status::kOk;
  if (book_changed || tape || before != sync_.state()) decide(at_ns);
  publish(at_ns);
  return status;
}

Status SymbolEngine::apply_trade(const MarketMessage& m, std::int64_t at_ns) noexcept {
  state_->trades += 1.0;
  state_->last_trade_ticks = static_cast<double>(m.ticks);
  if (TradeRecord* record = shared_->trades.begin(); record != nullptr) {
    record->symbol = symbol_;
    record->aggressor = static_cast<std::uint32_t>(m.aggressor);
    record->at_ns = at_ns;
    record->ticks = static_cast<double>(m.ticks);
    record->lots = static_cast<double>(m.lots);
    record->trade_id = static_cast<double>(m.trade_id);
    record->transaction_ms = static_cast<double>(m.transaction_ms);
    shared_->trades.commit();
  } else {
    shared_->control->trades_dropped += 1.0;
  }
  sync_.observe_trade(m, at_ns);
  if (sync_.state() == SyncState::kSynchronised) {
    features_.on_trade(m.ticks, m.lots, m.aggressor, at_ns);
  }
  return Status::kOk;
}

void SymbolEngine::refuse(Status status, std::int64_t at_ns) noexcept {
  ++state_->refused[static_cast<int>(status)];
  const bool harmless = status == Status::kSkippedTrade || status == Status::kUnknownEvent ||
                        status == Status::kWrongSymbol;
  if (harmless || sync_.state() != SyncState::kSynchronised) return;
  sync_.break_proof(status, at_ns);
  features_.reset();
  decide(at_ns);
  publish(at_ns);
}

bool SymbolEngine::steering_is_sound() const noexcept {
  const SymbolSteering& s = *steering_;
  return std::isfinite(s.position_lots) && std::isfinite(s.budget_lots) &&
         s.max_position_lots >= 0.0 && s.max_order_lots >= 0.0;
}

double SymbolEngine::inverse_volatility() const noexcept {
  if (policy_.volatility_target_bps == 0.0) return 1.0;
  const double realised = state_->features[kRealisedVolatility];
  if (!(realised > 0.0)) return policy_.volatility_scale_cap;
  return smaller(policy_.volatility_target_bps / realised, policy_.volatility_scale_cap);
}

std::uint32_t SymbolEngine::check_gate(std::int64_t at_ns) const noexcept {
  std::uint32_t reasons = 0;
  if (sync_.state() != SyncState::kSynchronised) reasons |= kReasonUnsynchronised;
  if (!sync_.book().two_sided()) reasons |= kReasonOneSided;
  if (static_cast<double>(features_.updates()) < policy_.warm_up_updates) reasons |= kReasonNotWarm;
  if (static_cast<double>(at_ns - last_depth_ns_) > policy_.stale_after_ns) reasons |= kReasonStale;
  if (state_->features[kSpread] > policy_.max_spread_ticks) reasons |= kReasonSpread;
  if (!steering_is_sound()) reasons |= kReasonNotFinite;
  return reasons;
}

void SymbolEngine::decide(std::int64_t at_ns) noexcept {
  Decision decision{0.0, 0.0, 0.5, 0.0, 0};
  std::uint32_t reasons = 0;
  if (policy_.kind == PolicyKind::kNone) {
    reasons = kReasonNoPolicy;
  } else {
    reasons = check_gate(at_ns);
    const bool halted = is_set(shared_->control->halt) || is_set(steering_->halt);
    const DecisionContext context{steering_->budget_lots, inverse_volatility(), 1.0,
                                  halted ? 1.0 : 0.0};
    if (features_.updates() > 0) {
      shared_->kernels->decide(state_->features, &policy_.model, &context, &decision);
    } else if (halted) {
      reasons |= kReasonHalted;
    }
    reasons |= decision.reasons;
  }
  if (policy_.kind == PolicyKind::kTake) {
    const std::uint32_t refusals = kBlockingReasons | kReasonNoSignal | kReasonNoEdge |
                                   kReasonBelowMinimum;
    if ((reasons & refusals) == 0) reasons = emit_take(at_ns, decision, reasons);
  } else if (policy_.kind == PolicyKind::kQuote || live_.bid_lots + live_.ask_lots > 0.0) {
    reasons = emit_quotes(at_ns, decision, reasons);
  }
  state_->decisions += 1.0;
  state_->decided_ns = at_ns;
  state_->side = decision.side;
  state_->quantity = decision.quantity;
  state_->probability = decision.probability;
  state_->edge = decision.edge;
  state_->reasons = reasons;
  fold_decision(decision, reasons, at_ns);
}

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

void SymbolEngine::publish(std::int64_t at_ns) noexcept {
  const L2Book& book = sync_.book();
  const SyncCounters& c = sync_.counters();
  SymbolState& s = *state_;
  s.sync_state = static_cast<std::uint32_t>(sync_.state());
  s.broken_by = static_cast<std::uint32_t>(sync_.broken_by());
  s.last_message_ns = at_ns;
  s.last_depth_ns = last_depth_ns_;
  s.last_update_id = static_cast<double>(sync_.last_id());
  s.depth_applied = static_cast<double>(c.depth_applied);
  s.snapshots = static_cast<double>(c.snapshots);
  s.gaps = static_cast<double>(c.gaps);
  s.duplicates = static_cast<double>(c.duplicates);
  s.stale_dropped = static_cast<double>(c.stale_dropped);
  s.held_dropped = static_cast<double>(c.held_dropped);
  s.stale_snapshots = static_cast<double>(c.stale_snapshots);
  s.crossed = static_cast<double>(c.crossed);
  s.ticker_checks = static_cast<double>(c.ticker_checks);
  s.ticker_mismatches = static_cast<double>(c.ticker_mismatches);
  s.pending = static_cast<double>(sync_.pending());
  s.best_bid_ticks = static_cast<double>(book.best(Side::kBuy));
  s.best_bid_lots = static_cast<double>(book.best_quantity(Side::kBuy));
  s.best_ask_ticks = static_cast<double>(book.best(Side::kSell));
  s.best_ask_lots = static_cast<double>(book.best_quantity(Side::kSell));
  s.bid_levels = static_cast<double>(book.size(Side::kBuy));
  s.ask_levels = static_cast<double>(book.size(Side::kSell));
  s.bid_ticks = live_.bid_ticks;
  s.bid_lots = live_.bid_lots;
  s.ask_ticks = live_.ask_ticks;
  s.ask_lots = live_.ask_lots;
}

void SymbolEngine::fold_decision(const Decision& decision, std::uint32_t reasons,
                                 std::int64_t at_ns) noexcept {
  StateHash& hash = shared_->hash;
  hash.fold(static_cast<std::uint64_t>(symbol_) << 32 | reasons);
  hash.fold(at_ns);
  hash.fold(sync_.last_id());
  hash.fold(decision.side * decision.quantity);
  hash.fold(decision.probability);
  hash.fold(decision.edge);
  for (int i = 0; i < kFeatureCount; ++i) hash.fold(state_->features[i]);
}

}  // namespace bot4
