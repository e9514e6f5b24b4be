#pragma once
#include <cstring>
#include <string_view>

#include "core/grid.h"
#include "core/instruments.h"
#include "core/market_message.h"

namespace bot4 {

/// Whole lots of a quantity, at least one when it is not zero; returns 1 when it was off the grid.
inline int round_lots(const Grid& step, std::int64_t quantity_e8, std::int64_t* lots) noexcept {
  if (step.divide(quantity_e8, lots)) [[likely]] return 0;
  if (*lots == 0) *lots = 1;
  return 1;
}

/// Whether a stream's name says that each of its messages is the whole best part of the book:
/// <symbol>@depth5, @depth10 or @depth20, with or without a speed behind it.
inline bool is_partial_stream(std::string_view name) noexcept {
  const std::size_t at = name.find('@');
  if (at == std::string_view::npos || !name.substr(at).starts_with("@depth")) return false;
  std::string_view rest = name.substr(at + 6);
  rest = rest.substr(0, rest.find('@'));
  return rest == "5" || rest == "10" || rest == "20";
}

/// Whether a book message is a partial one. `stream` is the name in its envelope; a message that
/// stands bare, and so has none, is what its instrument is subscribed to.
inline bool is_partial(bool has_stream, std::string_view stream, SequenceRule rule) noexcept {
  return has_stream ? is_partial_stream(stream) : rule == SequenceRule::kBinancePartial;
}

}  // namespace bot4
