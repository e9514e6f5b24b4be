#include "engine/features.h"

#include "kernels/table.h"

namespace bot4 {

static_assert(kFeatureCount <= kFeatureSlots);

const char* feature_name(int feature) noexcept {
  static const char* const kNames[kFeatureCount] = {
      "micropriceDeviation", "spread",          "imbalanceL1",        "imbalanceL5",
      "imbalanceL10",        "orderFlowImbalance", "touchShare",      "gapAsymmetry",
      "spreadRatio",         "midReturn1s",     "midReturn10s",       "micropriceReturn1s",
      "realisedVolatility",  "volatilityRatio", "tradeSign",          "signedVolume",
      "tradeIntensity",      "volumeIntensity", "updateIntensity",    "tradeDeviation",
      "multiLevelOrderFlow", "orderFlow10s",    "micropriceMomentum", "weightedMidDeviation",
      "depthSlope",          "depthSlopeAsymmetry", "bidQueueAhead",  "askQueueAhead",
      "bidQueueAge",         "askQueueAge",     "bidQueueWait",       "askQueueWait",
      "touchAge",            "touchSurvival",   "limitIntensity",     "cancelIntensity",
      "cancelBurst",         "limitAsymmetry",  "cancelAsymmetry",    "effectiveSpread",
      "realisedSpread",      "priceImpact",     "tradeBurst",         "signedVolume30s",
      "signPersistence",     "vwapDeviation",   "tradeSizeRatio",     "rollSpread",
      "vpin",                "bulkVolumeImbalance", "kyleLambda",     "kyleFit",
      "hasbrouckLambda",     "amihud",          "realisedVolatility5m", "jumpShare",
      "timeSinceTrade",      "timeSinceUpdate", "markBasis",          "markDeviation",
      "fundingRate",         "liquidationPressure", "compositeDeviation", "compositeSpread"};
  return kNames[feature];
}

void Features::close_bar(std::int64_t at_ns) noexcept {
  if (bars_.ends(at_ns)) bars_.close(depth_.mid(), depth_.mean_depth(), at_ns, values_);
}

void Features::on_book(const L2Book& book, const BookDelta& delta, std::int64_t at_ns) noexcept {
  close_bar(at_ns);
  const SideDepth bid = read_depth<Side::kBuy>(book);
  const SideDepth ask = read_depth<Side::kSell>(book);
  const bool first = updates_ == 0;
  const double dt = first ? 0.0 : seconds_between(book_ns_, at_ns);
  const Decays decays(dt);
  time_.add(dt, decays);
  depth_.on_book(bid, ask, dt, decays, time_, first, values_);
  queue_.on_book(bid.ticks[0], bid.lots[0], ask.ticks[0], ask.lots[0], delta, depth_.per_depth(),
                 at_ns, dt, decays, time_, first, values_);
  tape_.on_book(depth_.mid(), depth_.per_depth(), at_ns, decays, time_, values_);
  liquidated_30s_ *= decay(seconds_between(liquidation_ns_, at_ns), 30.0);
  liquidation_ns_ = at_ns;
  book_ns_ = at_ns;
  ++updates_;
  publish_liquidations();
  publish_mark();
}

Side Features::on_trade(std::int64_t ticks, std::int64_t lots, Side aggressor,
                        bool aggressor_given, std::int64_t at_ns) noexcept {
  close_bar(at_ns);
  const auto price = static_cast<double>(ticks);
  const auto quantity = static_cast<double>(lots);
  const Side side = aggressor_given ? aggressor : tape_.classify(price, depth_.mid());
  tape_.on_trade(price, quantity, side, depth_.mid(), at_ns, values_);
  queue_.on_trade(side, quantity);
  bars_.on_trade(price, sign_of(side) * quantity, quantity);
  values_[kTimeSinceUpdate] = updates_ == 0 ? 0.0 : seconds_between(book_ns_, at_ns);
  return side;
}

void Features::on_mark(std::int64_t mark_e8, std::int64_t index_e8,
                       std::int64_t funding_rate_e8) noexcept {
  if (mark_e8 == 0) return;
  const auto mark = static_cast<double>(mark_e8);
  mark_ticks_ = mark / tick_e8_;
  values_[kMarkBasis] = index_e8 > 0 ? (mark / static_cast<double>(index_e8) - 1.0) * kBps : 0.0;
  values_[kFundingRate] = static_cast<double>(funding_rate_e8) / 1e8 * kBps;
  publish_mark();
}

void Features::publish_mark() noexcept {
  if (mark_ticks_ > 0.0 && depth_.mid() > 0.0) {
    values_[kMarkDeviation] = (depth_.mid() / mark_ticks_ - 1.0) * kBps;
  }
}

void Features::on_composite(std::int64_t bid_e8, std::int64_t ask_e8) noexcept {
  const double mid = (static_cast<double>(bid_e8) + static_cast<double>(ask_e8)) * 0.5;
  const bool two_sided = bid_e8 > 0 && ask_e8 > 0 && depth_.mid() > 0.0;
  values_[kCompositeDeviation] = two_sided ? (depth_.mid() * tick_e8_ / mid - 1.0) * kBps : 0.0;
  values_[kCompositeSpread] = two_sided ? static_cast<double>(ask_e8 - bid_e8) / mid * kBps : 0.0;
}

void Features::on_liquidation(std::int64_t lots, Side side, std::int64_t at_ns) noexcept {
  const double factor = decay(seconds_between(liquidation_ns_, at_ns), 30.0);
  liquidated_30s_ = liquidated_30s_ * factor + sign_of(side) * static_cast<double>(lots);
  liquidation_ns_ = at_ns;
  publish_liquidations();
}

void Features::publish_liquidations() noexcept {
  values_[kLiquidationPressure] = liquidated_30s_ * depth_.per_depth();
}

void Features::reset() noexcept {
  double* const values = values_;
  const auto tick_e8 = static_cast<std::int64_t>(tick_e8_);
  *this = Features(values, tick_e8);
  for (int i = 0; i < kFeatureCount; ++i) values[i] = 0.0;
}

}  // namespace bot4
