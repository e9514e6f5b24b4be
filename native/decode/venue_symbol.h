#pragma once
#include "core/instruments.h"

namespace bot4 {

/// Index of the instrument that a message of `venue` names: that of its frame when it is this one,
/// else the first of the venue with the name, looking at `hint` before all others; -1 for none.
inline int venue_symbol(const Instruments& instruments, Venue venue, const char* name, int length,
                        int frame_symbol, int hint) noexcept {
  if (frame_symbol >= 0) return instruments.is_named(frame_symbol, name, length) ? frame_symbol : -1;
  const auto is_it = [&](int index) noexcept {
    return venue_of(instruments[index].rule) == venue && instruments.is_named(index, name, length);
  };
  if (hint < instruments.size() && is_it(hint)) return hint;
  for (int i = 0; i < instruments.size(); ++i) {
    if (is_it(i)) return i;
  }
  return -1;
}

}  // namespace bot4
