// WebSocket framing: frames of the size of a twenty-level depth message, cut into chunks as TLS
// gives them, against a byte-wise reader that copies every message (what a simple client does).
#include <cstring>
#include <string>
#include <vector>

#include "decode/websocket.h"
#include "workload.h"

using namespace bot4;

namespace {

// The stream lies in the cache, as bytes do that TLS has just decrypted; a batch reads it many times.
constexpr std::uint64_t kFrames = 200;
constexpr int kPasses = 100;
constexpr std::size_t kBody = 712;
constexpr std::size_t kChunk = 16'384;  // Most bytes of a TLS record.

/// The stream, with readable slack behind it. Bodies differ in every byte that is folded.
const std::string& stream() {
  static const std::string all = [] {
    std::string out;
    std::uint64_t state = 9;
    for (std::uint64_t i = 0; i < kFrames; ++i) {
      state = state * 6364136223846793005ull + 1442695040888963407ull;
      // Some 5 % are small, like trades and pings, and have the short length form.
      const std::size_t length = (state >> 33) % 20 == 0 ? 100 : kBody + (state >> 40) % 64;
      if (length < 126) {
        out += {static_cast<char>(0x81), static_cast<char>(length)};
      } else {
        out += {static_cast<char>(0x81), 126, static_cast<char>(length >> 8),
                static_cast<char>(length & 255)};
      }
      out += std::to_string(state);
      out.append(length - std::to_string(state).size(), 'x');
    }
    return out.append(WebSocketReader::kSlack, '\0');
  }();
  return all;
}

std::size_t stream_bytes() { return stream().size() - WebSocketReader::kSlack; }

void fold(bench::Checksum& sum, const char* body, std::size_t length) noexcept {
  std::uint64_t first = 0;
  std::memcpy(&first, body, sizeof first);
  sum.fold(first ^ length);
}

class Reader : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kFrames * kPasses; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    reader_.reset();
    for (int pass = 0; pass < kPasses; ++pass) read(sum);
    return sum.value();
  }

 private:
  void read(bench::Checksum& sum) noexcept {
    const char* const begin = stream().data();
    const std::size_t bytes = stream_bytes();
    for (std::size_t from = 0; from < bytes; from += kChunk) {
      const char* at = begin + from;
      const char* const end = begin + (bytes - from < kChunk ? bytes : from + kChunk);
      for (;;) {
        const WebSocketEvent event = reader_.next(&at, end);
        if (event.kind != WebSocketKind::kText) break;
        fold(sum, event.data, event.length);
      }
    }
  }

  WebSocketReader reader_{1 << 20};
};

/// Every chunk is appended to a buffer; a frame is cut off its front when it is whole.
class Buffered : public bench::Workload {
 public:
  std::uint64_t operations() const noexcept override { return kFrames * kPasses; }
  std::uint64_t run() noexcept override {
    bench::Checksum sum;
    for (int pass = 0; pass < kPasses; ++pass) read(sum);
    return sum.value();
  }

 private:
  static void read(bench::Checksum& sum) noexcept {
    std::vector<unsigned char> buffer;
    std::string message;
    const char* const begin = stream().data();
    const std::size_t bytes = stream_bytes();
    for (std::size_t from = 0; from < bytes; from += kChunk) {
      buffer.insert(buffer.end(), begin + from, begin + (bytes - from < kChunk ? bytes : from + kChunk));
      std::size_t at = 0;
      while (buffer.size() - at >= 4) {
        const bool wide = (buffer[at + 1] & 127) == 126;
        const std::size_t header = wide ? 4 : 2;
        const std::size_t length = wide ? static_cast<std::size_t>(buffer[at + 2] << 8 | buffer[at + 3])
                                        : static_cast<std::size_t>(buffer[at + 1] & 127);
        if (buffer.size() - at < header + length) break;
        message.assign(reinterpret_cast<const char*>(buffer.data()) + at + header, length);
        fold(sum, message.data(), length);
        at += header + length;
      }
      buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
};

template <typename Kind>
std::unique_ptr<bench::Workload> make(const char*) {
  stream();
  return std::make_unique<Kind>();
}

}  // namespace

namespace bot4::bench {

extern const WorkloadEntry kFrameWorkloads[];
const WorkloadEntry kFrameWorkloads[] = {{"frame.depth20", make<Reader>},
                                         {"frame.depth20/buffered", make<Buffered>},
                                         {nullptr, nullptr}};

}  // namespace bot4::bench
