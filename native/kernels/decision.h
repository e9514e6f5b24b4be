#pragma once
#include <cstddef>
#include <cstdint>

namespace bot4 {

/// Slots of the feature vector.
inline constexpr int kFeatureSlots = 64;
/// Symbols in one block of the batched decision.
inline constexpr int kBlockLanes = 8;

/// Why a decision is not (or not fully) an order. The first bits come from the decision kernel, the
/// others from the gate. Values are stable; `reason_name` in engine/reasons.h names each bit.
enum Reason : std::uint32_t {
  kReasonNotFinite = 1u << 0,       ///< An input made probability, edge or size NaN or infinite.
  kReasonNoSignal = 1u << 1,        ///< The probability lies between the two thresholds.
  kReasonNoEdge = 1u << 2,          ///< The expected value after cost is not positive.
  kReasonBelowMinimum = 1u << 3,    ///< The size is below the minimum.
  kReasonHalted = 1u << 4,          ///< The global or the symbol's halt word is set.
  kReasonCapped = 1u << 5,          ///< The Kelly fraction was cut to its cap (not a refusal).
  kReasonNoPolicy = 1u << 6,        ///< No policy is set for the symbol.
  kReasonUnsynchronised = 1u << 7,  ///< The book is not proven complete.
  kReasonOneSided = 1u << 8,        ///< A side of the book is empty.
  kReasonNotWarm = 1u << 9,         ///< Too few updates since the book was synchronised, or the
                                    ///< volatility that the policy asks for is not known.
  kReasonStale = 1u << 10,          ///< The last depth update is older than the limit.
  kReasonSpread = 1u << 11,         ///< The spread is wider than the limit.
  kReasonPosition = 1u << 12,       ///< The position limit leaves no room on the decided side.
  kReasonReduced = 1u << 13,        ///< The size was cut to a limit (no refusal); see bits 21-24.
  kReasonInterval = 1u << 14,       ///< The minimum interval since the last intent has not passed.
  kReasonRate = 1u << 15,           ///< The intent rate limit is used up.
  kReasonRingFull = 1u << 16,       ///< The intent ring has no room; the decision was not emitted.
  kReasonUnchanged = 1u << 17,      ///< The quotes moved less than the requote threshold.
  kReasonBreaker = 1u << 18,        ///< A circuit breaker is open.
  kReasonStaleMark = 1u << 19,      ///< The mark price is absent or older than the limit.
  kReasonPriceBand = 1u << 20,      ///< The price is too far from the mark, last trade or mid.
  kReasonOrderLots = 1u << 21,      ///< Cut to the largest order (not a refusal).
  kReasonPositionRoom = 1u << 22,   ///< Cut to what the position limit leaves (not a refusal).
  kReasonOrderNotional = 1u << 23,  ///< Cut to the value of one order, or no lot is left by it.
  kReasonPositionNotional = 1u << 24,  ///< The same by the value of the position.
  kReasonCollar = 1u << 25,         ///< The price was moved to the collar (not a refusal).
};

/// The model of one symbol. Fixed while a policy is in force.
struct DecisionModel {
  double weights[kFeatureSlots];         ///< w; zero beyond the features that exist.
  double inverse_sds[kFeatureSlots];     ///< isd = 1 / standard deviation, per feature unit.
  double negative_means[kFeatureSlots];  ///< nm = -mean / standard deviation.
  double bias;                           ///< Added to the weighted sum.
  double platt_a;                        ///< Slope A of the calibration.
  double platt_b;                        ///< Offset B of the calibration.
  double payoff;                         ///< b: gain per unit staked when right, > 0.
  double cost;                           ///< Cost of the bet, fraction of the stake.
  double kelly_fraction;                 ///< kf, 0 to 1.
  double kelly_cap;                      ///< Largest k.
  double buy_threshold;                  ///< Buys when p >= this.
  double sell_threshold;                 ///< Sells when p <= this.
  double minimum;                        ///< Smallest size, in the unit of `step`.
};

/// What changes from decision to decision besides the features.
struct DecisionContext {
  double budget;              ///< Stake at k = 1, in the unit of `step`.
  double inverse_volatility;  ///< invVol: dimensionless scale of the stake.
  double step;                ///< Size grid, > 0.
  double halted;              ///< Nonzero: no order.
};

/// The outcome of one decision.
struct Decision {
  double side;         ///< +1 buy, -1 sell, 0 none.
  double quantity;     ///< Multiple of `step`; 0 when side is 0.
  double probability;  ///< p of an up move; 0.5 when `kReasonNotFinite`.
  double edge;         ///< Expected value after cost per unit staked; 0 when `kReasonNotFinite`.
  std::uint32_t reasons;
};

/// The models of eight symbols side by side: lane l of every array belongs to symbol l of a block.
struct DecisionModelBlock {
  double weights[kFeatureSlots][kBlockLanes];
  double inverse_sds[kFeatureSlots][kBlockLanes];
  double negative_means[kFeatureSlots][kBlockLanes];
  double bias[kBlockLanes];
  double platt_a[kBlockLanes];
  double platt_b[kBlockLanes];
  double payoff[kBlockLanes];
  double cost[kBlockLanes];
  double kelly_fraction[kBlockLanes];
  double kelly_cap[kBlockLanes];
  double buy_threshold[kBlockLanes];
  double sell_threshold[kBlockLanes];
  double minimum[kBlockLanes];
};

/// What changes from decision to decision for the eight symbols of a block.
struct DecisionBlock {
  double features[kFeatureSlots][kBlockLanes];
  double budget[kBlockLanes];
  double inverse_volatility[kBlockLanes];
  double step[kBlockLanes];
  double halted[kBlockLanes];
};

/// The outcomes of one block, lane by lane.
struct DecisionBlockResult {
  double side[kBlockLanes];
  double quantity[kBlockLanes];
  double probability[kBlockLanes];
  double edge[kBlockLanes];
  double reasons[kBlockLanes];  ///< Reason bits as an exact integer.
};

}  // namespace bot4
