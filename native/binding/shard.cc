#include "binding/shard.h"

#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

#include "core/affinity.h"

namespace bot4 {
namespace {

/// Looks at an empty ring before a parking shard sleeps: some ten microseconds.
constexpr int kTurnsBeforeSleep = 1000;

/// Moves records of an arena's ring into a ring between threads; false when some found no room.
template <typename Record>
bool move_records(const Record* from, std::uint32_t mask, std::uint32_t head, std::uint32_t* tail,
                  SpscRing<Record>& to) noexcept {
  for (; *tail != head; ++*tail) {
    if (!to.try_push(from[*tail & mask])) return false;
  }
  return true;
}

/// Any frame of the inbox fits into the ring, wherever the ring stands.
std::uint32_t ring_capacity(std::uint32_t inbox_bytes) noexcept {
  return std::bit_ceil(2 * inbox_bytes + 64);
}

SessionOptions bounded(SessionOptions options) {
  options.intent_capacity = std::min(options.intent_capacity, Shard::kMostIntents);
  return options;
}

}  // namespace

std::size_t Shard::intent_bytes(std::uint32_t intent_capacity) noexcept {
  const std::uint32_t capacity = std::clamp(std::bit_ceil(intent_capacity), 2u, kMostIntents);
  return capacity * sizeof(IntentRecord) + SpscRing<IntentRecord>::bytes(capacity);
}

Shard::Shard(const SessionOptions& options, const DecisionTable* kernels, IdlePolicy idle)
    : session_(bounded(options), kernels),
      idle_(idle),
      ring_(ring_capacity(options.inbox_bytes)),
      intents_(std::max(2u, session_.layout().intent_capacity)),
      trades_(std::max(2u, session_.layout().trade_capacity)),
      views_(new SeqLock<SymbolView>[static_cast<std::size_t>(session_.instruments().size())]),
      connections_(
          new SeqLock<ConnectionState>[static_cast<std::size_t>(session_.connection_count())]),
      composites_(new SeqLock<CompositeState>[session_.layout().composite_count]),
      totals_(std::make_unique<SeqLock<ShardTotals>>()),
      last_published_(static_cast<std::size_t>(session_.instruments().size())) {
  publish();
}

MemoryReport Shard::prepare(const MemoryOptions& options) noexcept {
  BOT4_CHECK(!running_);
  MemoryReport all = session_.prepare(options);
  for (AlignedBuffer* memory : {&ring_.memory(), &intents_.memory(), &trades_.memory()}) {
    all += prepare_memory(memory->data(), memory->size(), options);
  }
  return all;
}

bool Shard::start(int index, int cpu) noexcept {
  cpu_ = cpu;
  // Signals are the steering thread's: the new thread inherits a mask that blocks them all.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  running_ = pthread_create(&thread_, nullptr, enter, this) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!running_) return false;
  char name[16];
  std::snprintf(name, sizeof name, "bot4-shard-%d", index % 1000);
  pthread_setname_np(thread_, name);
  started_.wait(0, std::memory_order_acquire);
  if (started_.load(std::memory_order_acquire) == 1) return true;
  stop();
  return false;
}

void Shard::stop() noexcept {
  if (!running_) return;
  stop_.store(true, std::memory_order_release);
  wake_.fetch_add(1, std::memory_order_release);
  wake_.notify_one();
  pthread_join(thread_, nullptr);
  running_ = false;
}

std::byte* Shard::reserve(RecordKind kind, std::int32_t target, std::uint32_t length) noexcept {
  const RecordHeader header{kind, target};
  std::byte* at = ring_.try_reserve(static_cast<std::uint32_t>(sizeof header) + length);
  if (at == nullptr) return nullptr;
  std::memcpy(at, &header, sizeof header);
  return at + sizeof header;
}

void Shard::commit() noexcept {
  ring_.commit();
  ++committed_;
  if (idle_ != IdlePolicy::kPark) return;
  // The two exchanges of this word are ordered: either this one sees that the shard is going to
  // sleep, or the shard's one comes later and its look at the ring sees the record.
  if (parked_.exchange(0, std::memory_order_acq_rel) != 0) {
    wake_.fetch_add(1, std::memory_order_release);
    wake_.notify_one();
  }
}

void Shard::note_taken() noexcept {
  // The two exchanges of this word are ordered: either this one sees that the shard waits, or the
  // shard's one comes later and its second try sees the room.
  if (!backlog_.exchange(false, std::memory_order_acq_rel)) return;
  wake_.fetch_add(1, std::memory_order_release);
  wake_.notify_one();
}

void* Shard::enter(void* self) noexcept {
  static_cast<Shard*>(self)->work();
  return nullptr;
}

void Shard::work() noexcept {
  const bool placed = cpu_ < 0 || pin_to_cpu(cpu_);
  started_.store(placed ? 1 : 2, std::memory_order_release);
  started_.notify_one();
  if (!placed) return;
  while (!stop_.load(std::memory_order_acquire)) {
    if (left_) hand_over();
    if (take_record()) {
      idle_turns_ = 0;
      // Acquire pairs with `ask_views`; nothing but the wish travels.
      const std::uint64_t asked = asked_.load(std::memory_order_acquire);
      if (asked == answered_) continue;
      answered_ = asked;
      publish();
      continue;
    }
    if (quiet_.load(std::memory_order_relaxed) != taken_) {
      publish();
      // Release pairs with `is_quiet`: the session holds still until the next record.
      quiet_.store(taken_, std::memory_order_release);
    } else {
      rest();
    }
  }
}

bool Shard::take_record() noexcept {
  std::uint32_t length = 0;
  const std::byte* record = ring_.front(&length);
  if (record == nullptr) return false;
  RecordHeader header;
  std::memcpy(&header, record, sizeof header);
  const std::byte* content = record + sizeof header;
  length -= static_cast<std::uint32_t>(sizeof header);
  const auto target = static_cast<std::size_t>(header.target);
  AlignedBuffer& arena = session_.arena();
  switch (header.kind) {
    case RecordKind::kFrame:
      session_.read_copies(header.target != 0);
      take_frame(content, length);
      break;
    case RecordKind::kSteering:
      std::memcpy(arena.at<SymbolSteering>(session_.layout().steering +
                                           target * sizeof(SymbolSteering)),
                  content, sizeof(SymbolSteering));
      break;
    case RecordKind::kPolicy: {
      std::memcpy(arena.at<PolicyBlock>(session_.layout().policy), content, sizeof(PolicyBlock));
      const char* field = nullptr;
      const Status status = session_.engine().apply_policy(header.target, &field);
      BOT4_CHECK(status == Status::kOk);  // The steering thread checked it.
      break;
    }
    case RecordKind::kReset: session_.reset_connection(header.target); break;
  }
  ring_.pop();
  ++taken_;
  return true;
}

/// Copies the frame out of the ring: decoders read ahead of what they check, and behind a record of
/// the ring another thread may be writing.
void Shard::take_frame(const std::byte* content, std::uint32_t length) noexcept {
  ControlBlock& control = session_.control();
  std::memcpy(session_.arena().data() + session_.layout().inbox, content, length);
  control.inbox_read = 0;
  control.inbox_write = length;
  RunResult result = session_.run();
  while (result == RunResult::kIntent || result == RunResult::kAttention) {
    hand_over();
    result = session_.run();
  }
  BOT4_CHECK(result == RunResult::kDrained);
  hand_over();
}

/// Gives the steering thread what the engine wrote. What finds no room stays in the arena, whose
/// rings refuse more when they are full, too.
void Shard::hand_over() noexcept {
  left_ = !move_out();
  if (!left_) return;
  // Pairs with the exchange in `note_taken`.
  backlog_.exchange(true, std::memory_order_acq_rel);
  left_ = !move_out();
}

bool Shard::move_out() noexcept {
  ControlBlock& control = session_.control();
  const ArenaLayout& layout = session_.layout();
  AlignedBuffer& arena = session_.arena();
  const bool intents = move_records(arena.at<IntentRecord>(layout.intents),
                                    layout.intent_capacity - 1, control.intent_head,
                                    &control.intent_tail, intents_);
  const bool trades = move_records(arena.at<TradeRecord>(layout.trades), layout.trade_capacity - 1,
                                   control.trade_head, &control.trade_tail, trades_);
  return intents && trades;
}

void Shard::publish_symbol(int symbol) noexcept {
  const auto at = static_cast<std::size_t>(symbol);
  const auto* state =
      session_.arena().at<SymbolState>(session_.layout().states + at * sizeof(SymbolState));
  if (std::memcmp(state, &last_published_[at], sizeof *state) == 0 && views_[at].version() != 0) {
    return;
  }
  std::memcpy(&last_published_[at], state, sizeof *state);
  std::memcpy(&scratch_.state, state, sizeof *state);
  const auto copy = [&](Side side, Level* levels) {
    std::uint32_t count = 0;
    session_.engine().book(symbol).visit(side, [&](std::int64_t ticks, std::int64_t lots) {
      levels[count++] = {ticks, lots};
      return count < SymbolView::kLevels;
    });
    return count;
  };
  scratch_.bid_count = copy(Side::kBuy, scratch_.bids);
  scratch_.ask_count = copy(Side::kSell, scratch_.asks);
  views_[at].store(scratch_);
}

void Shard::publish() noexcept {
  for (int i = 0; i < session_.instruments().size(); ++i) publish_symbol(i);
  for (int i = 0; i < session_.connection_count(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    connections_[at].store(*session_.arena().at<ConnectionState>(
        session_.layout().connection_states + at * sizeof(ConnectionState)));
  }
  const ControlBlock& c = session_.control();
  session_.engine().publish_composites(c.now_ns);
  for (std::uint32_t i = 0; i < session_.layout().composite_count; ++i) {
    composites_[i].store(*session_.arena().at<CompositeState>(session_.layout().composites +
                                                              i * sizeof(CompositeState)));
  }
  ShardTotals totals{c.frames,         c.bytes,          c.intents, c.intents_dropped,
                     c.trades_dropped, c.control_frames_dropped, {}};
  std::memcpy(totals.refused, c.refused, sizeof totals.refused);
  totals_->store(totals);
  // Release pairs with `published`: the views above are whole.
  published_.store(published_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

void Shard::rest() noexcept {
  switch (idle_) {
    case IdlePolicy::kSpin: spin_pause(); break;
    case IdlePolicy::kYield: sched_yield(); break;
    case IdlePolicy::kPark:
      if (++idle_turns_ < kTurnsBeforeSleep) {
        spin_pause();
      } else {
        park();
      }
      break;
  }
}

void Shard::park() noexcept {
  // Acquire pairs with the raise in `commit` and `stop`: a raise after this look ends the wait.
  const int seen = wake_.load(std::memory_order_acquire);
  parked_.exchange(1, std::memory_order_acq_rel);
  std::uint32_t length = 0;
  // Room that was made before this look is used at once, and room made later raises the word.
  const bool has_room = left_ && !backlog_.load(std::memory_order_acquire);
  if (!has_room && ring_.front(&length) == nullptr && !stop_.load(std::memory_order_acquire)) {
    wake_.wait(seen, std::memory_order_acquire);
  }
  parked_.exchange(0, std::memory_order_acq_rel);
  idle_turns_ = 0;
}

}  // namespace bot4
