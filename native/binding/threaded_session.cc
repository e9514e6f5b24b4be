#include "binding/threaded_session.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "binding/inbox_frames.h"

namespace bot4 {
namespace {

/// Runs between two wishes for views from a shard that is never idle.
constexpr int kRunsPerView = 64;

}  // namespace

ThreadedSession::ThreadedSession(const SessionOptions& options, const ThreadOptions& threads,
                                 const DecisionTable* kernels)
    : layout_(ArenaLayout::make(
          static_cast<std::uint32_t>(options.instruments.size()), options.intent_capacity,
          options.inbox_bytes,
          std::max<std::uint32_t>(1, static_cast<std::uint32_t>(options.connections.size())),
          options.trade_capacity, static_cast<std::uint32_t>(options.composites.size()))),
      arena_(layout_.allocate()),
      control_(arena_.at<ControlBlock>(layout_.control)),
      intents_(arena_.at<IntentRecord>(layout_.intents), layout_.intent_capacity,
               &control_->intent_head, &control_->intent_tail),
      trades_(arena_.at<TradeRecord>(layout_.trades), layout_.trade_capacity,
              &control_->trade_head, &control_->trade_tail),
      control_frames_(arena_.at<ControlFrameRecord>(layout_.control_frames),
                      layout_.control_frame_capacity, &control_->control_frame_head,
                      &control_->control_frame_tail),
      cpus_(threads.pin),
      owned_(static_cast<std::size_t>(threads.shards)),
      routes_(layout_.connections),
      views_(layout_.symbols),
      sent_steering_(layout_.symbols),
      policies_(layout_.symbols),
      resets_(layout_.connections, std::vector<bool>(static_cast<std::size_t>(threads.shards))),
      seen_views_(layout_.symbols),
      seen_(static_cast<std::size_t>(threads.shards)),
      totals_(static_cast<std::size_t>(threads.shards)) {
  control_->version = kArenaVersion;
  control_->symbol_count = layout_.symbols;
  control_->until_ns = INT64_MAX;
  for (int i = 0; i < options.instruments.size(); ++i) {
    const int shard = i % threads.shards;
    std::vector<int>& own = owned_[static_cast<std::size_t>(shard)];
    places_.push_back({shard, static_cast<int>(own.size())});
    own.push_back(i);
    const InstrumentSpec& spec = options.instruments[i];
    Route& route = routes_[static_cast<std::size_t>(spec.connection)];
    route.to_all = venue_of(spec.rule) == Venue::kCoinbase;
    if (std::find(route.shards.begin(), route.shards.end(), shard) == route.shards.end()) {
      route.shards.push_back(shard);
    }
  }
  for (const CompositeSpec& composite : options.composites) {
    composite_shards_.push_back(composite.instruments.front() % threads.shards);
  }
  for (Route& route : routes_) {
    if (route.shards.empty()) route.shards.push_back(0);
  }
  for (int shard = 0; shard < threads.shards; ++shard) {
    SessionOptions own = options;
    own.owned = owned_[static_cast<std::size_t>(shard)];
    own.trade_capacity = 0;  // The trades that wait for JavaScript wait in the arena of all.
    Shard& made = shards_.emplace_back(own, kernels, threads.idle);
    for (std::size_t i = 0; i < own.owned.size(); ++i) {
      const auto at = static_cast<std::size_t>(own.owned[i]) * sizeof(SymbolSteering);
      made.session().engine().halt_by(static_cast<int>(i), &control_->halt,
                                      &arena_.at<SymbolSteering>(layout_.steering + at)->halt);
    }
    refresh(shard);
  }
  add_totals();
}

MemoryReport ThreadedSession::prepare(const MemoryOptions& options) noexcept {
  MemoryReport all = prepare_memory(arena_.data(), arena_.size(), options);
  for (Shard& shard : shards_) all += shard.prepare(options);
  return all;
}

bool ThreadedSession::start() noexcept {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (shards_[i].start(static_cast<int>(i), cpus_.empty() ? -1 : cpus_[i])) continue;
    stop();
    return false;
  }
  return true;
}

void ThreadedSession::stop() noexcept {
  for (Shard& shard : shards_) shard.stop();
}

RunResult ThreadedSession::run() noexcept {
  const std::uint32_t intents_before = control_->intent_head;
  const RunResult result = send_changes() ? forward_frames() : RunResult::kDrained;
  if (++runs_ % kRunsPerView == 0) {
    for (Shard& shard : shards_) shard.ask_views();
  }
  collect();
  if (result == RunResult::kMalformed) return result;
  return control_->intent_head != intents_before ? RunResult::kIntent : result;
}

bool ThreadedSession::send(Shard::RecordKind kind, int shard, int target, const void* content,
                           std::uint32_t length) noexcept {
  Shard& to = shards_[static_cast<std::size_t>(shard)];
  std::byte* at = to.reserve(kind, target, length);
  if (at == nullptr) return false;
  if (length > 0) std::memcpy(at, content, length);
  to.commit();
  return true;
}

