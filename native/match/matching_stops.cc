// What makes the matching engine's orders act later: triggers, water marks and times.
#include <algorithm>

#include "core/check.h"
#include "match/matching_engine.h"
#include "match/order_terms.h"

namespace bot4::match {

namespace {

std::size_t slot_of(Side side) noexcept { return static_cast<std::size_t>(side); }

}  // namespace

void MatchingEngine::wait(const Command& command) noexcept {
  const std::uint32_t slot = keep(command, command.terms.group);
  orders_[slot].flags |= kWaiting;
  Book& book = book_of(command.symbol);
  book.stops += 1;
  further_slices_ += further_slices(slot);
  if (command.terms.trail == 0) {
    link_stop(slot);
    return;
  }
  book.trailing.push_back(slot);
  const std::int64_t mark = command.terms.trigger != 0 ? command.terms.trigger : book.last_trade;
  if (mark != 0) set_mark(slot, mark);
}

void MatchingEngine::set_mark(std::uint32_t slot, std::int64_t price) noexcept {
  Extra& more = extra(slot);
  if (more.mark != 0) unlink_stop(slot);
  more.mark = price;
  more.trigger = trigger_behind(orders_[slot].side, price, more.trail);
  link_stop(slot);
}

void MatchingEngine::link_stop(std::uint32_t slot) noexcept {
  const Side side = orders_[slot].side;
  const std::int64_t trigger = extra(slot).trigger;
  Levels& levels = book_of(orders_[slot].symbol).waiting[slot_of(side)];
  const std::size_t at = position_of(levels, opposite(side), trigger);
  if (at == levels.size() || levels[at].ticks != trigger) {
    levels.insert(levels.begin() + static_cast<std::ptrdiff_t>(at),
                  Level{trigger, 0, kNone, kNone});
  }
  link(slot, levels[at]);
}

void MatchingEngine::unlink_stop(std::uint32_t slot) noexcept {
  const Side side = orders_[slot].side;
  Levels& levels = book_of(orders_[slot].symbol).waiting[slot_of(side)];
  const std::size_t at = position_of(levels, opposite(side), extra(slot).trigger);
  BOT4_CHECK(at < levels.size() && levels[at].ticks == extra(slot).trigger);
  unlink(slot, levels[at]);
  if (levels[at].head == kNone) levels.erase(levels.begin() + static_cast<std::ptrdiff_t>(at));
}

void MatchingEngine::drop_stop(std::uint32_t slot) noexcept {
  Book& book = book_of(orders_[slot].symbol);
  book.stops -= 1;
  // Of a stop that triggers, too: it executes before any command could take its room.
  further_slices_ -= further_slices(slot);
  const bool trails = extra(slot).trail != 0;
  if (!trails || extra(slot).mark != 0) unlink_stop(slot);
  if (trails) book.trailing.erase(std::find(book.trailing.begin(), book.trailing.end(), slot));
}

void MatchingEngine::traded_at(std::int32_t symbol, std::int64_t price, EventSink& sink) noexcept {
  Book& book = book_of(symbol);
  book.last_trade = price;
  if (book.stops == 0) return;
  for (const Side side : {Side::kBuy, Side::kSell}) {
    const Levels& levels = book.waiting[slot_of(side)];
    while (!levels.empty() && reached(side, price, levels.back().ticks)) {
      trigger(levels.back().head, price, sink);
    }
  }
  move_marks(book, price, sink);
}

void MatchingEngine::trigger(std::uint32_t slot, std::int64_t price, EventSink& sink) noexcept {
  Command woken = command_of(slot);
  const std::int64_t group = woken.terms.group;
  woken.terms.group = 0;
  sink.push({EventKind::kTriggered, woken.symbol, woken.id, 0, woken.side, price, woken.lots, 0,
             Reason::kNone});
  drop_stop(slot);
  forget(slot);
  if (group != 0) cancel_group(group, sink);
  pending_.push_back(woken);
}

void MatchingEngine::move_marks(Book& book, std::int64_t price, EventSink& sink) noexcept {
  for (const std::uint32_t slot : book.trailing) {
    const Order& order = orders_[slot];
    const std::int64_t mark = extra(slot).mark;
    if (!moves_mark(order.side, price, mark)) continue;
    set_mark(slot, price);
    sink.push({EventKind::kTrailed, order.symbol, order.id, 0, order.side, price, order.lots, 0,
               Reason::kNone});
  }
}

void MatchingEngine::expire_due(std::int64_t now, EventSink& sink) noexcept {
  now_ = std::max(now_, now);
  while (!expiries_.empty() && extra(expiries_.front()).expires_at <= now_) {
    end(expiries_.front(), EventKind::kExpired, Reason::kTimedOut, sink);
  }
}

bool MatchingEngine::due_before(std::uint32_t a, std::uint32_t b) const noexcept {
  const Extra& one = extra(a);
  const Extra& other = extra(b);
  if (one.expires_at != other.expires_at) return one.expires_at < other.expires_at;
  return one.sequence < other.sequence;
}

void MatchingEngine::push_expiry(std::uint32_t slot) noexcept {
  expiries_.push_back(slot);
  extra(slot).heap_at = static_cast<std::uint32_t>(expiries_.size() - 1);
  sift_up(expiries_.size() - 1);
}

void MatchingEngine::drop_expiry(std::uint32_t slot) noexcept {
  const std::size_t at = extra(slot).heap_at;
  const std::uint32_t last = expiries_.back();
  expiries_.pop_back();
  if (last == slot) return;
  expiries_[at] = last;
  extra(last).heap_at = static_cast<std::uint32_t>(at);
  sift_down(sift_up(at));
}

std::size_t MatchingEngine::sift_up(std::size_t at) noexcept {
  while (at > 0) {
    const std::size_t parent = (at - 1) / 2;
    if (!due_before(expiries_[at], expiries_[parent])) break;
    std::swap(expiries_[at], expiries_[parent]);
    extra(expiries_[at]).heap_at = static_cast<std::uint32_t>(at);
    extra(expiries_[parent]).heap_at = static_cast<std::uint32_t>(parent);
    at = parent;
  }
  return at;
}

void MatchingEngine::sift_down(std::size_t at) noexcept {
  for (;;) {
    std::size_t least = at;
    for (std::size_t child = 2 * at + 1; child <= 2 * at + 2 && child < expiries_.size(); ++child) {
      if (due_before(expiries_[child], expiries_[least])) least = child;
    }
    if (least == at) return;
    std::swap(expiries_[at], expiries_[least]);
    extra(expiries_[at]).heap_at = static_cast<std::uint32_t>(at);
    extra(expiries_[least]).heap_at = static_cast<std::uint32_t>(least);
    at = least;
  }
}

}  // namespace bot4::match
