#include "recorded_books.h"

#include <algorithm>
#include <utility>

#include "book/l2_book.h"
#include "book/l3_book.h"

namespace bot4::bench {
namespace {

Side side_of(std::int32_t word) noexcept { return word == 0 ? Side::kBuy : Side::kSell; }

class BookUpdates : public Workload {
 public:
  explicit BookUpdates(std::vector<BookUpdate> updates) : updates_(std::move(updates)) {}
  std::uint64_t operations() const noexcept override { return updates_.size(); }
  std::uint64_t run() noexcept override {
    Checksum sum;
    book_.clear();
    for (const BookUpdate& update : updates_) {
      book_.set(side_of(update.side), update.ticks, update.lots);
      sum.fold(book_.best(Side::kBuy) * 3 + book_.best(Side::kSell));
    }
    return sum.value();
  }

 private:
  std::vector<BookUpdate> updates_;
  L2Book book_;
};

/// How many orders rest at most; at least one.
std::uint32_t most_resting(const std::vector<OrderStep>& steps) noexcept {
  std::uint32_t resting = 0, most = 1;
  for (const OrderStep& step : steps) {
    if (step.cancel == 0) {
      most = std::max(most, ++resting);
    } else if (resting > 0) {
      --resting;
    }
  }
  return most;
}

class OrderSteps : public Workload {
 public:
  /// A book as its user would size it, with room to spare; one for every order there ever was would
  /// lie in no cache.
  explicit OrderSteps(std::vector<OrderStep> steps)
      : steps_(std::move(steps)), book_(4 * most_resting(steps_)) {}
  std::uint64_t operations() const noexcept override { return steps_.size(); }
  std::uint64_t run() noexcept override {
    Checksum sum;
    for (const OrderStep& step : steps_) {
      const auto id = static_cast<std::uint64_t>(step.id);
      const Side side = side_of(step.side);
      if (step.cancel == 0) {
        const auto status = book_.add(id, side, step.ticks, step.lots, ++at_ns_);
        sum.fold(static_cast<std::int64_t>(status));
      } else {
        L3Order removed{};
        static_cast<void>(book_.cancel(id, side, &removed));
        sum.fold(removed.lots);
      }
    }
    return sum.value();
  }

 private:
  std::vector<OrderStep> steps_;
  L3Book book_;
  std::int64_t at_ns_ = 0;
};

}  // namespace

std::unique_ptr<Workload> make_book_workload(std::vector<BookUpdate> updates) {
  return std::make_unique<BookUpdates>(std::move(updates));
}

std::unique_ptr<Workload> make_orders_workload(std::vector<OrderStep> steps) {
  return std::make_unique<OrderSteps>(std::move(steps));
}

}  // namespace bot4::bench
