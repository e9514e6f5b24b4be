#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "workload.h"

namespace bot4::bench {

/// One changed level in the words of the driver.
struct BookUpdate {
  std::int32_t side;  ///< 0 buy, 1 sell.
  std::int32_t ticks;
  std::int32_t lots;
};

/// The L2 book over updates that the driver hands in, for peers in JavaScript on the same stream:
/// the best prices after every update, which the checksum folds as bid * 3 + ask.
std::unique_ptr<Workload> make_book_workload(std::vector<BookUpdate> updates);

/// One order added or cancelled, in the words of the driver.
struct OrderStep {
  std::int32_t cancel;  ///< 0 adds the order, 1 takes it away.
  std::int32_t id;
  std::int32_t side;  ///< 0 buy, 1 sell.
  std::int32_t ticks;
  std::int32_t lots;
};

/// The L3 book over orders that never meet: every add must rest and every cancel give back what
/// rested, whose lots the checksum folds (0 for an add).
std::unique_ptr<Workload> make_orders_workload(std::vector<OrderStep> steps);

}  // namespace bot4::bench
