#pragma once
// What the fuzz targets of the venue decoders do with one input.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "native/venue_frames.h"

namespace bot4::test {

/// The first byte says for which frame symbol, the rest is one frame. The exact form may accept only
/// what the general one accepts with the same events, whatever is accepted is JSON, and its numbers
/// are within their bounds.
template <typename Decoder>
int fuzz_venue(Decoder& decoder, Decoder& general, const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 16384) return 0;
  const int symbol = data[0] % 3 - 1;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const Decoded a = decode_all(decoder, text, symbol, false);
  const Decoded b = decode_all(general, text, symbol, true);
  if (a.status != b.status || a.events != b.events) __builtin_trap();
  if (a.status != Status::kOk) return 0;
  if (!JsonOracle::is_object(text)) __builtin_trap();
  const PaddedFrame frame(text);
  MarketMessage m{};
  decoder.decode(frame.data(), frame.length(), symbol, &m);
  do {
    if (m.kind == MessageKind::kHeartbeat) continue;
    if (m.symbol < 0 || (symbol >= 0 && m.symbol != symbol)) __builtin_trap();
    if (m.kind == MessageKind::kTrade && (m.ticks <= 0 || m.lots <= 0)) __builtin_trap();
    for (int i = 0; i < m.bid_count + m.ask_count; ++i) {
      const Level& level = i < m.bid_count ? m.bids[i] : m.asks[i - m.bid_count];
      if (level.ticks <= 0 || level.ticks > kMaxExact) __builtin_trap();
      if (level.lots < 0 || level.lots > kMaxExact) __builtin_trap();
    }
  } while (decoder.next(&m));
  return 0;
}

}  // namespace bot4::test
