// What a threaded session takes back from its shards: intents, trades, control frames and views.
#include <atomic>
#include <cstring>

#include "binding/threaded_session.h"

namespace bot4 {
namespace {

/// Takes records of a shard into the arena's ring for as long as there is room.
template <typename Record, typename Change>
void move_records(Shard& from, RecordRing<Record>& to, Change change) noexcept {
  bool took = false;
  for (Record* record = to.begin(); record != nullptr && from.take(record); record = to.begin()) {
    change(*record);
    to.commit();
    took = true;
  }
  if (took) from.note_taken();
}

}  // namespace

void ThreadedSession::collect() noexcept {
  bool changed = false;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const int shard = static_cast<int>(i);
    collect_trades(shard);
    collect_intents(shard);
    collect_control_frames(shard);
    if (shards_[i].published() == seen_[i]) continue;
    refresh(shard);
    changed = true;
  }
  if (changed) add_totals();
}

void ThreadedSession::collect_intents(int shard) noexcept {
  const std::vector<int>& own = owned_[static_cast<std::size_t>(shard)];
  move_records(shards_[static_cast<std::size_t>(shard)], intents_, [&](IntentRecord& intent) {
    intent.symbol = own[static_cast<std::size_t>(intent.symbol)];
    intent.sequence = ++intent_sequence_;
  });
}

void ThreadedSession::collect_trades(int shard) noexcept {
  const std::vector<int>& own = owned_[static_cast<std::size_t>(shard)];
  move_records(shards_[static_cast<std::size_t>(shard)], trades_, [&](TradeRecord& trade) {
    trade.symbol = own[static_cast<std::size_t>(trade.symbol)];
  });
}

void ThreadedSession::collect_control_frames(int shard) noexcept {
  Session& session = shards_[static_cast<std::size_t>(shard)].session();
  ControlBlock& control = session.control();
  // Every shard of a connection reads the same pings: the first one's are answered.
  const auto mine = [&](const ControlFrameRecord& frame) {
    return routes_[frame.connection].shards.front() == shard;
  };
  const auto* ring = session.arena().at<ControlFrameRecord>(session.layout().control_frames);
  const std::uint32_t mask = session.layout().control_frame_capacity - 1;
  // Acquire pairs with the shard's commit: the records before head are whole. The tail is ours.
  const std::uint32_t head =
      std::atomic_ref<std::uint32_t>(control.control_frame_head).load(std::memory_order_acquire);
  std::atomic_ref<std::uint32_t> tail_ref(control.control_frame_tail);
  std::uint32_t tail = tail_ref.load(std::memory_order_relaxed);
  if (tail == head) return;
  for (; tail != head; ++tail) {
    const ControlFrameRecord& frame = ring[tail & mask];
    if (!mine(frame)) continue;
    ControlFrameRecord* record = control_frames_.begin();
    if (record == nullptr) break;
    *record = frame;
    control_frames_.commit();
  }
  // Release pairs with the shard's look at the tail: the records were copied.
  tail_ref.store(tail, std::memory_order_release);
}

/// Takes the latest views of a shard. A view that its writer is just replacing is taken next time.
void ThreadedSession::refresh(int shard) noexcept {
  const auto at = static_cast<std::size_t>(shard);
  const Shard& from = shards_[at];
  seen_[at] = from.published();
  bool whole = true;
  const std::vector<int>& own = owned_[at];
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto symbol = static_cast<std::size_t>(own[i]);
    const SeqLock<SymbolView>& published = from.view(static_cast<int>(i));
    if (published.version() == seen_views_[symbol]) continue;
    SymbolView view;
    if (!published.load(&view, &seen_views_[symbol])) {
      whole = false;
      continue;
    }
    views_[symbol] = view;
    *arena_.at<SymbolState>(layout_.states + symbol * sizeof(SymbolState)) = view.state;
  }
  for (std::size_t c = 0; c < routes_.size(); ++c) {
    if (routes_[c].shards.front() != shard) continue;
    ConnectionState state;
    auto* to = arena_.at<ConnectionState>(layout_.connection_states + c * sizeof state);
    if (from.connection(static_cast<int>(c)).load(&state)) {
      *to = state;
    } else {
      whole = false;
    }
  }
  whole &= refresh_composites(shard);
  ShardTotals totals;
  if (from.totals().load(&totals)) {
    totals_[at] = totals;
  } else {
    whole = false;
  }
  if (!whole) seen_[at] = 0;  // `published` is never 0: this shard is asked again.
}

/// Takes the composites of a shard, whose symbols get their places among all; false as in refresh.
bool ThreadedSession::refresh_composites(int shard) noexcept {
  const std::vector<int>& own = owned_[static_cast<std::size_t>(shard)];
  bool whole = true;
  for (std::size_t i = 0; i < composite_shards_.size(); ++i) {
    if (composite_shards_[i] != shard) continue;
    CompositeState state;
    if (!shards_[static_cast<std::size_t>(shard)].composite(static_cast<int>(i)).load(&state)) {
      whole = false;
      continue;
    }
    for (std::int32_t* symbol : {&state.bid_symbol, &state.ask_symbol}) {
      if (*symbol >= 0) *symbol = own[static_cast<std::size_t>(*symbol)];
    }
    *arena_.at<CompositeState>(layout_.composites + i * sizeof state) = state;
  }
  return whole;
}

void ThreadedSession::add_totals() noexcept {
  ControlBlock& c = *control_;
  c.frames = c.bytes = c.intents = c.intents_dropped = 0;
  c.trades_dropped = c.control_frames_dropped = 0;
  std::memset(c.refused, 0, sizeof c.refused);
  for (const ShardTotals& each : totals_) {
    c.frames += each.frames;
    c.bytes += each.bytes;
    c.intents += each.intents;
    c.intents_dropped += each.intents_dropped;
    c.trades_dropped += each.trades_dropped;
    c.control_frames_dropped += each.control_frames_dropped;
    for (int i = 0; i < kStatusCount; ++i) c.refused[i] += each.refused[i];
  }
}

}  // namespace bot4
