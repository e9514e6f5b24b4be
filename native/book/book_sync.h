#pragma once
#include <cstdint>
#include <vector>

#include "book/book_checksum.h"
#include "book/book_delta.h"
#include "book/l2_book.h"
#include "book/observer.h"
#include "book/pending_updates.h"
#include "core/instruments.h"
#include "core/market_message.h"
#include "core/status.h"

namespace bot4 {

/// How far a book is proven.
enum class SyncState : std::uint8_t {
  kWaiting = 0,       ///< No snapshot yet: updates are held.
  kSynchronised = 1,  ///< Every update since the snapshot is in the book, in order.
  kBroken = 2,        ///< The proof failed; the book is empty until a new snapshot.
};

/// Returns "waiting-snapshot", "synchronised" or "broken".
const char* sync_state_name(SyncState state) noexcept;

/// What happened to one book's messages since the start.
struct SyncCounters {
  std::int64_t depth_applied = 0;      ///< Depth updates in the book, held ones included.
  std::int64_t stale_dropped = 0;      ///< Updates older than the snapshot.
  std::int64_t duplicates = 0;         ///< Updates at or before the last applied one.
  std::int64_t gaps = 0;               ///< Updates that did not follow.
  std::int64_t held = 0;               ///< Updates kept for a snapshot.
  std::int64_t held_dropped = 0;       ///< Held updates that were given up: bound or gap.
  std::int64_t snapshots = 0;          ///< Snapshots taken.
  std::int64_t stale_snapshots = 0;    ///< Snapshots too old to use.
  std::int64_t crossed = 0;            ///< Updates that left best bid >= best ask.
  std::int64_t ticker_checks = 0;      ///< Venue tickers compared at the same update id.
  std::int64_t ticker_mismatches = 0;  ///< Of these, different ones.
  std::int64_t checksum_checks = 0;    ///< Venue checksums compared.
  std::int64_t checksum_mismatches = 0;  ///< Of these, different ones.
};

/// One instrument's book with the proof that it is complete.
///
/// Binance spot: drops u <= lastUpdateId; the first update needs U <= lastUpdateId + 1 <= u; then
///          every U == previous u + 1.
/// Binance futures: drops u < lastUpdateId; the first update needs U <= lastUpdateId <= u, or names
///          the snapshot itself as its predecessor (pu == lastUpdateId); then every pu == previous
///          u, with u > pu.
/// Binance partial: every message is the whole best part of the book and proves itself; its id
///          must rise while the book is synchronised.
/// Kraken:  a snapshot proves the book; an update is applied, levels beyond the subscribed depth
///          are dropped, and the CRC-32 of the best ten levels must be the venue's, every time.
/// Coinbase: a snapshot proves the book; the session counts the connection's sequence numbers and
///          calls `break_proof` at a gap.
///
/// Binance's updates before the snapshot are held in a bounded chain; the other venues begin every
/// subscription with a snapshot, so theirs are stale. A gap, a crossed book, a wrong checksum, a
/// venue ticker that differs at the same update id, and `break_proof` empty the book and wait for a
/// snapshot (or the next partial message).
///
/// Source: https://developers.binance.com/docs, "How to manage a local order book correctly" of
///         spot and of USD-M and COIN-M futures;
///         https://docs.kraken.com/api/docs/guides/spot-ws-book-v2.
class BookSync {
 public:
  BookSync(int symbol, const InstrumentSpec& spec) noexcept
      : symbol_(symbol),
        rule_(spec.rule),
        depth_(spec.depth),
        checksum_(spec.price_factor, spec.quantity_factor) {}
  /// Of an instrument whose venue sends neither checksums nor a bounded depth.
  BookSync(int symbol, SequenceRule rule) noexcept
      : symbol_(symbol), rule_(rule), checksum_(1, 1) {}

  /// Takes a depth update: kOk (applied), kHeldForSnapshot, kPendingOverflow (held, older ones
  /// dropped), kStaleUpdate, kDuplicateUpdate, kSequenceGap, kCrossedBook, kTickerMismatch,
  /// kChecksumMismatch, or kUnknownEvent of a partial book (nothing changed).
  Status on_depth(const MarketMessage& m, std::int64_t at_ns);

