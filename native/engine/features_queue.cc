#include "engine/features_queue.h"

#include "engine/features_list.h"

namespace bot4 {
namespace {

constexpr double kLongestWaitS = 60.0;

/// Time until the queue is worked off at the present rate of removal, at most a minute.
double queue_wait(double lots, double removed_per_s) noexcept {
  return removed_per_s * kLongestWaitS > lots ? lots / removed_per_s : kLongestWaitS;
}

}  // namespace

void QueueFeatures::begin(Queue* queue, double ticks, double lots, std::int64_t at_ns) noexcept {
  queue->ticks = ticks;
  queue->lots = lots;
  queue->since_ns = at_ns;
  queue->traded = 0.0;
}

void QueueFeatures::update_touch(Queue* queue, double ticks, double lots, std::int64_t at_ns,
                                 double dt_s) noexcept {
  if (ticks != queue->ticks) {
    const double life_s = seconds_between(queue->since_ns, at_ns);
    mean_life_s_ += (life_s - mean_life_s_) * lives_.next();
    queue->age_s = 0.0;
    queue->since_ns = at_ns;
  } else {
    queue->age_s += dt_s;
    if (lots > queue->lots) queue->age_s *= queue->lots / lots;
  }
  queue->ticks = ticks;
  queue->lots = lots;
}

double QueueFeatures::update_orders(Queue* queue, const SideDelta& delta,
                                    const Decays& decays) noexcept {
  const auto removed = static_cast<double>(delta.removed_lots);
  const double traded = queue->traded < removed ? queue->traded : removed;
  const double cancelled = removed - traded;
  queue->traded = (queue->traded - traded) * decays.s1;
  queue->touch_removed_10s = queue->touch_removed_10s * decays.s10 +
                             static_cast<double>(delta.touch_removed_lots);
  queue->added_5s = queue->added_5s * decays.s5 + static_cast<double>(delta.added_lots);
  queue->cancelled_5s = queue->cancelled_5s * decays.s5 + cancelled;
  return cancelled;
}

void QueueFeatures::on_book(double bid_ticks, double bid_lots, double ask_ticks, double ask_lots,
                            const BookDelta& delta, double per_depth, std::int64_t at_ns,
                            double dt_s, const Decays& decays, const DecayedTime& time, bool first,
                            double* values) noexcept {
  if (first) {
    begin(&bid_, bid_ticks, bid_lots, at_ns);
    begin(&ask_, ask_ticks, ask_lots, at_ns);
  } else {
    update_touch(&bid_, bid_ticks, bid_lots, at_ns, dt_s);
    update_touch(&ask_, ask_ticks, ask_lots, at_ns, dt_s);
    const double cancelled = update_orders(&bid_, delta.bid, decays) +
                             update_orders(&ask_, delta.ask, decays);
    cancelled_1s_ = cancelled_1s_ * decays.s1 + cancelled;
    cancelled_30s_ = cancelled_30s_ * decays.s30 + cancelled;
  }
  const double added = bid_.added_5s + ask_.added_5s;
  const double cancelled = bid_.cancelled_5s + ask_.cancelled_5s;
  values[kBidQueueAge] = bid_.age_s;
  values[kAskQueueAge] = ask_.age_s;
  values[kBidQueueWait] = queue_wait(bid_lots, bid_.touch_removed_10s * time.per_s10);
  values[kAskQueueWait] = queue_wait(ask_lots, ask_.touch_removed_10s * time.per_s10);
  const std::int64_t since_ns = bid_.since_ns > ask_.since_ns ? bid_.since_ns : ask_.since_ns;
  values[kTouchAge] = seconds_between(since_ns, at_ns);
  values[kTouchSurvival] = mean_life_s_;
  values[kLimitIntensity] = added * time.per_s5 * per_depth;
  values[kCancelIntensity] = cancelled * time.per_s5 * per_depth;
  values[kCancelBurst] =
      cancelled_30s_ > 0.0 ? cancelled_1s_ / cancelled_30s_ * time.s30_per_s1 - 1.0 : 0.0;
  values[kLimitAsymmetry] = share(bid_.added_5s - ask_.added_5s, added);
  values[kCancelAsymmetry] = share(bid_.cancelled_5s - ask_.cancelled_5s, cancelled);
}

}  // namespace bot4
