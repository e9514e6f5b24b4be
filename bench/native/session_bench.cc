// Decoding alone and the whole native path (decode, book, features, decision, gate) over a capture:
//   session_bench CAPTURE SYMBOL TICK_E8 STEP_E8 spot|futures
// CAPTURE is plain text: lines of `<receive ns> <raw JSON>` (zcat the recorded .gz first).
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "binding/session.h"
#include "measure.h"

using namespace bot4;

namespace {

struct Frame {
  std::int64_t at_ns;
  std::string text;
};

struct Work {
  Instruments instruments;
  std::vector<Frame> frames;
  const DecisionTable* kernels;
};

PolicyBlock policy() {
  PolicyBlock p{};
  p.kind = PolicyKind::kTake;
  for (double& isd : p.model.inverse_sds) isd = 1.0;
  p.model.weights[kOrderFlowImbalance] = 0.3;
  p.model.weights[kMicropriceReturn1s] = 0.8;
  p.model.platt_a = 1.0;
  p.model.payoff = 1.0;
  p.model.cost = 0.1;
  p.model.kelly_fraction = 0.5;
  p.model.kelly_cap = 0.5;
  p.model.buy_threshold = 0.6;
  p.model.sell_threshold = 0.4;
  p.model.minimum = 1;
  p.max_spread_ticks = 100;
  p.stale_after_ns = 5e8;
  p.max_intents_per_s = 20;
  p.intent_burst = 20;
  return p;
}

std::uint64_t decode_all(void* state) {
  auto* w = static_cast<Work*>(state);
  BinanceDecoder decoder(w->instruments);
  MarketMessage m{};
  bench::Checksum sum;
  for (const Frame& frame : w->frames) {
    const Status status = decoder.decode(frame.text.data(), frame.text.size(), 0, &m);
    sum.fold(static_cast<std::uint64_t>(status));
  }
  return sum.value();
}


std::uint64_t run_session(void* state) {
  auto* w = static_cast<Work*>(state);
  Session session(w->instruments, 1 << 20, 1024, w->kernels);
  *session.arena().at<PolicyBlock>(session.layout().policy) = policy();
  const char* field = nullptr;
  session.engine().apply_policy(0, &field);
  auto* steering = session.arena().at<SymbolSteering>(session.layout().steering);
  steering->max_position_lots = steering->max_order_lots = steering->budget_lots = 1000;
  ControlBlock& control = session.control();
  std::byte* inbox = session.arena().data() + session.layout().inbox;
  for (const Frame& frame : w->frames) {
    const FrameHeader header{static_cast<std::uint32_t>(frame.text.size()), 0, frame.at_ns};
    std::memcpy(inbox, &header, sizeof header);
    std::memcpy(inbox + sizeof header, frame.text.data(), frame.text.size());
    control.inbox_read = 0;
    control.inbox_write =
        static_cast<std::uint32_t>(sizeof header + ((frame.text.size() + 7) & ~std::size_t{7}));
    session.run();
    control.intent_tail = control.intent_head;
    control.trade_tail = control.trade_head;
  }
  return session.engine().state_hash();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: session_bench CAPTURE SYMBOL TICK_E8 STEP_E8 spot|futures\n");
    return 2;
  }
  Target target = Target::kSse2;
  choose_target(std::getenv("BOT4_TARGET"), &target);
  bench::print_manifest(target_name(target));
  Work work;
  const std::string symbol = argv[2];
  work.instruments.add(symbol.c_str(), static_cast<int>(symbol.size()), std::stoll(argv[3]),
                       std::stoll(argv[4]),
                       std::string(argv[5]) == "spot" ? SequenceRule::kBinanceSpot
                                                      : SequenceRule::kBinanceFutures);
  std::ifstream in(argv[1]);
  for (std::string line; std::getline(in, line);) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos) continue;
    work.frames.push_back({std::stoll(line.substr(0, space)), line.substr(space + 1)});
    work.frames.back().text.reserve(work.frames.back().text.size() + kDecodePadding);
  }
  work.kernels = decision_kernels(target);
  Work baseline = work;
  baseline.kernels = decision_kernels(Target::kSse2);
  const auto messages = static_cast<double>(work.frames.size());
  bench::paired("decode", {"exact decode", decode_all, &work}, {"again", decode_all, &work}, messages);
  bench::paired("path", {"bytes to intent", run_session, &work},
                {"the same on sse2", run_session, &baseline}, messages);
  return 0;
}