/// Sends what was steered since the last call. False when a ring is full: no frame may overtake it.
bool ThreadedSession::send_changes() noexcept {
  bool sent = true;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    const auto* steering =
        arena_.at<SymbolSteering>(layout_.steering + i * sizeof(SymbolSteering));
    SymbolSteering wanted = *steering;
    wanted.halt = 0;  // The shard reads the word itself.
    if (std::memcmp(&wanted, &sent_steering_[i], sizeof wanted) == 0) continue;
    if (send(Shard::RecordKind::kSteering, place.shard, place.symbol, &wanted, sizeof wanted)) {
      sent_steering_[i] = wanted;
    } else {
      sent = false;
    }
  }
  if (!changes_wait_) return sent;
  bool all = true;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (policies_[i] == nullptr) continue;
    const Place& place = places_[i];
    if (send(Shard::RecordKind::kPolicy, place.shard, place.symbol, policies_[i].get(),
             sizeof(PolicyBlock))) {
      policies_[i].reset();
    } else {
      all = false;
    }
  }
  for (std::size_t c = 0; c < resets_.size(); ++c) {
    for (const int shard : routes_[c].shards) {
      auto waits = resets_[c][static_cast<std::size_t>(shard)];
      if (!waits) continue;
      if (send(Shard::RecordKind::kReset, shard, static_cast<int>(c), nullptr, 0)) {
        waits = false;
      } else {
        all = false;
      }
    }
  }
  changes_wait_ = !all;
  return sent && all;
}

/// Sends a frame to every shard it concerns, or to none: false.
bool ThreadedSession::forward(const FrameHeader& header, const std::byte* frame,
                              std::uint32_t length) noexcept {
  const Route& route = routes_[header.connection];
  const bool named = header.symbol >= 0 && header.symbol < symbol_count() && !route.to_all;
  int one = named ? places_[static_cast<std::size_t>(header.symbol)].shard : 0;
  const int* shards = named ? &one : route.shards.data();
  const std::size_t count = named ? 1 : route.shards.size();
  for (std::size_t i = 0; i < count; ++i) {
    Shard& shard = shards_[static_cast<std::size_t>(shards[i])];
    const bool counts = named || i == 0;
    std::byte* at = shard.reserve(Shard::RecordKind::kFrame, counts ? 0 : 1, length);
    if (at == nullptr) return false;  // Nothing was committed: the others forget their room.
    std::memcpy(at, &header, sizeof header);
    std::memcpy(at + sizeof header, frame + sizeof header, length - sizeof header);
  }
  for (std::size_t i = 0; i < count; ++i) shards_[static_cast<std::size_t>(shards[i])].commit();
  return true;
}

RunResult ThreadedSession::forward_frames() noexcept {
  ControlBlock& control = *control_;
  const std::byte* inbox = arena_.data() + layout_.inbox;
  const std::uint32_t write = control.inbox_write;
  std::uint32_t read = control.inbox_read;
  if (write > layout_.inbox_bytes || read > write) return RunResult::kMalformed;
  while (read != write) {
    FrameHeader header;
    if (write - read < sizeof header) return RunResult::kMalformed;
    std::memcpy(&header, inbox + read, sizeof header);
    const std::uint32_t room = write - read - static_cast<std::uint32_t>(sizeof header);
    const std::uint32_t padded = padded_length(header.length);
    if (header.length > room || padded > room) return RunResult::kMalformed;
    const std::uint32_t length = static_cast<std::uint32_t>(sizeof header) + padded;
    if (header.connection == kDroppedFrame) {
      read += length;
      control.inbox_read = read;
      continue;
    }
    if (header.connection >= routes_.size()) return RunResult::kMalformed;
    if (!is_receive_time(header.received_ns)) return RunResult::kMalformed;
    if (header.received_ns > control.until_ns) return RunResult::kUntil;
    // Event time does not go back over all symbols, of which a shard knows only its own.
    const bool backwards = header.received_ns < control.now_ns;
    if (backwards) header.received_ns = control.now_ns;
    if (!forward(header, inbox + read, length)) return RunResult::kDrained;
    if (backwards) control.clock_backwards += 1.0;
    read += length;
    control.inbox_read = read;
    control.now_ns = header.received_ns;
  }
  return RunResult::kDrained;
}

bool ThreadedSession::settle(int timeout_ms) noexcept {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    run();
    const bool sent = control_->inbox_read == control_->inbox_write && !changes_wait_;
    const bool quiet = std::all_of(shards_.begin(), shards_.end(),
                                   [](const Shard& shard) { return shard.is_quiet(); });
    if (sent && quiet) {
      collect();
      return true;
    }
    if (Clock::now() >= deadline) return false;
    std::this_thread::yield();
  }
}

Status ThreadedSession::apply_policy(int symbol, const char** field) noexcept {
  *field = "symbol";
  if (symbol < 0 || symbol >= symbol_count()) return Status::kBadArgument;
  const PolicyBlock& policy = *arena_.at<PolicyBlock>(layout_.policy);
  const Status status = check_policy(policy, field);
  if (status != Status::kOk) return status;
  policies_[static_cast<std::size_t>(symbol)] = std::make_unique<PolicyBlock>(policy);
  changes_wait_ = true;
  return Status::kOk;
}

void ThreadedSession::reset_connection(int connection) noexcept {
  const auto at = static_cast<std::size_t>(connection);
  for (const int shard : routes_[at].shards) resets_[at][static_cast<std::size_t>(shard)] = true;
  changes_wait_ = true;
  // The shards read what they have before the reset; what waits here would come after it.
  drop_frames(arena_, layout_, connection);
}

bool ThreadedSession::state_hash(std::uint64_t* hash) noexcept {
  if (!settle(10'000)) return false;
  StateHash all;
  for (Shard& shard : shards_) all.fold(shard.session().engine().state_hash());
  *hash = all.digest();
  return true;
}

}  // namespace bot4
