#pragma once
#include <cstring>
#include <string_view>

#include "core/grid.h"
#include "core/instruments.h"
#include "core/market_message.h"

namespace bot4 {

/// Whether a stream's name says that each of its messages is the whole best part of the book:
/// <symbol>@depth5, @depth10 or @depth20, with or without a speed behind it.
inline bool is_partial_stream(std::string_view name) noexcept {
  std::size_t at = 0;  // Names are short: a loop is faster than a search through the library.
  while (at < name.size() && name[at] != '@') ++at;
  if (!name.substr(at).starts_with("@depth")) return false;
  std::string_view rest = name.substr(at + 6);
  if (rest.empty() || rest[0] == '@') return false;  // All changes, the usual case.
  rest = rest.substr(0, rest.find('@'));
  return rest == "5" || rest == "10" || rest == "20";
}

/// Index of the instrument whose stream it is: its name in lower case stands before the '@'. `hint`
/// is looked at before all others; -1 for none. For messages that do not name their symbol.
inline int stream_symbol(const Instruments& instruments, std::string_view stream,
                         int hint = -1) noexcept {
  const auto is_it = [&](int index) noexcept {
    const InstrumentSpec& spec = instruments[index];
    if (spec.name_length < 0) return false;  // Another connection's.
    const auto length = static_cast<std::size_t>(spec.name_length);
    if (stream.size() <= length || stream[length] != '@') return false;
    for (std::size_t i = 0; i < length; ++i) {
      const char c = stream[i];
      if ((c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c) != spec.name[i]) {
        return false;
      }
    }
    return true;
  };
  if (hint >= 0 && is_it(hint)) return hint;
  for (int i = 0; i < instruments.size(); ++i) {
    if (is_it(i)) return i;
  }
  return -1;
}

/// Whether a book message is a partial one. `stream` is the name in its envelope; a message that
/// stands bare, and so has none, is what its instrument is subscribed to.
inline bool is_partial(bool has_stream, std::string_view stream, SequenceRule rule) noexcept {
  return has_stream ? is_partial_stream(stream) : rule == SequenceRule::kBinancePartial;
}

}  // namespace bot4
