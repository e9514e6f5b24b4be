#include "book/book_checksum.h"

#include <cstring>

#include "book/crc32.h"

namespace bot4 {
namespace {

constexpr char kPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/// Prints a number without leading zeros (0 prints nothing) and returns the end.
char* print_digits(std::uint64_t number, char* out) noexcept {
  char buffer[20];
  char* at = buffer + sizeof buffer;
  while (number >= 10) {
    const std::uint64_t rest = number / 100;
    at -= 2;
    std::memcpy(at, kPairs + 2 * (number - rest * 100), 2);
    number = rest;
  }
  if (number != 0) *--at = static_cast<char>('0' + number);
  const auto size = static_cast<std::size_t>(buffer + sizeof buffer - at);
  std::memcpy(out, at, size);
  return out + size;
}

}  // namespace

/// Takes over a side's best levels; returns the first that differs from the ones before.
int BookChecksum::refresh(const L2Book& book, Side side) noexcept {
  Half& half = halves_[static_cast<std::size_t>(side)];
  int count = 0;
  int first = -1;
  book.visit(side, [&](std::int64_t ticks, std::int64_t lots) {
    const bool same = first < 0 && count < half.count && half.ticks[count] == ticks &&
                      half.lots[count] == lots;
    if (!same) {
      if (first < 0) first = count;
      half.ticks[count] = ticks;
      half.lots[count] = lots;
      char* const begin = half.text + half.begin[count];
      char* end = print_digits(static_cast<std::uint64_t>(ticks) * price_factor_, begin);
      end = print_digits(static_cast<std::uint64_t>(lots) * quantity_factor_, end);
      half.begin[count + 1] = static_cast<std::uint32_t>(end - half.text);
    }
    return ++count < kLevels;
  });
  half.count = count;
  half.changed = false;
  return first < 0 ? count : first;
}

std::uint32_t BookChecksum::value(const L2Book& book) noexcept {
  Half& asks = halves_[static_cast<std::size_t>(Side::kSell)];
  Half& bids = halves_[static_cast<std::size_t>(Side::kBuy)];
  if (asks_valid_ && !asks.changed && !bids.changed) return value_;
  if (!asks_valid_ || asks.changed) {
    const int first = refresh(book, Side::kSell);
    ask_states_[0] = kCrc32Start;
    for (int i = first; i < asks.count; ++i) {
      const std::size_t size = asks.begin[i + 1] - asks.begin[i];
      ask_states_[i + 1] = crc32_update(ask_states_[i], asks.text + asks.begin[i], size);
    }
    asks_valid_ = true;
  }
  if (bids.changed) refresh(book, Side::kBuy);
  value_ = crc32_finish(crc32_update(ask_states_[asks.count], bids.text, bids.begin[bids.count]));
  return value_;
}

}  // namespace bot4
