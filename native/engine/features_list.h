#pragma once
#include <cstdint>

namespace bot4 {

/// The features that exist, by slot. Slots from kFeatureCount on are absent. The same list with
/// formula, unit and source for people: src/features/catalogue.ts; a test holds them equal.
///
/// Lengths of time are time constants tau of the decay; a rate is a decayed sum over the time
/// decayed alike; a "1 s bar" is a whole second of event time.
enum Feature : int {
  kMicropriceDeviation = 0,  ///< micro - mid [ticks]; micro = (pb qa + pa qb) / (qb + qa).
  kSpread,                   ///< pa - pb [ticks].
  kImbalanceL1,              ///< (qb - qa) / (qb + qa).
  kImbalanceL5,              ///< (B5 - A5) / (B5 + A5), sums over the best five levels.
  kImbalanceL10,             ///< (B10 - A10) / (B10 + A10).
  kOrderFlowImbalance,       ///< Decayed sum (1 s) of e_n over the mean touch depth (10 s).
  kTouchShare,               ///< (qb + qa) / (B10 + A10).
  kGapAsymmetry,             ///< (ask of level 5 - pa) - (pb - bid of level 5) [ticks].
  kSpreadRatio,              ///< spread / mean spread (60 s) - 1.
  kMidReturn1s,              ///< mid / mean mid (1 s) - 1 [bps].
  kMidReturn10s,             ///< mid / mean mid (10 s) - 1 [bps].
  kMicropriceReturn1s,       ///< micro / mean micro (1 s) - 1 [bps].
  kRealisedVolatility,       ///< sqrt(rate of r^2 (30 s)) [bps per sqrt(s)].
  kVolatilityRatio,          ///< Realised volatility over 5 s / over 60 s - 1; else 0.
  kTradeSign,                ///< Decayed sum of trade signs / decayed count (5 s).
  kSignedVolume,             ///< Decayed signed lots / decayed lots (5 s).
  kTradeIntensity,           ///< Rate of trades (5 s) [1/s].
  kVolumeIntensity,          ///< Rate of traded lots (5 s) / mean touch depth [1/s].
  kUpdateIntensity,          ///< Rate of depth updates (5 s) [1/s].
  kTradeDeviation,           ///< Last trade price - mid [ticks]; 0 before the first trade.

  kMultiLevelOrderFlow,   ///< Decayed sum (1 s) of the mean e_n of levels 1-5 / level depth.
  kOrderFlow10s,          ///< Decayed sum (10 s) of e_n over the mean touch depth.
  kMicropriceMomentum,    ///< Mean micro (1 s) / mean micro (10 s) - 1 [bps].
  kWeightedMidDeviation,  ///< Five-level volume-weighted mid - mid [ticks].
  kDepthSlope,            ///< Mean slope of cumulative depth on distance / depth [1/tick].
  kDepthSlopeAsymmetry,   ///< (bid slope - ask slope) / (bid slope + ask slope).
  kBidQueueAhead,         ///< qb / mean touch depth: the queue ahead of a joiner.
  kAskQueueAhead,         ///< qa / mean touch depth.
  kBidQueueAge,           ///< Mean age of the lots at the best bid [s].
  kAskQueueAge,           ///< Mean age of the lots at the best ask [s].
  kBidQueueWait,          ///< qb / rate of removal at the best bid (10 s), at most 60 [s].
  kAskQueueWait,          ///< qa / rate of removal at the best ask (10 s), at most 60 [s].
  kTouchAge,              ///< Time since a best price last changed [s].
  kTouchSurvival,         ///< Mean life of best prices, last 16 [s].
  kLimitIntensity,        ///< Rate of added lots (5 s) / mean touch depth [1/s].
  kCancelIntensity,       ///< Rate of cancelled lots (5 s) / mean touch depth [1/s].
  kCancelBurst,           ///< Rate of cancelled lots over 1 s / over 30 s - 1.
  kLimitAsymmetry,        ///< (added bid - added ask) / (their sum), lots, 5 s.
  kCancelAsymmetry,       ///< (cancelled bid - cancelled ask) / (their sum), lots, 5 s.
  kEffectiveSpread,       ///< Volume-weighted 2 D (p - mid), 30 s [ticks].
  kRealisedSpread,        ///< Volume-weighted 2 D (p - mid 10 updates later), 30 s [ticks].
  kPriceImpact,           ///< Volume-weighted 2 D (mid 10 updates later - mid), 30 s [ticks].
  kTradeBurst,            ///< Rate of trades over 1 s / over 30 s - 1.
  kSignedVolume30s,       ///< Decayed signed lots / decayed lots (30 s).
  kSignPersistence,       ///< Mean product of successive trade signs, last 256.
  kVwapDeviation,         ///< mid - volume-weighted trade price (5 s) [ticks].
  kTradeSizeRatio,        ///< Lots of the last trade / mean lots of a trade (last 256) - 1.
  kRollSpread,            ///< 2 sqrt(-cov of successive trade price changes), last 256 [ticks].
  kVpin,                  ///< sum |buy - sell| / sum volume of the last 50 volume buckets.
  kBulkVolumeImbalance,   ///< sum (buy - sell) / sum volume of the same buckets.
  kKyleLambda,            ///< Slope of price change on signed lots of 1 s bars x depth [ticks].
  kKyleFit,               ///< R^2 of that regression.
  kHasbrouckLambda,       ///< The same on signed square roots, times sqrt(depth) [ticks].
  kAmihud,                ///< Mean |r| / notional of 1 s bars, times depth mid [bps].
  kRealisedVolatility5m,  ///< sqrt(rate of r^2 (300 s)) [bps per sqrt(s)].
  kJumpShare,             ///< max(0, 1 - bipower / realised variance) of 1 s mids (60 s).
  kTimeSinceTrade,        ///< Time since the trade before this event [s].
  kTimeSinceUpdate,       ///< Time since the depth update before this event [s].
  kMarkBasis,             ///< mark / index - 1 [bps].
  kMarkDeviation,         ///< mid / mark - 1 [bps].
  kFundingRate,           ///< Funding rate of the period [bps].
  kLiquidationPressure,   ///< Decayed signed lots of forced orders (30 s) / mean touch depth.
  kCompositeDeviation,    ///< mid / composite mid - 1 [bps]; 0 without a two-sided composite.
  kCompositeSpread,       ///< (composite ask - bid) / composite mid [bps]; below 0 while crossed.
  kFeatureCount
};

/// Returns the stable camelCase name of a feature. Requires 0 <= feature < kFeatureCount.
const char* feature_name(int feature) noexcept;

}  // namespace bot4
