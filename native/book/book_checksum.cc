#include "book/book_checksum.h"

#include <algorithm>
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

void BookChecksum::print(Printed* level, std::int64_t ticks, std::int64_t lots) const noexcept {
  level->ticks = ticks;
  level->lots = lots;
  char* end = print_digits(static_cast<std::uint64_t>(ticks) * price_factor_, level->text);
  end = print_digits(static_cast<std::uint64_t>(lots) * quantity_factor_, end);
  level->size = static_cast<std::size_t>(end - level->text);
}

/// Takes over a side's best levels; returns the first that differs from the ones before.
int BookChecksum::refresh(const L2Book& book, Side side) noexcept {
  Half& half = halves_[static_cast<std::size_t>(side)];
  int count = 0;
  int first = -1;
  int former = 0;        // The first level from before at or behind the one visited,
  int former_count = 0;  // of those in former_, which are copied at the first difference.
  book.visit(side, [&](std::int64_t ticks, std::int64_t lots) {
    Printed& level = half.levels[count];
    if (first < 0) {
      if (count < half.count && level.ticks == ticks && level.lots == lots) {
        return ++count < kLevels;
      }
      first = count;
      former_count = half.count - count;
      std::copy_n(half.levels + count, former_count < 0 ? 0 : former_count, former_);
    }
    while (former < former_count && (side == Side::kBuy ? former_[former].ticks > ticks
                                                        : former_[former].ticks < ticks)) {
      ++former;
    }
    if (former < former_count && former_[former].ticks == ticks && former_[former].lots == lots) {
      level = former_[former];
    } else {
      print(&level, ticks, lots);
    }
    return ++count < kLevels;
  });
  half.count = count;
  half.changed = false;
  return first < 0 ? count : first;
}

/// Lines up a side's digits from its level `first` on, whose text begins at `at`; returns the end.
std::size_t BookChecksum::assemble(const Half& half, int first, std::size_t at) noexcept {
  std::size_t* const begin = begin_ + (&half == &halves_[0] ? kLevels : 0);
  for (int i = first; i < half.count; ++i) {
    begin[i] = at;
    std::memcpy(text_ + at, half.levels[i].text, kTextMax);  // Of fixed size; the rest is overlaid.
    at += half.levels[i].size;
  }
  return at;
}

/// Sums the text again from the last kept register at or before the byte `changed`.
void BookChecksum::sum_from(std::size_t changed) noexcept {
  states_[0] = kCrc32Start;
  std::size_t step = changed / kStride;
  for (; (step + 1) * kStride <= size_; ++step) {
    states_[step + 1] = crc32_update(states_[step], text_ + step * kStride, kStride);
  }
  const std::size_t done = step * kStride;
  value_ = crc32_finish(crc32_update(states_[step], text_ + done, size_ - done));
}

std::uint32_t BookChecksum::value(const L2Book& book) noexcept {
  Half& asks = halves_[static_cast<std::size_t>(Side::kSell)];
  Half& bids = halves_[static_cast<std::size_t>(Side::kBuy)];
  if (!asks.changed && !bids.changed) return value_;
  std::size_t changed = size_;
  int first_bid = kLevels;
  if (asks.changed) {
    const int first = refresh(book, Side::kSell);
    const std::size_t at = first == 0 ? 0 : begin_[first - 1] + asks.levels[first - 1].size;
    asks_size_ = assemble(asks, first, at);
    changed = at;
    first_bid = 0;  // The copies may have run into the bids, and their place may differ.
  }
  if (bids.changed) first_bid = std::min(first_bid, refresh(book, Side::kBuy));
  const std::size_t* const begin = begin_ + kLevels;
  const std::size_t at = first_bid == 0
                             ? asks_size_
                             : begin[first_bid - 1] + bids.levels[first_bid - 1].size;
  size_ = assemble(bids, first_bid, at);
  sum_from(std::min(changed, at));
  return value_;
}

}  // namespace bot4
