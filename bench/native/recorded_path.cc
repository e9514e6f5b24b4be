#include "recorded_path.h"

#include <cstring>

#include "allocations.h"
#include "chosen_kernels.h"
#include "core/stage_clock.h"
#include "decode/venue_decoder.h"
#include "engine/features.h"
#include "tick_clock.h"
#include "websocket_frame.h"

namespace bot4::bench {
namespace {

constexpr std::uint32_t kInboxBytes = 4u << 20;
/// Between the end of the recording and its repetition, ns.
constexpr std::int64_t kPauseNs = 1'000'000;
/// One byte of no message, readable beyond its end as every frame is.
constexpr char kNothing[64] = "{";

/// A taker on the order flow whose every decision has a side, an edge and a size, and that no rate
/// holds up: every message that is decided on ends in an intent.
void write_policy(PolicyBlock& p) {
  p = PolicyBlock{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kOrderFlowImbalance] = 0.3;
  p.model.weights[kMicropriceReturn1s] = 0.8;
  p.model.platt_a = 1.0;
  p.model.payoff = 2.0;
  p.model.kelly_fraction = 0.5;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.5;
  p.model.sell_threshold = 0.5;
  p.model.minimum = 1;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 5e8;
  p.max_intents_per_s = 1e9;
  p.intent_burst = 1e6;
}

std::unique_ptr<Session> make_session(const RecordedFrames& frames, const char** fault) {
  SessionOptions options{frames.instruments, kInboxBytes, 1024};
  options.connections.push_back(
      {.venue = venue_of(frames.instruments[0].rule), .framing = Framing::kWebSocket});
  auto session = std::make_unique<Session>(std::move(options), chosen_kernels());
  write_policy(*session->arena().at<PolicyBlock>(session->layout().policy));
  auto* steering = session->arena().at<SymbolSteering>(session->layout().steering);
  for (int symbol = 0; symbol < frames.instruments.size(); ++symbol) {
    steering[symbol].max_position_lots = 1000;
    steering[symbol].max_order_lots = 1000;
    steering[symbol].budget_lots = 1000;
    const char* field = nullptr;
    if (session->engine().apply_policy(symbol, &field) != Status::kOk) *fault = field;
  }
  return session;
}

/// Copies one frame into the empty inbox and runs the session until it is processed. Returns the
/// intents it led to.
double feed(Session& session, const char* bytes, std::uint32_t length, std::int32_t symbol,
            std::int64_t at_ns) noexcept {
  ControlBlock& control = session.control();
  std::byte* inbox = session.arena().data() + session.layout().inbox;
  FrameHeader header{};
  header.length = length;
  header.symbol = static_cast<decltype(header.symbol)>(symbol);
  header.received_ns = at_ns;
  std::memcpy(inbox, &header, sizeof header);
  std::memcpy(inbox + sizeof header, bytes, length);
  control.inbox_read = 0;
  control.inbox_write =
      static_cast<std::uint32_t>(sizeof header) + ((length + 7u) & ~7u);
  control.until_ns = INT64_MAX;
  double intents = 0;
  while (session.run() != RunResult::kDrained) {
    intents += static_cast<double>(control.intent_head - control.intent_tail);
    control.intent_tail = control.intent_head;
  }
  control.trade_tail = control.trade_head;
  return intents;
}

/// The mean cost of one mark of the stage clock, ns: the least of many means, since other programs
/// only ever add to it.
double measure_mark_cost() noexcept {
  constexpr int kMarks = 2'000;
  double least = 1e9;
  for (int round = 0; round < 200; ++round) {
    StageClock clock;
    const std::uint64_t from = TickClock::now();
    clock.start();
    for (int i = 0; i < kMarks; ++i) clock.mark(Stage::kFrame);
    const double ns = static_cast<double>(TickClock::now() - from) * TickClock::ns_per_tick();
    if (ns / kMarks < least) least = ns / kMarks;
  }
  return least;
}

}  // namespace

RecordedPath::RecordedPath(std::shared_ptr<const RecordedFrames> frames, const char** policy_fault)
    : frames_(std::move(frames)), mark_cost_ns_(measure_mark_cost()) {
  *policy_fault = nullptr;
  make_wire();
  session_ = make_session(*frames_, policy_fault);
  stage_rows_.reserve(1 << 16);
}

/// Frames every message that names its instrument, as the decoder finds out by reading it.
void RecordedPath::make_wire() {
  VenueDecoder decoder(venue_of(frames_->instruments[0].rule), frames_->instruments);
  for (RecordedFrames::Frame frame : frames_->frames) {
    const char* const bytes = frames_->bytes.data() + frame.offset;
    MarketMessage message{};
    const bool named = decoder.decode(bytes, frame.length, -1, &message) == Status::kOk &&
                       message.symbol == frame.symbol;
    frame.offset = static_cast<std::uint32_t>(wire_.size());
    if (named) {
      append_text_frame(&wire_, bytes, frame.length);
      frame.symbol = -1;
    } else {
      wire_.insert(wire_.end(), bytes, bytes + frame.length);
    }
    frame.length = static_cast<std::uint32_t>(wire_.size()) - frame.offset;
    wire_frames_.push_back(frame);
  }
}

/// Begins the recording anew, later in event time. Its update ids have been seen by then and would
/// be passed over, so a message that says nothing costs every book its proof first: the books start
/// from the recorded snapshot again.
void RecordedPath::restart() noexcept {
  const auto& frames = frames_->frames;
  const std::int64_t now = frames.back().at_ns + shift_ns_;
  for (int symbol = 0; symbol < frames_->instruments.size(); ++symbol) {
    feed(*session_, kNothing, 1, symbol, now);
  }
  next_ = 0;
  shift_ns_ += frames.back().at_ns - frames.front().at_ns + kPauseNs;
}

/// Returns the intents that the frame led to.
double RecordedPath::feed_next() noexcept {
  if (next_ == wire_frames_.size()) restart();
  const RecordedFrames::Frame& frame = wire_frames_[next_++];
  const double intents = feed(*session_, wire_.data() + frame.offset, frame.length, frame.symbol,
                              frame.at_ns + shift_ns_);
  intents_ += intents;
  return intents;
}

double RecordedPath::saturate(std::uint64_t count) noexcept {
  const std::uint64_t from = TickClock::now();
  for (std::uint64_t i = 0; i < count; ++i) feed_next();
  return static_cast<double>(TickClock::now() - from) * TickClock::ns_per_tick();
}

double RecordedPath::open_loop(double rate_per_s, std::uint64_t count, std::uint64_t block) {
  const double ns_per_tick = TickClock::ns_per_tick();
  const double ticks_between = 1e9 / rate_per_s / ns_per_tick;
  const bool staged = block > 0;
  const std::uint64_t start = TickClock::now() + 100'000;
  std::uint64_t seen = TickClock::now();
  stage_clock.on = staged;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t due = start + static_cast<std::uint64_t>(static_cast<double>(i) * ticks_between);
    for (;;) {
      // The look that ends the waiting counts, too: a stall mostly ends beyond the intended time.
      const std::uint64_t at = TickClock::now();
      stalls_.gap(static_cast<double>(at - seen) * ns_per_tick);
      seen = at;
      if (at >= due) break;
    }
    if (staged) stage_clock.start();
    const double intents = feed_next();
    seen = TickClock::now();
    const auto ns = static_cast<std::int64_t>(static_cast<double>(seen - due) * ns_per_tick);
    latency_.record(ns);
    if (intents > 0) intent_latency_.record(ns);
    if (staged && ++block_frames_ == block) close_block(block);
  }
  stage_clock.on = false;
  return static_cast<double>(TickClock::now() - start) * ns_per_tick;
}

void RecordedPath::close_block(std::uint64_t frames) {
  const auto number = static_cast<double>(frames);
  for (int stage = 0; stage < StageClock::kStages; ++stage) {
    const double ns = static_cast<double>(stage_clock.ticks[stage]) * TickClock::ns_per_tick() -
                      static_cast<double>(stage_clock.marks[stage]) * mark_cost_ns_;
    stage_rows_.push_back(ns > 0 ? ns / number : 0);
  }
  stage_clock = StageClock{};
  stage_clock.on = true;
  block_frames_ = 0;
}

std::uint64_t RecordedPath::allocations(std::uint64_t count) noexcept {
  start_counting_allocations();
  for (std::uint64_t i = 0; i < count; ++i) feed_next();
  return stop_counting_allocations();
}

void RecordedPath::clear_measures() {
  latency_ = LatencyHistogram();
  intent_latency_ = LatencyHistogram();
  stalls_ = StallLedger{};
  stage_rows_.clear();
  stage_clock = StageClock{};
  block_frames_ = 0;
  intents_ = 0;
}

}  // namespace bot4::bench
