#include "book/crc32.h"

#include <array>
#include <cstring>

namespace bot4 {
namespace {

constexpr std::size_t kSlices = 16;

using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

/// tables[k][b] is the register after byte b and k zero bytes.
constexpr Tables make_tables() noexcept {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t state = byte;
    for (int bit = 0; bit < 8; ++bit) {
      state = (state >> 1) ^ ((state & 1u) != 0 ? 0xEDB88320u : 0u);
    }
    tables[0][byte] = state;
  }
  for (std::size_t k = 1; k < kSlices; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 255];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

/// The part of four bytes that `behind` bytes follow within their step.
std::uint32_t four(std::uint32_t word, std::size_t behind) noexcept {
  return kTables[behind + 3][word & 255] ^ kTables[behind + 2][(word >> 8) & 255] ^
         kTables[behind + 1][(word >> 16) & 255] ^ kTables[behind][word >> 24];
}

}  // namespace

std::uint32_t crc32_update(std::uint32_t state, const char* data, std::size_t size) noexcept {
  for (; size >= kSlices; size -= kSlices, data += kSlices) {
    std::uint32_t words[4];
    std::memcpy(words, data, sizeof words);
    // Only the first four bytes wait for the step before.
    const std::uint32_t rest = four(words[1], 8) ^ four(words[2], 4) ^ four(words[3], 0);
    state = four(words[0] ^ state, 12) ^ rest;
  }
  for (; size >= 4; size -= 4, data += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, data, sizeof word);
    state = four(word ^ state, 0);
  }
  for (; size > 0; --size, ++data) {
    state = (state >> 8) ^ kTables[0][(state ^ static_cast<unsigned char>(*data)) & 255];
  }
  return state;
}

}  // namespace bot4
