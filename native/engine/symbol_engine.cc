#include "engine/symbol_engine.h"

#include <cmath>

#include "core/stage_clock.h"
#include "engine/reasons.h"

namespace bot4 {

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
    case MessageKind::kPartial:
    case MessageKind::kMark:
    case MessageKind::kLiquidation: status = Status::kUnknownEvent; break;
    case MessageKind::kHeartbeat: break;
    case MessageKind::kUnknown: BOT4_CHECK(false);  // Only of refused messages.
  }
  BOT4_STAGE(kBook);
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
    BOT4_STAGE(kFeatures);
  }
  const bool tape = m.kind == MessageKind::kTrade && status == Status::kOk;
  if (book_changed || tape || before != sync_.state()) decide(at_ns);
  publish(at_ns);
  BOT4_STAGE(kState);
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
  BOT4_STAGE(kBook);
  if (sync_.state() == SyncState::kSynchronised) {
    features_.on_trade(m.ticks, m.lots, m.aggressor, at_ns);
    BOT4_STAGE(kFeatures);
  }
  return Status::kOk;
}

void SymbolEngine::refuse(MessageKind kind, Status status, std::int64_t at_ns) noexcept {
  ++state_->refused[static_cast<int>(status)];
  const bool may_be_depth = kind == MessageKind::kDepth || kind == MessageKind::kUnknown;
  const bool harmless =
      !may_be_depth || status == Status::kUnknownEvent || status == Status::kWrongSymbol;
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
  const double scale = policy_.volatility_target_bps / realised;
  return scale < policy_.volatility_scale_cap ? scale : policy_.volatility_scale_cap;
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
    BOT4_STAGE(kGate);
    const bool halted = shared_->control->halt != 0 || steering_->halt != 0;
    const DecisionContext context{steering_->budget_lots, inverse_volatility(), 1.0,
                                  halted ? 1.0 : 0.0};
    if (features_.updates() > 0) {
      shared_->kernels->decide(state_->features, &policy_.model, &context, &decision);
    } else if (halted) {
      reasons |= kReasonHalted;
    }
    reasons |= decision.reasons;
    BOT4_STAGE(kDecision);
  }
  const bool quotes = policy_.kind == PolicyKind::kQuote;
  // Quotes that a former policy left are taken back first, whatever the policy in force does.
  if (!quotes && live_.bid_lots + live_.ask_lots > 0.0) {
    reasons |= emit_quotes(at_ns, decision, reasons) & kReasonRingFull;
  }
  if (policy_.kind == PolicyKind::kTake) {
    const std::uint32_t refusals = kBlockingReasons | kReasonNoSignal | kReasonNoEdge |
                                   kReasonBelowMinimum;
    if ((reasons & refusals) == 0) reasons = emit_take(at_ns, decision, reasons);
  } else if (quotes) {
    reasons = emit_quotes(at_ns, decision, reasons);
  }
  BOT4_STAGE(kIntent);
  state_->decisions += 1.0;
  state_->decided_ns = at_ns;
  state_->side = decision.side;
  state_->quantity = decision.quantity;
  state_->probability = decision.probability;
  state_->edge = decision.edge;
  state_->reasons = reasons;
  fold_decision(decision, reasons, at_ns);
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