  /// Takes a snapshot: kOk, kStaleSnapshot (nothing changed), kCrossedBook, kChecksumMismatch, or
  /// kUnknownEvent of a partial book (nothing changed).
  Status on_snapshot(const MarketMessage& m, std::int64_t at_ns);

  /// Takes a partial book in place of the one before: kOk, kDuplicateUpdate or kStaleUpdate (its id
  /// did not rise; nothing changed), kUnexpectedToken (prices not in order from the best outwards),
  /// kCrossedBook, or kUnknownEvent of any other rule (nothing changed). The observer is told
  /// the levels that differ, as of an update.
  Status on_partial(const MarketMessage& m, std::int64_t at_ns);

  /// Takes a best bid and ask: kOk, kTickerMismatch, or kUnknownEvent of a venue whose tickers name
  /// no update. Compared when the book is or comes to be at the ticker's update id; the last 32
  /// ahead of the book are remembered.
  Status on_ticker(const MarketMessage& m, std::int64_t at_ns);

  /// Shows a trade to the observer; the tape needs no proof.
  void observe_trade(const MarketMessage& m, std::int64_t at_ns) const noexcept {
    if (observer_.self == nullptr) return;
    observer_.on_trade(observer_.self, symbol_, m.ticks, m.lots, m.aggressor, at_ns);
  }

  /// Empties a synchronised book because something about its stream is not to be trusted.
  void break_proof(Status why, std::int64_t at_ns) noexcept;

  /// Registers the observer of this book; a default one switches it off.
  void observe(const MarketObserver& observer) noexcept { observer_ = observer; }

  const L2Book& book() const noexcept { return book_; }
  /// What the last applied depth message changed; zeros after a snapshot, a partial book and a
  /// broken proof. Levels that only fell out of the subscribed depth are not counted.
  const BookDelta& delta() const noexcept { return delta_; }
  SyncState state() const noexcept { return state_; }
  /// Why the state is kBroken; kOk otherwise.
  Status broken_by() const noexcept { return broken_by_; }
  /// Id of the last update in the book; meaningful while synchronised.
  std::int64_t last_id() const noexcept { return last_id_; }
  const SyncCounters& counters() const noexcept { return counters_; }
  /// Updates held now.
  std::size_t pending() const noexcept { return pending_.size(); }

 private:
  static constexpr int kTickers = 32;
  struct Ticker {
    std::int64_t id = -1;
    Level bid{};
    Level ask{};
  };

  enum class Fit : std::uint8_t { kFollows, kStale, kDuplicate, kGap };
  Fit fit(std::int64_t first_id, std::int64_t last_id, std::int64_t previous_id) const noexcept;
  Status hold(const MarketMessage& m);
  Status apply(const MarketMessage& m, std::int64_t at_ns) noexcept;
  Status replay_pending(std::int64_t at_ns);
  void replace_book(const MarketMessage& m, std::int64_t at_ns);
  void fill_side(Side side, const Level* levels, int count, std::int64_t at_ns);
  Status finish(const MarketMessage& m, std::int64_t at_ns) noexcept;
  void set_level(Side side, std::int64_t ticks, std::int64_t lots, std::int64_t at_ns) noexcept;
  void update_levels(Side side, const Level* levels, int count, std::int64_t at_ns) noexcept;
  void replace_levels(Side side, const Level* levels, int count, std::int64_t at_ns);
  void truncate(Side side, std::int64_t at_ns) noexcept;
  Status check_tickers(std::int64_t at_ns) noexcept;
  bool on_time_for(const MarketMessage& snapshot) const noexcept;
  bool differs(const Ticker& ticker) noexcept;

  int symbol_;
  SequenceRule rule_;
  int depth_ = 0;
  SyncState state_ = SyncState::kWaiting;
  Status broken_by_ = Status::kOk;
  bool first_after_snapshot_ = false;
  std::int64_t last_id_ = 0;
  L2Book book_;
  PendingUpdates pending_;
  BookDelta delta_;
  BookChecksum checksum_;
  std::vector<Level> former_;  // Scratch of the levels' filling, kept to save its allocation.
  SyncCounters counters_;
  MarketObserver observer_;
  Ticker tickers_[kTickers];
  int next_ticker_ = 0;
};

}  // namespace bot4
