#include "match/order_records.h"

#include "core/check.h"

namespace bot4::match {

OrderRecords::OrderRecords(std::int32_t symbols, std::uint32_t capacity) {
  BOT4_CHECK(symbols > 0);
  for (std::int32_t i = 0; i < symbols; ++i) {
    markets_.push_back(std::make_unique<Market>(capacity));
  }
}

std::vector<const L2Book*> OrderRecords::books() const {
  std::vector<const L2Book*> books;
  for (const auto& market : markets_) books.push_back(&market->levels);
  return books;
}

L3Status OrderRecords::change_order(Market& market, const RecordedChange& change,
                                    std::int64_t place) noexcept {
  switch (change.what) {
    case OrderChange::kAdd:
      return market.orders.add(change.id, change.side, change.ticks, change.lots, place);
    case OrderChange::kModify:
      return market.orders.modify(change.id, change.side, change.ticks, change.lots, place);
    case OrderChange::kCancel:
      return market.orders.cancel(change.id, change.side);
    case OrderChange::kExecute:
      return market.orders.execute(change.id, change.side, change.lots);
  }
  return L3Status::kUnknownOrder;
}

/// Brings the displayed level up to the orders at it.
void OrderRecords::show(Market& market, const MarketObserver& observer, int symbol, Side side,
                        std::int64_t ticks, std::int64_t at_ns) noexcept {
  const std::int64_t now = market.orders.level(side, ticks).lots;
  const std::int64_t before = market.levels.set(side, ticks, now);
  if (now != before) observer.on_level(observer.self, symbol, side, ticks, before, now, at_ns);
}

L3Status OrderRecords::apply(ReplayMatcher& matcher, std::int32_t symbol,
                             const RecordedChange& change) noexcept {
  Market& market = *markets_[static_cast<std::size_t>(symbol)];
  L3Order before{};
  const bool was = market.orders.find(change.id, &before);
  const auto place = static_cast<std::int64_t>(matcher.next_place(symbol));
  const L3Status status = change_order(market, change, place);
  if (status != L3Status::kOk) return status;
  const MarketObserver observer = matcher.observer();
  if (was) show(market, observer, symbol, before.side, before.ticks, change.at_ns);
  L3Order after{};
  const bool rests = market.orders.find(change.id, &after);
  if (rests) show(market, observer, symbol, after.side, after.ticks, change.at_ns);
  if (was) {
    const bool stays = rests && after.queued_ns == before.queued_ns;
    const QueuedLots left{before.side, before.ticks, stays ? before.lots - after.lots : before.lots,
                          static_cast<std::uint64_t>(before.queued_ns)};
    if (change.what == OrderChange::kExecute) {
      matcher.order_executed(symbol, left, change.at_ns);
    } else {
      matcher.queue_left(symbol, left, change.at_ns);
    }
  }
  observer.on_update(observer.self, symbol, change.at_ns);
  return L3Status::kOk;
}

}  // namespace bot4::match
