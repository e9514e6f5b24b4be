#include "book/book_sync.h"

namespace bot4 {
namespace {

/// Whether the rule numbers depth updates, so that those before a snapshot can be joined to it.
constexpr bool joins_by_id(SequenceRule rule) noexcept {
  return rule == SequenceRule::kBinanceSpot || rule == SequenceRule::kBinanceFutures;
}

/// Whether prices lead strictly from the best outwards.
bool is_ordered(Side side, const Level* levels, int count) noexcept {
  for (int i = 1; i < count; ++i) {
    const std::int64_t step = levels[i].ticks - levels[i - 1].ticks;
    if (side == Side::kBuy ? step >= 0 : step <= 0) return false;
  }
  return true;
}

}  // namespace

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
  if (rule_ == SequenceRule::kBinancePartial) return Status::kUnknownEvent;
  if (!joins_by_id(rule_)) {
    if (state_ == SyncState::kSynchronised) return apply(m, at_ns);
    ++counters_.stale_dropped;
    return Status::kStaleUpdate;
  }
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

/// Proves the book after an update, a snapshot or a partial book, and tells the observer.
Status BookSync::finish(const MarketMessage& m, std::int64_t at_ns) noexcept {
  if (book_.crossed()) {
    ++counters_.crossed;
    break_proof(Status::kCrossedBook, at_ns);
    return Status::kCrossedBook;
  }
  if (rule_ == SequenceRule::kKrakenChecksum) {
    ++counters_.checksum_checks;
    if (m.checksum != static_cast<std::int64_t>(checksum_.value(book_))) {
      ++counters_.checksum_mismatches;
      break_proof(Status::kChecksumMismatch, at_ns);
      return Status::kChecksumMismatch;
    }
  }
  return Status::kOk;
}

Status BookSync::apply(const MarketMessage& m, std::int64_t at_ns) noexcept {
  update_levels(Side::kBuy, m.bids, m.bid_count, at_ns);
  update_levels(Side::kSell, m.asks, m.ask_count, at_ns);
  if (depth_ > 0) {
    truncate(Side::kBuy, at_ns);
    truncate(Side::kSell, at_ns);
  }
  last_id_ = m.last_id;
  first_after_snapshot_ = false;
  ++counters_.depth_applied;
  if (const Status proof = finish(m, at_ns); proof != Status::kOk) return proof;
  if (const Status known = check_tickers(at_ns); known != Status::kOk) return known;
  if (observer_.self != nullptr) observer_.on_update(observer_.self, symbol_, at_ns);
  return Status::kOk;
}

/// Compares the book with a remembered ticker of the same update id.
Status BookSync::check_tickers(std::int64_t at_ns) noexcept {
  if (!joins_by_id(rule_) && rule_ != SequenceRule::kBinancePartial) return Status::kOk;
  for (const Ticker& ticker : tickers_) {
    if (ticker.id != last_id_) continue;
    if (differs(ticker)) {
      break_proof(Status::kTickerMismatch, at_ns);
      return Status::kTickerMismatch;
    }
    break;
  }
  return Status::kOk;
}

/// Whether the held updates join the snapshot: the first one it does not cover must follow it.
bool BookSync::on_time_for(const MarketMessage& snapshot) const noexcept {
  const bool spot = rule_ == SequenceRule::kBinanceSpot;
  const std::int64_t covered = spot ? snapshot.last_id : snapshot.last_id - 1;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (pending_[i].last_id <= covered) continue;
    const bool joins = !spot && pending_[i].previous_id == snapshot.last_id;
    return pending_[i].first_id <= covered + 1 || joins;
  }
  return true;
}

Status BookSync::on_snapshot(const MarketMessage& m, std::int64_t at_ns) {
  if (rule_ == SequenceRule::kBinancePartial) return Status::kUnknownEvent;
  if (joins_by_id(rule_)) {
    const bool older = state_ == SyncState::kSynchronised && m.last_id < last_id_;
    if (older || !on_time_for(m)) {
      ++counters_.stale_snapshots;
      return Status::kStaleSnapshot;
    }
  }
  replace_book(m, at_ns);
  ++counters_.snapshots;
  last_id_ = m.last_id;
  first_after_snapshot_ = true;
  state_ = SyncState::kSynchronised;
  broken_by_ = Status::kOk;
  if (const Status proof = finish(m, at_ns); proof != Status::kOk) return proof;
  if (observer_.self != nullptr) observer_.on_update(observer_.self, symbol_, at_ns);
  return replay_pending(at_ns);
}

Status BookSync::on_partial(const MarketMessage& m, std::int64_t at_ns) {
  if (rule_ != SequenceRule::kBinancePartial) return Status::kUnknownEvent;
  const bool synchronised = state_ == SyncState::kSynchronised;
  if (synchronised && m.last_id <= last_id_) {
    if (m.last_id == last_id_) {
      ++counters_.duplicates;
      return Status::kDuplicateUpdate;
    }
    ++counters_.stale_dropped;
    return Status::kStaleUpdate;
  }
  if (!is_ordered(Side::kBuy, m.bids, m.bid_count) ||
      !is_ordered(Side::kSell, m.asks, m.ask_count)) {
    break_proof(Status::kUnexpectedToken, at_ns);
    return Status::kUnexpectedToken;
  }
  if (!synchronised && observer_.self != nullptr) {
    observer_.on_reset(observer_.self, symbol_, at_ns);
  }
  replace_levels(Side::kBuy, m.bids, m.bid_count, at_ns);
  replace_levels(Side::kSell, m.asks, m.ask_count, at_ns);
  delta_ = BookDelta{};
  ++counters_.depth_applied;
  last_id_ = m.last_id;
  first_after_snapshot_ = false;
  state_ = SyncState::kSynchronised;
  broken_by_ = Status::kOk;
  if (const Status proof = finish(m, at_ns); proof != Status::kOk) return proof;
  if (const Status known = check_tickers(at_ns); known != Status::kOk) return known;
  if (observer_.self != nullptr) observer_.on_update(observer_.self, symbol_, at_ns);
  return Status::kOk;
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
  if (!joins_by_id(rule_) && rule_ != SequenceRule::kBinancePartial) return Status::kUnknownEvent;
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
  checksum_.reset();
  delta_ = BookDelta{};
  for (Ticker& ticker : tickers_) ticker.id = -1;
  if (observer_.self != nullptr) observer_.on_reset(observer_.self, symbol_, at_ns);
}

}  // namespace bot4
