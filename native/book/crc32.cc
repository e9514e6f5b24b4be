#include "book/crc32.h"

#include <array>
#include <cstring>

namespace bot4 {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

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
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 255];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32_update(std::uint32_t state, const char* data, std::size_t size) noexcept {
  for (; size >= 8; size -= 8, data += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, sizeof word);
    word ^= state;
    state = kTables[7][word & 255] ^ kTables[6][(word >> 8) & 255] ^
            kTables[5][(word >> 16) & 255] ^ kTables[4][(word >> 24) & 255] ^
            kTables[3][(word >> 32) & 255] ^ kTables[2][(word >> 40) & 255] ^
            kTables[1][(word >> 48) & 255] ^ kTables[0][word >> 56];
  }
  for (; size > 0; --size, ++data) {
    state = (state >> 8) ^ kTables[0][(state ^ static_cast<unsigned char>(*data)) & 255];
  }
  return state;
}

}  // namespace bot4
