#include "engine/engine.h"

#include <initializer_list>

namespace bot4 {

Engine::Engine(const Instruments& instruments, AlignedBuffer& arena, const ArenaLayout& layout,
               const DecisionTable* kernels)
    : policy_(arena.at<PolicyBlock>(layout.policy)),
      instruments_(instruments),
      composites_(arena, layout) {
  BOT4_CHECK(kernels != nullptr && arena.size() >= layout.bytes);
  auto* control = arena.at<ControlBlock>(layout.control);
  control->version = kArenaVersion;
  control->symbol_count = layout.symbols;
  control->until_ns = INT64_MAX;
  shared_.kernels = kernels;
  shared_.control = control;
  shared_.intents = RecordRing<IntentRecord>(arena.at<IntentRecord>(layout.intents),
                                             layout.intent_capacity, &control->intent_head,
                                             &control->intent_tail);
  shared_.trades =
      RecordRing<TradeRecord>(arena.at<TradeRecord>(layout.trades), layout.trade_capacity,
                              &control->trade_head, &control->trade_tail);
  for (int i = 0; i < instruments.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    symbols_.emplace_back(i, instruments[i], &shared_,
                          arena.at<SymbolSteering>(layout.steering + at * sizeof(SymbolSteering)),
                          arena.at<SymbolState>(layout.states + at * sizeof(SymbolState)));
  }
}

Status Engine::apply(const MarketMessage& m, std::int64_t at_ns) {
  BOT4_CHECK(m.symbol >= 0 && m.symbol < symbol_count());
  return symbols_[static_cast<std::size_t>(m.symbol)].apply(m, at_ns);
}

void Engine::refuse(int symbol, MessageKind kind, Status status, std::int64_t at_ns) noexcept {
  if (symbol < 0 || symbol >= symbol_count()) {
    ++shared_.control->refused[static_cast<int>(status)];
    return;
  }
  symbols_[static_cast<std::size_t>(symbol)].refuse(kind, status, at_ns);
}

Status Engine::apply_policy(int symbol, const char** field) noexcept {
  const Status status = apply_policy(symbol, *policy_, field);
  if (status == Status::kOk) symbols_[static_cast<std::size_t>(symbol)].take_offered_policy();
  return status;
}

Status Engine::apply_policy(int symbol, const PolicyBlock& policy, const char** field) noexcept {
  *field = "symbol";
  if (symbol < 0 || symbol >= symbol_count()) return Status::kBadArgument;
  const PolicyBlock checked = policy;
  const Status status = check_policy(checked, field);
  if (status == Status::kOk) symbols_[static_cast<std::size_t>(symbol)].set_policy(checked);
  return status;
}

void Engine::watch_breakers(int symbol, const std::uint32_t* global,
                            const std::uint32_t* venue) noexcept {
  BOT4_CHECK(symbol >= 0 && symbol < symbol_count());
  symbols_[static_cast<std::size_t>(symbol)].watch(global, venue);
}

void Engine::add_composite(const std::vector<int>& symbols, std::int64_t max_age_ns) {
  const std::vector<CompositeSeat> seats = composites_.add(symbols, instruments_, max_age_ns);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    symbols_[static_cast<std::size_t>(symbols[i])].join(seats[i]);
  }
}

void Engine::observe(const MarketObserver& observer) noexcept {
  for (SymbolEngine& symbol : symbols_) symbol.observe(observer);
}

void Engine::halt_by(int symbol, const std::uint32_t* global, const std::uint32_t* own) noexcept {
  BOT4_CHECK(symbol >= 0 && symbol < symbol_count());
  symbols_[static_cast<std::size_t>(symbol)].halt_by(global, own);
}

std::uint64_t Engine::state_hash() const noexcept {
  StateHash hash = shared_.hash;
  for (const SymbolEngine& symbol : symbols_) {
    const BookSync& sync = symbol.sync();
    hash.fold(static_cast<std::uint64_t>(sync.state()));
    hash.fold(sync.last_id());
    for (const Side side : {Side::kBuy, Side::kSell}) {
      sync.book().visit(side, [&](std::int64_t ticks, std::int64_t lots) {
        hash.fold(ticks);
        hash.fold(lots);
        return true;
      });
    }
  }
  return hash.digest();
}

}  // namespace bot4
