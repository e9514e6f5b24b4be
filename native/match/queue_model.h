// How much of what was cancelled at a price stood ahead of our order there.
#pragma once

#include <cstdint>

namespace bot4::match {

/// The part of the cancels at a price that is taken off the queue ahead of an order, as a function
/// of the lots `front` ahead of it and `back` behind it:  part = f(front) / (f(front) + f(back)).
enum class QueueModel : std::uint8_t {
  kProportional = 0,  ///< f(x) = x: cancels are spread evenly over the queue.
  kRiskAverse = 1,    ///< part = 0: only trades at the price eat the queue ahead.
  kPower2 = 2,        ///< f(x) = x^2.
  kPower3 = 3,        ///< f(x) = x^3.
  kLog = 4,           ///< f(x) = log(1 + x).
  kExact = 5,         ///< No model: the record tells every order (OrderRecords).
};

inline constexpr int kQueueModels = 6;
/// The models that estimate, which stand before kExact.
inline constexpr int kEstimatingModels = 5;

/// Lots of `cancelled` that stood ahead: floor(cancelled * part), at most `front`.
///
/// The expected value of a random model in its deterministic form, so that equal records give equal
/// fills. What the levels' new quantity cannot hold behind the order is for the caller to take off.
///
/// Requires:    a model other than kExact; front, back >= 0, front + back > 0, cancelled > 0, all at most 2^53.
/// Determinism: integers only; x^2 on numbers shortened to 30 bits, x^3 to 23, log2 to 2^-24.
/// Source:      hftbacktest's ProbQueueModel with PowerProbQueueFunc and LogProbQueueFunc, and its
///              RiskAdverseQueueModel; the first after Rigtorp (2013), "Estimating order queue
///              position".
std::int64_t cancelled_ahead(QueueModel model, std::int64_t cancelled, std::int64_t front,
                             std::int64_t back) noexcept;

}  // namespace bot4::match
