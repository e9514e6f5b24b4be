#pragma once
#include <cstdint>

#include "book/book_delta.h"
#include "core/side.h"
#include "engine/features_math.h"

namespace bot4 {

/// The features of the queues at the touch and of the orders that arrive and leave.
///
/// Of an L2 book only sums are known. What is assumed: lots that leave a queue leave it evenly, so
/// that the mean age of the rest stays; removed lots that trades since the last updates explain
/// were traded, all others were cancelled.
///
/// Source: Cont, Stoikov & Talreja (2010), Operations Research 58(3) (intensities of limit orders,
///         market orders and cancellations); Huang, Lehalle & Rosenbaum (2015), JASA 110 (queue age
///         and life at the touch).
class QueueFeatures {
 public:
  /// Notes a trade: it explains what the next updates remove on the other side.
  void on_trade(Side aggressor, double lots) noexcept {
    (aggressor == Side::kBuy ? ask_ : bid_).traded += lots;
  }

  /// Takes the touch after an update and what the update changed. `first` begins the ages and
  /// ignores the change. `per_depth` is one over the mean touch depth [1/lots].
  void on_book(double bid_ticks, double bid_lots, double ask_ticks, double ask_lots,
               const BookDelta& delta, double per_depth, std::int64_t at_ns, double dt_s,
               const Decays& decays, const DecayedTime& time, bool first,
               double* values) noexcept;

 private:
  struct Queue {
    double ticks = 0, lots = 0;
    double age_s = 0;           // Mean age of the lots at the touch.
    std::int64_t since_ns = 0;  // When the price became the best one.
    double traded = 0;          // Lots of trades that no update has shown yet.
    double touch_removed_10s = 0;
    double added_5s = 0, cancelled_5s = 0;
  };
  void begin(Queue* queue, double ticks, double lots, std::int64_t at_ns) noexcept;
  void update_touch(Queue* queue, double ticks, double lots, std::int64_t at_ns,
                    double dt_s) noexcept;
  double update_orders(Queue* queue, const SideDelta& delta, const Decays& decays) noexcept;

  Queue bid_, ask_;
  NewestWeight lives_{16};
  double mean_life_s_ = 0;
  double cancelled_1s_ = 0, cancelled_30s_ = 0;
};

}  // namespace bot4
