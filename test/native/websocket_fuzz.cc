// libFuzzer target of the WebSocket reader: any chunks of a stream give the same events, within
// their bounds. Built like decode_fuzz.cc.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "decode/websocket.h"

namespace {

constexpr std::size_t kBound = 4096;

/// Folds every event of the stream; chunk lengths come from `seed`, 0 = one chunk.
std::uint64_t read(const std::uint8_t* data, std::size_t size, std::uint64_t seed) {
  static bot4::WebSocketReader reader(kBound);
  reader.reset();
  std::uint64_t sum = 1;
  const auto fold = [&sum](std::uint64_t word) { sum = (sum ^ word) * 0x9E3779B97F4A7C15ull; };
  for (std::size_t from = 0; from < size;) {
    seed = seed * 6364136223846793005ull + (seed == 0 ? 0 : 1442695040888963407ull);
    std::size_t length = seed == 0 ? size : 1 + (seed >> 40) % 37;
    if (length > size - from) length = size - from;
    // An exact copy: a read past the chunk is seen. Bodies are only read within their length here.
    const std::unique_ptr<char[]> chunk(new char[length]);
    std::memcpy(chunk.get(), data + from, length);
    const char* at = chunk.get();
    const char* const end = at + length;
    for (;;) {
      const bot4::WebSocketEvent event = reader.next(&at, end);
      if (event.kind == bot4::WebSocketKind::kNone) break;
      fold(static_cast<std::uint64_t>(event.kind));
      if (event.kind == bot4::WebSocketKind::kError) {
        fold(static_cast<std::uint64_t>(reader.error()));
        return sum;
      }
      if (event.length > kBound) __builtin_trap();
      fold(event.length);
      for (std::size_t i = 0; i < event.length; ++i) fold(static_cast<unsigned char>(event.data[i]));
    }
    if (at != end) __builtin_trap();
    from += length;
  }
  return sum;
}

}  // namespace

/// The first byte seeds the cuts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 65536) return 0;
  if (read(data + 1, size - 1, 0) != read(data + 1, size - 1, data[0] + 1u)) __builtin_trap();
  return 0;
}
