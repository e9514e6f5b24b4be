#include "engine/quoting.h"

#include <cmath>

namespace bot4 {
namespace {

constexpr double kPriceBound = 9007199254740992.0;  // 2^53

bool is_price(double ticks) noexcept { return ticks >= 1.0 && ticks < kPriceBound; }

}  // namespace

bool quote_prices(const PolicyBlock& policy, const QuoteInputs& in, Quotes* quotes) noexcept {
  const double sigma = in.volatility_ticks > policy.volatility_floor_ticks
                           ? in.volatility_ticks
                           : policy.volatility_floor_ticks;
  const double risk = policy.gamma * (sigma * sigma) * policy.horizon_s;
  const double inventory = in.position_lots / policy.inventory_unit_lots;
  const double skew = policy.skew_ticks * (2.0 * in.probability - 1.0);
  const double reservation = in.centre_ticks - inventory * risk + skew;
  double half = risk * 0.5 + policy.half_spread_ticks;
  if (half < policy.min_half_spread_ticks) half = policy.min_half_spread_ticks;
  double bid = std::floor(reservation - half);
  double ask = std::ceil(reservation + half);
  if (bid >= in.best_ask_ticks) bid = in.best_ask_ticks - 1.0;
  if (ask <= in.best_bid_ticks) ask = in.best_bid_ticks + 1.0;
  if (ask <= bid) ask = bid + 1.0;
  if (!is_price(bid) || !is_price(ask)) return false;
  quotes->bid_ticks = bid;
  quotes->ask_ticks = ask;
  return true;
}

}  // namespace bot4
