#include "decode/capture_lines.h"

#include <cstring>
#include <utility>

#include "core/check.h"
#include "core/market_message.h"
#include "decode/scan.h"

namespace bot4 {
namespace {

constexpr std::size_t kTimeDigits = 19;

/// Reads eight digits; false when one of the bytes is none.
bool eight_digits(const char* at, std::uint64_t* value) noexcept {
  const std::uint64_t digits = Scanner::load(at) ^ Scanner::kZeros;
  *value = Scanner::number(digits);
  return Scanner::not_digits(digits) == 0;
}

/// Reads the receive time of a line; false unless a space and at least one byte follow its digits.
bool read_time(const char* line, std::size_t length, std::int64_t* ns) noexcept {
  if (length < kTimeDigits + 2 || line[kTimeDigits] != ' ') return false;
  std::uint64_t high = 0;
  std::uint64_t middle = 0;
  if (!eight_digits(line, &high) || !eight_digits(line + 8, &middle)) return false;
  std::uint64_t value = high * 100'000'000 + middle;
  for (std::size_t i = 16; i < kTimeDigits; ++i) {
    const auto digit = static_cast<std::uint64_t>(static_cast<unsigned char>(line[i])) - '0';
    if (digit > 9) return false;
    value = value * 10 + digit;  // 19 digits stay below 2^64.
  }
  if (value > static_cast<std::uint64_t>(kMaxReceivedNs)) return false;
  *ns = static_cast<std::int64_t>(value);
  return true;
}

}  // namespace

bool CaptureLines::append(const char* data, std::size_t length) noexcept {
  BOT4_CHECK(!finished_);
  const std::size_t unread = end_ - begin_;
  if (length > kMaxUnread - unread) return false;
  if (unread > 0) std::memmove(text(), text() + begin_, unread);
  searched_ -= begin_;
  if (has_head_) next_ -= begin_;
  begin_ = 0;
  end_ = unread;
  reserve(unread + length);
  if (has_head_) head_.data = text() + kTimeDigits + 1;
  if (length > 0) std::memcpy(text() + end_, data, length);
  end_ += length;
  return true;
}

void CaptureLines::reserve(std::size_t bytes) noexcept {
  if (bytes + kDecodePadding <= text_.size()) return;
  AlignedBuffer larger(2 * bytes + kDecodePadding);
  if (end_ > 0) std::memcpy(larger.data(), text_.data(), end_);
  text_ = std::move(larger);
}

bool CaptureLines::find_head() noexcept {
  while (searched_ < end_) {
    const auto* feed =
        static_cast<const char*>(std::memchr(text() + searched_, '\n', end_ - searched_));
    if (feed == nullptr) {
      searched_ = end_;
      break;
    }
    const char* const line = text() + begin_;
    auto length = static_cast<std::size_t>(feed - line);
    next_ = searched_ = begin_ + length + 1;
    if (length > 0 && line[length - 1] == '\r') --length;
    if (!std::exchange(skipping_, false)) {
      std::int64_t ns = 0;
      if (length <= kMaxLine && read_time(line, length, &ns) && is_near(ns)) {
        head_.received_ns = former_ns_ = ns;
        head_.data = line + kTimeDigits + 1;
        head_.length = length - kTimeDigits - 1;
        has_head_ = true;
        return true;
      }
      ++unreadable_;
    }
    begin_ = next_;
  }
  const bool too_long = end_ - begin_ > kMaxLine + 1;  // A carriage return is not counted yet.
  const bool unfinished = finished_ && begin_ != end_;
  if (!too_long && !unfinished) return false;
  if (!skipping_) ++unreadable_;
  skipping_ = true;
  begin_ = end_;
  return false;
}

}  // namespace bot4
