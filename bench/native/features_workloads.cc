// All features per depth update, on a generated book of twenty levels a side with trades between.
#include <memory>
#include <vector>

#include "core/market_message.h"
#include "engine/features.h"
#include "workload.h"

using namespace bot4;

namespace {

constexpr int kUpdates = 20'000;
constexpr int kLevels = 20;
constexpr int kTicksPerMessage = 3;

/// One message: the levels it sets, or one trade.
struct Step {
  bool trade;
  Side side;
  std::int64_t ticks[kTicksPerMessage];
  std::int64_t lots[kTicksPerMessage];
};

/// A mid that wanders within a band, levels set again near the touch; a trade after each third update.
class Stream {
 public:
  Stream() {
    for (int i = 1; i <= kLevels; ++i) {
      bids_.push_back({kMid - i, 1 + below(999)});
      asks_.push_back({kMid + i, 1 + below(999)});
    }
    for (int i = 0; i < kUpdates; ++i) {
      Step step{};
      step.side = below(2) == 0 ? Side::kBuy : Side::kSell;
      const std::int64_t away = step.side == Side::kBuy ? -1 : 1;
      for (int k = 0; k < kTicksPerMessage; ++k) {
        step.ticks[k] = kMid + away * (1 + below(kLevels));
        step.lots[k] = below(8) == 0 && k > 0 ? 0 : 1 + below(999);
      }
      steps_.push_back(step);
      if (i % 3 != 0) continue;
      step.trade = true;
      step.ticks[0] = kMid + below(5) - 2;
      step.lots[0] = 1 + below(50);
      steps_.push_back(step);
    }
  }
  const std::vector<Level>& bids() const { return bids_; }
  const std::vector<Level>& asks() const { return asks_; }
  const std::vector<Step>& steps() const { return steps_; }

 private:
  static constexpr std::int64_t kMid = 600'000;
  std::int64_t below(std::int64_t n) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(n));
  }
  std::uint64_t state_ = 7;
  std::vector<Level> bids_, asks_;
  std::vector<Step> steps_;
};

const Stream& stream() {
  static const Stream made;
  return made;
}

/// Writes the levels only, or also the features: the difference is the features' cost.
template <bool kWithFeatures>
class FeatureStream : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kUpdates; }

  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    book_.clear();
    features_.reset();
    for (const Level& level : stream().bids()) book_.set(Side::kBuy, level.ticks, level.lots);
    for (const Level& level : stream().asks()) book_.set(Side::kSell, level.ticks, level.lots);
    std::int64_t now_ns = 1'700'000'000'000'000'000;
    for (const Step& step : stream().steps()) {
      now_ns += 7'000'000;
      if (step.trade) {
        if (kWithFeatures) features_.on_trade(step.ticks[0], step.lots[0], step.side, true, now_ns);
        continue;
      }
      BookDelta delta;
      SideDelta& half = step.side == Side::kBuy ? delta.bid : delta.ask;
      for (int i = 0; i < kTicksPerMessage; ++i) {
        const std::int64_t old = book_.set(step.side, step.ticks[i], step.lots[i]);
        const std::int64_t change = step.lots[i] - old;
        (change > 0 ? half.added_lots : half.removed_lots) += change > 0 ? change : -change;
      }
      if (kWithFeatures && book_.two_sided()) features_.on_book(book_, delta, now_ns);
      sum.fold(book_.best(Side::kBuy) + book_.best(Side::kSell));
    }
    if (kWithFeatures) {
      for (const double value : values_) sum.fold(value);
    }
    return sum.value();
  }

 private:
  L2Book book_;
  double values_[64] = {};
  Features features_{values_, 10'000'000};
};

template <bool kWithFeatures>
std::unique_ptr<bench::Workload> make(const char*) {
  return std::make_unique<FeatureStream<kWithFeatures>>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kFeaturesWorkloads[];
/// "features.book_only" is the same stream without features, to be subtracted: no pair.
const WorkloadEntry kFeaturesWorkloads[] = {{"features.on_book", make<true>},
                                            {"features.book_only", make<false>},
                                            {nullptr, nullptr}};

}  // namespace bot4::bench
