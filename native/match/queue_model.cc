#include "match/queue_model.h"

#include <algorithm>
#include <bit>

namespace bot4::match {

namespace {

__extension__ using Wide = unsigned __int128;

/// Bits of a weight's fraction.
constexpr int kFractionBits = 24;

/// Bits to which quantities are shortened before they are raised to a power.
constexpr int kPowerBits = 30;

/// log2(1 + x) with 24 bits of fraction, by repeated squaring.
std::uint64_t log2_of(std::int64_t x) noexcept {
  const auto value = static_cast<std::uint64_t>(x) + 1;
  const int whole = std::bit_width(value) - 1;
  // 1 <= mantissa < 2 with 31 bits of fraction.
  std::uint64_t mantissa = whole <= 31 ? value << (31 - whole) : value >> (whole - 31);
  auto result = static_cast<std::uint64_t>(whole);
  for (int bit = 0; bit < kFractionBits; ++bit) {
    mantissa = (mantissa * mantissa) >> 31;
    result <<= 1;
    if (mantissa >> 32 != 0) {
      mantissa >>= 1;
      result |= 1;
    }
  }
  return result;
}

std::uint64_t shortened(std::int64_t x, int shift) noexcept {
  return static_cast<std::uint64_t>(x) >> shift;
}

/// floor(cancelled * front / (front + back)).
std::int64_t split(std::int64_t cancelled, Wide front, Wide back) noexcept {
  if (front + back == 0) return 0;
  return static_cast<std::int64_t>(static_cast<Wide>(cancelled) * front / (front + back));
}

}  // namespace

std::int64_t cancelled_ahead(QueueModel model, std::int64_t cancelled, std::int64_t front,
                             std::int64_t back) noexcept {
  std::int64_t ahead = 0;
  switch (model) {
    case QueueModel::kRiskAverse:
    case QueueModel::kExact:
      return 0;
    case QueueModel::kProportional:
      ahead = split(cancelled, static_cast<Wide>(front), static_cast<Wide>(back));
      break;
    case QueueModel::kPower2:
    case QueueModel::kPower3: {
      // 23 bits cubed leave room for a quantity of 53 bits in 128.
      const int bits = model == QueueModel::kPower2 ? kPowerBits : kPowerBits - 7;
      const int width =
          std::bit_width(static_cast<std::uint64_t>(std::max(front, back)));
      const int shift = std::max(0, width - bits);
      Wide f = shortened(front, shift);
      Wide b = shortened(back, shift);
      const bool cubed = model == QueueModel::kPower3;
      f = cubed ? f * f * f : f * f;
      b = cubed ? b * b * b : b * b;
      ahead = split(cancelled, f, b);
      break;
    }
    case QueueModel::kLog:
      ahead = split(cancelled, log2_of(front), log2_of(back));
      break;
  }
  return std::min(ahead, front);
}

}  // namespace bot4::match
