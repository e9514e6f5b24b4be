#pragma once
#include <cstdint>
#include <vector>

namespace bot4::bench {

/// Appends a message as a server sends it: one unmasked, unfragmented text frame.
/// Source: RFC 6455, section 5.2.
inline void append_text_frame(std::vector<char>* stream, const char* message,
                              std::uint32_t length) {
  stream->push_back(static_cast<char>(0x81));  // FIN, text.
  const int bytes = length < 126 ? 0 : length < 65536 ? 2 : 8;
  stream->push_back(static_cast<char>(bytes == 0 ? length : bytes == 2 ? 126 : 127));
  for (int i = bytes - 1; i >= 0; --i) {
    stream->push_back(static_cast<char>(std::uint64_t{length} >> (8 * i)));
  }
  stream->insert(stream->end(), message, message + length);
}

}  // namespace bot4::bench
