#include "book/book_sync.h"

namespace bot4 {

const char* sync_state_name(SyncState state) noexcept {
  switch (state) {
    case SyncState::kWaiting: return "waiting-snapshot";
    case SyncState::kSynchronised: return "synchronised";
    case SyncState::kBroken: return "broken";
  }
  return "invalid";
}

BookSync::Fit BookSync::fit(std::int64_t first_id, std::int64_t last_id,
                            std::int64_t previous_id) const noexcept {
  if (rule_ == SequenceRule::kBinanceSpot) {
    if (last_id <= last_id_) return first_after_snapshot_ ? Fit::kStale : Fit::kDuplicate;
    if (first_after_snapshot_) return first_id <= last_id_ + 1 ? Fit::kFollows : Fit::kGap;
    return first_id == last_id_ + 1 ? Fit::kFollows : Fit::kGap;
  }
  if (first_after_snapshot_) {
    if (last_id < last_id_) return Fit::kStale;
    return first_id <= last_id_ || previous_id == last_id_ ? Fit::kFollows : Fit::kGap;
  }
  if (previous_id == last_id_ && last_id > last_id_) return Fit::kFollows;
  return last_id <= last_id_ ? Fit::kDuplicate : Fit::kGap;
}

Status BookSync::on_depth(const MarketMessage& m, std::int64_t at_ns) {
  if (state_ != SyncState::kSynchronised) return hold(m);
  switch (fit(m.first_id, m.last_id, m.previous_id)) {
    case Fit::kFollows: return apply(m, at_ns);
    case Fit::kStale: ++counters_.stale_dropped; return Status::kStaleUpdate;
    case Fit::kDuplicate: ++counters_.duplicates; return Status::kDuplicateUpdate;
    case Fit::kGap: break;
  }
  ++counters_.gaps;
  break_proof(Status::kSequenceGap, at_ns);
  hold(m);  // It may follow the snapshot to come.
  return Status::kSequenceGap;
}

/// Keeps an update for the snapshot to come. The held ones stay a chain: an update that does not
/// follow the last held one makes all before it useless.
Status BookSync::hold(const MarketMessage& m) {
  if (!pending_.empty()) {
    const PendingUpdates::Update& last = pending_.back();
    const bool joins = rule_ == SequenceRule::kBinanceSpot ? m.first_id == last.last_id + 1
                                                           : m.previous_id == last.last_id;
    const bool follows = joins && m.last_id > last.last_id;
    if (!follows && m.last_id <= last.last_id) {
      ++counters_.duplicates;
      return Status::kDuplicateUpdate;
    }
    if (!follows) {
      ++counters_.gaps;
      counters_.held_dropped += static_cast<std::int64_t>(pending_.size());
      pending_.clear();
    }
  }
  const std::size_t dropped = pending_.push(m);
  counters_.held_dropped += static_cast<std::int64_t>(dropped);
  ++counters_.held;
  return dropped == 0 ? Status::kHeldForSnapshot : Status::kPendingOverflow;
}

void BookSync::set_levels(Side side, const Level* levels, int count, std::int64_t at_ns) noexcept {
  for (int i = 0; i < count; ++i) {
    const std::int64_t old = book_.set(side, levels[i].ticks, levels[i].lots);
    if (observer_.self != nullptr && old != levels[i].lots) {
      observer_.on_level(observer_.self, symbol_, side, levels[i].ticks, old, levels[i].lots,
                         at_ns);
    }
  }
}

Status BookSync::apply(const MarketMessage& m, std::int64_t at_ns) noexcept {
  set_levels(Side::kBuy, m.bids, m.bid_count, at_ns);
  set_levels(Side::kSell, m.asks, m.ask_count, at_ns);
  last_id_ = m.last_id;
  first_after_snapshot_ = false;
  ++counters_.depth_applied;
  if (book_.crossed()) {
    ++counters_.crossed;
    break_proof(Status::kCrossedBook, at_ns);
    return Status::kCrossedBook;
  }
  for (const Ticker& ticker : tickers_) {
    if (ticker.id != last_id_) continue;
    if (differs(ticker)) {
      break_proof(Status::kTickerMismatch, at_ns);
      return Status::kTickerMismatch;
    }
    break;
  }
  if (observer_.self != nullptr) observer_.on_update(observer_.self, symbol_, at_ns);
  return Status::kOk;
}

Status BookSync::on_snapshot(const MarketMessage& m, std::int64_t at_ns) {
  if (state_ == SyncState::kSynchronised && m.last_id < last_id_) {
    ++counters_.stale_snapshots;
    return Status::kStaleSnapshot;
  }
  // The first held update that the snapshot does not cover must follow it.
  const std::int64_t covered =
      rule_ == SequenceRule::kBinanceSpot ? m.last_id : m.last_id - 1;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (pending_[i].last_id <= covered) continue;
    const bool joins = rule_ == SequenceRule::kBinanceFutures && pending_[i].previous_id == m.last_id;
    if (pending_[i].first_id > covered + 1 && !joins) {
      ++counters_.stale_snapshots;
      return Status::kStaleSnapshot;
    }
    break;
  }
  book_.clear();
  if (observer_.self != nullptr) observer_.on_reset(observer_.self, symbol_, at_ns);
  set_levels(Side::kBuy, m.bids, m.bid_count, at_ns);
  set_levels(Side::kSell, m.asks, m.ask_count, at_ns);
  ++counters_.snapshots;
  last_id_ = m.last_id;
  first_after_snapshot_ = true;
  state_ = SyncState::kSynchronised;
  broken_by_ = Status::kOk;
  if (book_.crossed()) {
    ++counters_.crossed;
    break_proof(Status::kCrossedBook, at_ns);
    return Status::kCrossedBook;
  }
  if (observer_.self != nullptr) observer_.on_update(observer_.self, symbol_, at_ns);
  return replay_pending(at_ns);
}

