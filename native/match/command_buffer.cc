#include "match/command_buffer.h"

#include "core/check.h"
#include "core/memory.h"
#include "match/command_codec.h"

namespace bot4::match {

namespace {

BufferLayout make_layout(std::int32_t symbols, std::size_t max_commands, std::size_t max_events) {
  BufferLayout layout{};
  layout.commands = BufferLayout::kControlSlots;
  layout.max_commands = max_commands;
  layout.events = layout.commands + max_commands * BufferLayout::kCommandSlots;
  layout.max_events = max_events;
  layout.touches = layout.events + max_events * BufferLayout::kRecordSlots;
  layout.total =
      layout.touches + static_cast<std::size_t>(symbols) * BufferLayout::kTouchSlots;
  return layout;
}

}  // namespace

CommandBuffer::CommandBuffer(std::int32_t symbols, std::uint32_t max_orders,
                             std::uint32_t max_commands)
    : engine_(symbols, max_orders),
      layout_(make_layout(symbols, max_commands, engine_.worst_case_events())),
      memory_(allocate_memory(layout_.total * sizeof(double))),
      scratch_(allocate_memory(engine_.worst_case_events() * sizeof(Event))) {
  BOT4_CHECK(max_commands > 0);
}

void CommandBuffer::run() noexcept {
  double* control = slots();
  const std::size_t count =
      slot_count(control[BufferLayout::kCommandCount], layout_.max_commands);
  std::size_t done = slot_count(control[BufferLayout::kCommandsDone], layout_.max_commands);
  EventSink sink{reinterpret_cast<Event*>(scratch_.data()), engine_.worst_case_events()};
  while (done < count || engine_.pending() > 0) {
    if (engine_.pending() > 0) {
      if (sink.capacity - sink.count < engine_.pending_bound()) break;
      engine_.run_pending(sink);
      continue;
    }
    const double* record = control + layout_.commands + done * BufferLayout::kCommandSlots;
    Command command;
    if (!decode_command(record, command) ||
        (has_terms(command.kind) && !decode_terms(record + kCommandSlots, command.terms))) {
      if (sink.capacity == sink.count) break;
      sink.push({EventKind::kRejected, 0, command.id, 0, Side::kBuy, 0, 0, 0, Reason::kBadCommand});
    } else {
      if (sink.capacity - sink.count < engine_.events_bound(command)) break;
      engine_.execute(command, sink);
    }
    ++done;
  }
  control[BufferLayout::kCommandsDone] = static_cast<double>(done);
  control[BufferLayout::kEventCount] = static_cast<double>(sink.count);
  control[BufferLayout::kRestingOrders] = static_cast<double>(engine_.resting_orders());
  control[BufferLayout::kPending] = static_cast<double>(engine_.pending());
  write_events(sink);
  write_touches();
}

void CommandBuffer::write_events(const EventSink& sink) noexcept {
  double* out = slots() + layout_.events;
  for (std::size_t i = 0; i < sink.count; ++i, out += BufferLayout::kRecordSlots) {
    const Event& event = sink.events[i];
    out[0] = encode_head(event.kind, event.reason, event.side, false);
    out[1] = static_cast<double>(event.symbol);
    out[2] = static_cast<double>(event.a);
    out[3] = static_cast<double>(event.b);
    out[4] = static_cast<double>(event.ticks);
    out[5] = static_cast<double>(event.lots);
    out[6] = static_cast<double>(event.remaining);
    out[7] = 0.0;
  }
}

void CommandBuffer::write_touches() noexcept {
  double* out = slots() + layout_.touches;
  for (std::int32_t symbol = 0; symbol < engine_.symbols(); ++symbol) {
    const Touch touch = engine_.touch(symbol);
    *out++ = static_cast<double>(touch.bid_ticks);
    *out++ = static_cast<double>(touch.bid_lots);
    *out++ = static_cast<double>(touch.ask_ticks);
    *out++ = static_cast<double>(touch.ask_lots);
  }
}

}  // namespace bot4::match
