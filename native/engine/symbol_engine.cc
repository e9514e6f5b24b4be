#include "engine/symbol_engine.h"

#include <cmath>

#include "core/stage_clock.h"
#include "engine/reasons.h"

namespace bot4 {

SymbolEngine::SymbolEngine(int symbol, const InstrumentSpec& spec, EngineShared* shared,
                           SymbolSteering* steering, SymbolState* state) noexcept
    : symbol_(symbol),
      tick_e8_(static_cast<double>(spec.tick.grid_e8())),
      streamed_snapshots_(venue_of(spec.rule) != Venue::kBinance),
      shared_(shared),
      steering_(steering),
      state_(state),
      sync_(symbol, spec),
      features_(state->features, spec.tick.grid_e8()),
      gate_(shared->control, steering) {
  policy_.kind = PolicyKind::kNone;
  publish_sync();
}

void SymbolEngine::observe(const MarketObserver& observer) noexcept {
  sync_.observe(observer);
}

Status SymbolEngine::apply(const MarketMessage& m, std::int64_t at_ns) {
  const SyncState before = sync_.state();
  state_->messages += 1.0;
  state_->rounded_quantities += static_cast<double>(m.rounded);
  state_->last_message_ns = at_ns;
  const Status status = take(m, at_ns);
  BOT4_STAGE(kBook);
  if (status != Status::kOk) ++state_->refused[static_cast<int>(status)];
  const bool synchronised = sync_.state() == SyncState::kSynchronised;
  const bool book_changed =
      status == Status::kOk && (m.kind == MessageKind::kDepth || m.kind == MessageKind::kSnapshot ||
                                m.kind == MessageKind::kPartial);
  if (before == SyncState::kSynchronised && (!synchronised || m.kind == MessageKind::kSnapshot)) {
    if (book_changed || !synchronised) features_.reset();
  }
  if (synchronised && book_changed) {
    last_depth_ns_ = at_ns;
    if (sync_.book().two_sided()) features_.on_book(sync_.book(), sync_.delta(), at_ns);
    BOT4_STAGE(kFeatures);
  }
  if (book_changed || synchronised != (before == SyncState::kSynchronised)) quote_composite(at_ns);
  const bool tape = m.kind == MessageKind::kTrade && status == Status::kOk;
  if (book_changed || tape || before != sync_.state()) decide(at_ns);
  // In steady state only what a depth update moves; trades and marks wrote their own words.
  if (status != Status::kOk || before != sync_.state() || m.kind == MessageKind::kSnapshot) {
    publish_sync();
  } else if (m.kind != MessageKind::kTrade) {
    publish_book();
  }
  BOT4_STAGE(kState);
  return status;
}

Status SymbolEngine::take(const MarketMessage& m, std::int64_t at_ns) {
  switch (m.kind) {
    case MessageKind::kDepth: return sync_.on_depth(m, at_ns);
    case MessageKind::kSnapshot: return sync_.on_snapshot(m, at_ns);
    case MessageKind::kPartial: return sync_.on_partial(m, at_ns);
    case MessageKind::kTicker:
      state_->tickers += 1.0;
      return sync_.on_ticker(m, at_ns);
    case MessageKind::kTrade: return apply_trade(m, at_ns);
    case MessageKind::kMark: apply_mark(m, at_ns); break;
    case MessageKind::kLiquidation: apply_liquidation(m, at_ns); break;
    case MessageKind::kHeartbeat: break;
    case MessageKind::kUnknown: BOT4_CHECK(false);  // Only of refused messages.
  }
  return Status::kOk;
}

Status SymbolEngine::apply_trade(const MarketMessage& m, std::int64_t at_ns) noexcept {
  state_->trades += 1.0;
  state_->last_trade_ticks = static_cast<double>(m.ticks);
  MarketMessage trade = m;
  if (sync_.state() == SyncState::kSynchronised) {
    trade.aggressor =
        features_.on_trade(m.ticks, m.lots, m.aggressor, m.aggressor_given, at_ns);
    BOT4_STAGE(kFeatures);
  }
  if (TradeRecord* record = shared_->trades.begin(); record != nullptr) {
    record->symbol = symbol_;
    record->aggressor = static_cast<std::uint32_t>(trade.aggressor);
    record->at_ns = at_ns;
    record->ticks = static_cast<double>(m.ticks);
    record->lots = static_cast<double>(m.lots);
    record->trade_id = static_cast<double>(m.trade_id);
    record->transaction_ms = static_cast<double>(m.transaction_ms);
    shared_->trades.commit();
  } else {
    shared_->control->trades_dropped += 1.0;
  }
  sync_.observe_trade(trade, at_ns);
  return Status::kOk;
}

void SymbolEngine::apply_mark(const MarketMessage& m, std::int64_t at_ns) noexcept {
  state_->marks += 1.0;
  state_->mark_e8 = static_cast<double>(m.mark_e8);
  state_->index_e8 = static_cast<double>(m.index_e8);
  state_->funding_rate_e8 = static_cast<double>(m.funding_rate_e8);
  state_->next_funding_ms = static_cast<double>(m.next_funding_ms);
  state_->mark_ns = at_ns;
  if (sync_.state() == SyncState::kSynchronised) {
    features_.on_mark(m.mark_e8, m.index_e8, m.funding_rate_e8);
  }
}

void SymbolEngine::apply_liquidation(const MarketMessage& m, std::int64_t at_ns) noexcept {
  state_->liquidations += 1.0;
  if (sync_.state() == SyncState::kSynchronised) {
    features_.on_liquidation(m.lots, m.aggressor, at_ns);
  }
}

void SymbolEngine::refuse(MessageKind kind, Status status, std::int64_t at_ns) noexcept {
  ++state_->refused[static_cast<int>(status)];
  const bool may_be_depth = kind == MessageKind::kDepth || kind == MessageKind::kPartial ||
                            kind == MessageKind::kUnknown ||
                            (kind == MessageKind::kSnapshot && streamed_snapshots_);
  const bool harmless =
      !may_be_depth || status == Status::kUnknownEvent || status == Status::kWrongSymbol;
  if (harmless || sync_.state() != SyncState::kSynchronised) return;
  sync_.break_proof(status, at_ns);
  quote_composite(at_ns);
  features_.reset();
  state_->last_message_ns = at_ns;
  decide(at_ns);
  publish_sync();
}

/// Shows the proven book's touch to the composite, or takes it away when there is no proof.
void SymbolEngine::quote_composite(std::int64_t at_ns) noexcept {
  if (seat_.book == nullptr) return;
  Status status = Status::kUnknownSymbol;
  if (sync_.state() == SyncState::kSynchronised) {
    const L2Book& book = sync_.book();
    status = seat_.book->update(seat_.member, book.best(Side::kBuy),
                                book.best_quantity(Side::kBuy), book.best(Side::kSell),
                                book.best_quantity(Side::kSell), at_ns);
  }
  if (status != Status::kOk) seat_.book->withdraw(seat_.member);
}

/// Reads the composite anew: other members move it, break and age without a message of this symbol.
void SymbolEngine::refresh_composite(std::int64_t at_ns) noexcept {
  if (seat_.book == nullptr || features_.updates() == 0) return;
  const CompositeTop top = seat_.book->top(at_ns);
  features_.on_composite(top.bid.price_e8, top.ask.price_e8);
}

void SymbolEngine::take_offered_policy() noexcept {
  std::uint64_t version = 0;
  PolicyBlock offered;
  // A writer in the way leaves the former policy in force for this decision.
  if (!offered_policy_.load(&offered, &version)) return;
  policy_ = offered;
  policy_version_ = version;
  gate_.configure(policy_);
  state_->policy = static_cast<std::uint32_t>(policy_.kind);
}

/// Whether the mid has moved since the book was proven: a volatility of 0 says nothing.
bool SymbolEngine::knows_volatility() const noexcept {
  return state_->features[kRealisedVolatility] > 0.0;
}

double SymbolEngine::inverse_volatility() const noexcept {
  if (policy_.volatility_target_bps == 0.0) return 1.0;
  if (!knows_volatility()) return 0.0;  // No stake.
  const double realised = state_->features[kRealisedVolatility];
  const double scale = policy_.volatility_target_bps / realised;
  return scale < policy_.volatility_scale_cap ? scale : policy_.volatility_scale_cap;
}

GateMarket SymbolEngine::gate_market() const noexcept {
  const L2Book& book = sync_.book();
  GateMarket market;
  market.synchronised = sync_.state() == SyncState::kSynchronised;
  market.two_sided = book.two_sided();
  market.updates = features_.updates();
  market.depth_ns = last_depth_ns_;
  market.mark_ns = state_->mark_ns;
  market.best_bid_ticks = static_cast<double>(book.best(Side::kBuy));
  market.best_ask_ticks = static_cast<double>(book.best(Side::kSell));
  if (state_->mark_e8 > 0.0) {
    market.reference_ticks = state_->mark_e8 / tick_e8_;
  } else if (state_->last_trade_ticks > 0.0) {
    market.reference_ticks = state_->last_trade_ticks;
  } else if (market.two_sided) {
    market.reference_ticks = (market.best_bid_ticks + market.best_ask_ticks) * 0.5;
  }
  return market;
}

void SymbolEngine::decide(std::int64_t at_ns) noexcept {
  if (offered_policy_.version() != policy_version_) take_offered_policy();
  refresh_composite(at_ns);
  Decision decision{0.0, 0.0, 0.5, 0.0, 0};
  GateMarket market;
  std::uint32_t reasons = 0;
  if (policy_.kind == PolicyKind::kNone) {
    reasons = kReasonNoPolicy;
  } else {
    market = gate_market();
    reasons = gate_.check(market, at_ns);
    BOT4_STAGE(kGate);
    if (features_.updates() > 0) {
      const DecisionContext context{steering_->budget_lots, inverse_volatility(), 1.0,
                                    gate_.halted() ? 1.0 : 0.0};
      shared_->kernels->decide(state_->features, &policy_.model, &context, &decision);
    }
    reasons |= decision.reasons;
    BOT4_STAGE(kDecision);
  }
  const bool quotes = policy_.kind == PolicyKind::kQuote;
  // Quotes that a former policy left are taken back first, whatever the policy in force does.
  if (!quotes && live_.bid_lots + live_.ask_lots > 0.0) {
    reasons |= emit_quotes(at_ns, decision, market, reasons) & kReasonRingFull;
  }
  if (policy_.kind == PolicyKind::kTake) {
    if (policy_.volatility_target_bps > 0.0 && !knows_volatility()) reasons |= kReasonNotWarm;
    const std::uint32_t refusals = kBlockingReasons | kReasonNoSignal | kReasonNoEdge |
                                   kReasonBelowMinimum;
    if ((reasons & refusals) == 0) reasons = emit_take(at_ns, decision, market, reasons);
  } else if (quotes) {
    reasons = emit_quotes(at_ns, decision, market, reasons);
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

void SymbolEngine::publish_book() noexcept {
  const L2Book& book = sync_.book();
  const SyncCounters& c = sync_.counters();
  SymbolState& s = *state_;
  s.last_depth_ns = last_depth_ns_;
  s.last_update_id = static_cast<double>(sync_.last_id());
  s.depth_applied = static_cast<double>(c.depth_applied);
  s.ticker_checks = static_cast<double>(c.ticker_checks);
  s.checksum_checks = static_cast<double>(c.checksum_checks);
  s.best_bid_ticks = static_cast<double>(book.best(Side::kBuy));
  s.best_bid_lots = static_cast<double>(book.best_quantity(Side::kBuy));
  s.best_ask_ticks = static_cast<double>(book.best(Side::kSell));
  s.best_ask_lots = static_cast<double>(book.best_quantity(Side::kSell));
  s.bid_levels = static_cast<double>(book.size(Side::kBuy));
  s.ask_levels = static_cast<double>(book.size(Side::kSell));
}

/// Everything, with what only a refused message, a snapshot or a broken proof changes.
void SymbolEngine::publish_sync() noexcept {
  const SyncCounters& c = sync_.counters();
  SymbolState& s = *state_;
  s.sync_state = static_cast<std::uint32_t>(sync_.state());
  s.broken_by = static_cast<std::uint32_t>(sync_.broken_by());
  s.snapshots = static_cast<double>(c.snapshots);
  s.gaps = static_cast<double>(c.gaps);
  s.duplicates = static_cast<double>(c.duplicates);
  s.stale_dropped = static_cast<double>(c.stale_dropped);
  s.held_dropped = static_cast<double>(c.held_dropped);
  s.stale_snapshots = static_cast<double>(c.stale_snapshots);
  s.crossed = static_cast<double>(c.crossed);
  s.ticker_mismatches = static_cast<double>(c.ticker_mismatches);
  s.checksum_mismatches = static_cast<double>(c.checksum_mismatches);
  s.pending = static_cast<double>(sync_.pending());
  publish_book();
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
  hash.fold(shared_->kernels->fingerprint(state_->features));
}

}  // namespace bot4