Status BookSync::replay_pending(std::int64_t at_ns) {
  Status result = Status::kOk;
  for (std::size_t i = 0; i < pending_.size() && result == Status::kOk; ++i) {
    const MarketMessage m = pending_.message(i, symbol_);
    switch (fit(m.first_id, m.last_id, m.previous_id)) {
      case Fit::kFollows: result = apply(m, at_ns); break;
      case Fit::kStale: ++counters_.stale_dropped; break;
      case Fit::kDuplicate: ++counters_.duplicates; break;
      case Fit::kGap: BOT4_CHECK(false);  // The chain is whole and its start was checked.
    }
  }
  pending_.clear();
  return result;
}

bool BookSync::differs(const Ticker& ticker) noexcept {
  ++counters_.ticker_checks;
  const bool same = book_.best(Side::kBuy) == ticker.bid.ticks &&
                    book_.best_quantity(Side::kBuy) == ticker.bid.lots &&
                    book_.best(Side::kSell) == ticker.ask.ticks &&
                    book_.best_quantity(Side::kSell) == ticker.ask.lots;
  if (!same) ++counters_.ticker_mismatches;
  return !same;
}

Status BookSync::on_ticker(const MarketMessage& m, std::int64_t at_ns) {
  const Ticker ticker{m.last_id, m.best_bid, m.best_ask};
  if (state_ != SyncState::kSynchronised || m.last_id > last_id_) {
    tickers_[next_ticker_] = ticker;
    next_ticker_ = (next_ticker_ + 1) % kTickers;
    return Status::kOk;
  }
  if (m.last_id < last_id_ || first_after_snapshot_ || !differs(ticker)) return Status::kOk;
  break_proof(Status::kTickerMismatch, at_ns);
  return Status::kTickerMismatch;
}

void BookSync::break_proof(Status why, std::int64_t at_ns) noexcept {
  if (state_ != SyncState::kSynchronised) return;
  state_ = SyncState::kBroken;
  broken_by_ = why;
  book_.clear();
  for (Ticker& ticker : tickers_) ticker.id = -1;
  if (observer_.self != nullptr) observer_.on_reset(observer_.self, symbol_, at_ns);
}

}  // namespace bot4
