#pragma once
#include <cstddef>

#include "core/cpu.h"

namespace bot4 {

/// One Float64Array of a call.
struct Slice {
  double* data;
  std::size_t length;
};

/// One function of the quantitative library. Inputs come before outputs; what each slice holds, and
/// how long it must be, stands in the typed face under src/quant, which checks it.
struct QuantEntry {
  const char* name;  ///< camelCase, unique over all themes; null ends a list.
  int arity;         ///< Slices of a call, at most kMaxQuantArity.
  /// Returns 0, or a code above 0 that the face turns into an error.
  int (*call)(const Slice* slices) noexcept;
};

inline constexpr int kMaxQuantArity = 12;

/// The entries of one theme, built for one target.
struct QuantTable {
  const QuantEntry* entries;
};

/// The themes, a folder of kernels each.
#define BOT4_QUANT_THEMES(X) X(Stats) X(VolatilityFilter) X(VolatilityFit) X(RegimeDecode) \
    X(RegimeFit) X(Extremes) X(Dcc) X(Copula) X(SignalAverages) X(SignalMomentum) \
    X(SignalSmoothed) X(SignalTrend) X(SignalVolatility) X(SignalVolume) X(SimulateDiffusion) \
    X(SimulateJumpVariance) X(Options)

#define BOT4_DECLARE(theme) extern const QuantTable k##theme##Table;
namespace sse2 { BOT4_QUANT_THEMES(BOT4_DECLARE) }
namespace avx2 { BOT4_QUANT_THEMES(BOT4_DECLARE) }
namespace avx512 { BOT4_QUANT_THEMES(BOT4_DECLARE) }
#undef BOT4_DECLARE

/// The tables of all themes for `target`, ended by null. Requires a supported target.
const QuantTable* const* quant_kernels(Target target) noexcept;

}  // namespace bot4
