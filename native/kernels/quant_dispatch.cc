#include "kernels/quant.h"

namespace bot4 {

const QuantTable* const* quant_kernels(Target target) noexcept {
#define BOT4_SSE2(theme) &sse2::k##theme##Table,
#define BOT4_AVX2(theme) &avx2::k##theme##Table,
#define BOT4_AVX512(theme) &avx512::k##theme##Table,
  static const QuantTable* const kSse2[] = {BOT4_QUANT_THEMES(BOT4_SSE2) nullptr};
  static const QuantTable* const kAvx2[] = {BOT4_QUANT_THEMES(BOT4_AVX2) nullptr};
  static const QuantTable* const kAvx512[] = {BOT4_QUANT_THEMES(BOT4_AVX512) nullptr};
  switch (target) {
    case Target::kSse2: return kSse2;
    case Target::kAvx2: return kAvx2;
    case Target::kAvx512: return kAvx512;
  }
  return kSse2;
}

}  // namespace bot4
