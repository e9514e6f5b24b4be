#pragma once
#include <cstddef>

#include "core/cpu.h"
#include "kernels/decision.h"

namespace bot4 {

/// The decision kernels of one target. Plain pointers in, plain values out: no type that depends on
/// the instruction set crosses this boundary.
struct DecisionTable {
  /// Decides for one symbol (D64).
  ///
  ///   z = clamp(x isd + nm, -4, 4)        s = bias + sum w z          p = 1 / (1 + e^-(A s + B))
  ///   q = max(p, 1 - p)                   edge = q b - (1 - q) - cost
  ///   k = clamp(kf edge / b, 0, cap)      size = floor(k budget invVol / step) step
  ///
  /// Shapes:      `features`[64], any alignment; the model's arrays hold 64 each.
  /// Units:       see `DecisionModel` and `DecisionContext`.
  /// Requires:    nothing: NaN and infinities give `kReasonNotFinite`, or clamp where z does.
  /// Determinism: bit-identical on every target, and to `decide_batch` and `decide_shared`.
  /// Cost:        no allocation; workloads decision.* of bench/native.
  /// Source:      Platt (1999) for p; Kelly (1956), Bell System Technical Journal 35(4), for k.
  void (*decide)(const double* features, const DecisionModel* model,
                 const DecisionContext* context, Decision* result) noexcept;
  /// The same for a caller that has just written features one by one, as JavaScript does: it loads
  /// each by itself, since a load of several would wait until their stores have retired, and with
  /// them the decision before. Costs more where the features lie there since longer.
  void (*decide_fresh)(const double* features, const DecisionModel* model,
                       const DecisionContext* context, Decision* result) noexcept;
  /// The same for `count` blocks of eight symbols, each symbol with its own model: block i uses
  /// models[i]. The models, 1.6 KB a symbol, are what it waits for.
  void (*decide_batch)(const DecisionModelBlock* models, const DecisionBlock* blocks,
                       std::size_t count, DecisionBlockResult* results) noexcept;
  /// The same with one model for all symbols, which then stays in the first cache.
  void (*decide_shared)(const DecisionModel* model, const DecisionBlock* blocks, std::size_t count,
                        DecisionBlockResult* results) noexcept;
  /// Fingerprint of the bits of 64 features: equal features give equal fingerprints on every
  /// target. Not cryptographic.
  ///
  /// Source: the accumulation of XXH3 (Collet, 2019), with fixed keys.
  std::uint64_t (*fingerprint)(const double* features) noexcept;
  /// e^x of n values, x clamped to [-708, 709]; n a multiple of 8. For tests of the vector maths.
  void (*exp)(const double* x, std::size_t n, double* result) noexcept;
  /// a * b + c rounded once, of n values; n a multiple of 8. For tests of the software fma.
  void (*fma)(const double* a, const double* b, const double* c, std::size_t n,
              double* result) noexcept;
};

namespace sse2 { extern const DecisionTable kDecisionTable; }
namespace avx2 { extern const DecisionTable kDecisionTable; }
namespace avx512 { extern const DecisionTable kDecisionTable; }

/// The table of `target`, or nullptr when this machine cannot run it.
const DecisionTable* decision_kernels(Target target) noexcept;

}  // namespace bot4
