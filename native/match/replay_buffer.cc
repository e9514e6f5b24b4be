#include "match/replay_buffer.h"

#include <utility>

#include "core/check.h"
#include "match/command_codec.h"

namespace bot4::match {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

ReplayLayout make_layout(std::size_t max_commands, std::size_t max_events) {
  ReplayLayout layout{};
  layout.commands = ReplayLayout::kControlSlots;
  layout.max_commands = max_commands;
  layout.events = layout.commands + max_commands * ReplayLayout::kCommandSlots;
  layout.max_events = max_events;
  layout.total = layout.events + max_events * ReplayLayout::kRecordSlots;
  return layout;
}

void write_event(double* out, const ReplayEvent& event) noexcept {
  out[0] = encode_head(event.kind, event.reason, event.side, event.maker);
  out[1] = static_cast<double>(event.symbol);
  out[2] = static_cast<double>(event.id);
  out[3] = static_cast<double>(event.ticks);
  out[4] = static_cast<double>(event.lots);
  out[5] = static_cast<double>(event.remaining);
  out[6] = static_cast<double>(event.at_ns / kNsPerSecond);
  out[7] = static_cast<double>(event.at_ns % kNsPerSecond);
}

}  // namespace

ReplayBuffer::ReplayBuffer(std::vector<const L2Book*> books, std::uint32_t max_orders,
                           std::uint32_t max_commands, std::uint32_t* attention,
                           QueueModel model)
    : matcher_(std::move(books), max_orders, attention, model),
      layout_(make_layout(max_commands, matcher_.event_capacity())),
      memory_(layout_.total * sizeof(double)) {
  BOT4_CHECK(max_commands > 0);
}

ReplayBuffer::ReplayBuffer(std::int32_t symbols, std::uint32_t recorded_orders,
                           std::uint32_t max_orders, std::uint32_t max_commands)
    : records_(std::make_unique<OrderRecords>(symbols, recorded_orders)),
      matcher_(records_->books(), max_orders, &attention_, QueueModel::kExact),
      layout_(make_layout(max_commands, matcher_.event_capacity())),
      memory_(layout_.total * sizeof(double)) {
  BOT4_CHECK(max_commands > 0);
}

void ReplayBuffer::run() noexcept {
  auto* slots = reinterpret_cast<double*>(memory_.data());
  const std::size_t count = slot_count(slots[ReplayLayout::kCommandCount], layout_.max_commands);
  std::size_t done = slot_count(slots[ReplayLayout::kCommandsDone], layout_.max_commands);
  const auto has_room = [this] {
    return matcher_.events().size() + matcher_.events_bound() <= layout_.max_events;
  };
  bool room = has_room();
  while (room) {
    if (!matcher_.run_pending()) {
      if (done >= count) break;  // Beyond it when the caller wrote nonsense.
      execute(slots + layout_.commands + done * ReplayLayout::kCommandSlots);
      ++done;
    }
    room = has_room();
  }
  double* out = slots + layout_.events;
  for (const ReplayEvent& event : matcher_.events()) {
    write_event(out, event);
    out += ReplayLayout::kRecordSlots;
  }
  slots[ReplayLayout::kCommandsDone] = static_cast<double>(done);
  slots[ReplayLayout::kEventCount] = static_cast<double>(matcher_.events().size());
  slots[ReplayLayout::kRestingOrders] = static_cast<double>(matcher_.resting_orders());
  slots[ReplayLayout::kPending] = room ? 0.0 : 1.0;
  slots[ReplayLayout::kRefusedChanges] = refused_changes_;
  matcher_.clear_events();
}

void ReplayBuffer::record(const Command& command) noexcept {
  const auto symbols = static_cast<std::int32_t>(records_->symbols());
  constexpr std::int64_t kMostUs = std::int64_t{1} << 53;
  const std::int64_t at_us = command.terms.expires_at;
  const bool good = command.symbol >= 0 && command.symbol < symbols && command.id >= 0 &&
                    command.flags >= 0 && command.flags < kOrderChanges && at_us > 0 &&
                    at_us < kMostUs;
  if (!good || records_->apply(matcher_, command.symbol,
                               {static_cast<OrderChange>(command.flags), command.side,
                                static_cast<std::uint64_t>(command.id), command.ticks,
                                command.lots, at_us * 1000}) != L3Status::kOk) {
    refused_changes_ += 1;
  }
}

void ReplayBuffer::execute(const double* fields) noexcept {
  Command command;
  if (decode_command(fields, command) &&
      (!has_terms(command.kind) || decode_terms(fields + kCommandSlots, command.terms))) {
    if (command.kind == CommandKind::kRecord && records_ != nullptr) return record(command);
    matcher_.execute(command);
  } else if (records_ != nullptr && fields[0] == static_cast<double>(CommandKind::kRecord)) {
    refused_changes_ += 1;  // Its id is none of an order of ours.
  } else {
    matcher_.refuse(command.id);
  }
}

}  // namespace bot4::match
