#include "decode/websocket.h"

#include <cstring>

#include "core/check.h"

namespace bot4 {
namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kOpcodeBits = 0x0f;
constexpr std::uint8_t kMask = 0x80;
constexpr std::uint8_t kLengthBits = 0x7f;
constexpr std::uint8_t kControlBit = 0x08;

/// Bytes of a header whose second byte is known.
std::size_t header_size(std::uint8_t second) noexcept {
  const int code = second & kLengthBits;
  return code < 126 ? 2 : code == 126 ? 4 : 10;
}

std::uint64_t big_endian(const unsigned char* bytes, int count) noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

bool is_control(std::uint8_t opcode) noexcept { return (opcode & kControlBit) != 0; }

}  // namespace

const char* websocket_error_name(WebSocketError error) noexcept {
  switch (error) {
    case WebSocketError::kNone: return "none";
    case WebSocketError::kReservedBits: return "reserved-bits";
    case WebSocketError::kReservedOpcode: return "reserved-opcode";
    case WebSocketError::kMasked: return "masked";
    case WebSocketError::kFragmentedControl: return "fragmented-control";
    case WebSocketError::kControlTooLong: return "control-too-long";
    case WebSocketError::kUnexpectedContinuation: return "unexpected-continuation";
    case WebSocketError::kInterruptedMessage: return "interrupted-message";
    case WebSocketError::kLengthNotMinimal: return "length-not-minimal";
    case WebSocketError::kMessageTooLong: return "message-too-long";
    case WebSocketError::kBadClose: return "bad-close";
    case WebSocketError::kCount: break;
  }
  return "invalid";
}

WebSocketReader::WebSocketReader(std::size_t max_message)
    : max_message_(max_message), message_(new char[max_message + kSlack]) {
  BOT4_CHECK(max_message > 0);
}

void WebSocketReader::reset() noexcept {
  gathered_ = 0;
  remaining_ = 0;
  kind_ = WebSocketKind::kNone;
  in_frame_ = false;
  closed_ = false;
  error_ = WebSocketError::kNone;
  header_length_ = 0;
  control_length_ = 0;
}

bool WebSocketReader::fail(WebSocketError error) noexcept {
  error_ = error;
  return false;
}

WebSocketError WebSocketReader::check_header(std::uint8_t first,
                                             std::uint8_t second) const noexcept {
  if ((first & kReserved) != 0) return WebSocketError::kReservedBits;
  const std::uint8_t opcode = first & kOpcodeBits;
  if ((opcode & 7) > 2) return WebSocketError::kReservedOpcode;
  if ((second & kMask) != 0) return WebSocketError::kMasked;
  if (is_control(opcode)) {
    if ((first & kFin) == 0) return WebSocketError::kFragmentedControl;
    if ((second & kLengthBits) > kMaxControl) return WebSocketError::kControlTooLong;
  } else if (opcode == kContinuation) {
    if (kind_ == WebSocketKind::kNone) return WebSocketError::kUnexpectedContinuation;
  } else if (kind_ != WebSocketKind::kNone) {
    return WebSocketError::kInterruptedMessage;
  }
  return WebSocketError::kNone;
}

/// Opens the frame of a whole header.
bool WebSocketReader::accept_header(const unsigned char* header) noexcept {
  const std::uint8_t first = header[0];
  std::uint64_t length = header[1] & kLengthBits;
  if (length == 126) {
    length = big_endian(header + 2, 2);
    if (length < 126) return fail(WebSocketError::kLengthNotMinimal);
  } else if (length == 127) {
    length = big_endian(header + 2, 8);
    if (length < 65536 || length >> 63 != 0) return fail(WebSocketError::kLengthNotMinimal);
  }
  opcode_ = first & kOpcodeBits;
  if (!is_control(opcode_)) {
    if (length > max_message_ - gathered_) return fail(WebSocketError::kMessageTooLong);
    if (opcode_ != kContinuation) kind_ = static_cast<WebSocketKind>(opcode_);
    final_ = (first & kFin) != 0;
  } else if (opcode_ == static_cast<std::uint8_t>(WebSocketKind::kClose) && length == 1) {
    return fail(WebSocketError::kBadClose);
  }
  remaining_ = length;
  in_frame_ = true;
  return true;
}

/// Reads a header, of which earlier chunks may hold a part; false when it is not whole or not good.
bool WebSocketReader::read_header(const char** at, const char* end) noexcept {
  const auto available = static_cast<std::size_t>(end - *at);
  if (header_length_ == 0 && available >= 2) {
    const auto* header = reinterpret_cast<const unsigned char*>(*at);
    const WebSocketError wrong = check_header(header[0], header[1]);
    if (wrong != WebSocketError::kNone) return fail(wrong);
    const std::size_t size = header_size(header[1]);
    if (available >= size) {
      *at += size;
      return accept_header(header);
    }
  }
  while (*at != end) {
    header_[header_length_++] = static_cast<unsigned char>(*(*at)++);
    if (header_length_ < 2) continue;
    if (header_length_ == 2) {
      const WebSocketError wrong = check_header(header_[0], header_[1]);
      if (wrong != WebSocketError::kNone) return fail(wrong);
    }
    if (header_length_ == header_size(header_[1])) {
      header_length_ = 0;
      return accept_header(header_);
    }
  }
  return false;
}

WebSocketEvent WebSocketReader::finish_control(const char* body) noexcept {
  const auto kind = static_cast<WebSocketKind>(opcode_);
  in_frame_ = false;
  if (kind == WebSocketKind::kClose) closed_ = true;
  const std::size_t length = remaining_ + control_length_;
  remaining_ = 0;
  control_length_ = 0;
  return {kind, body, length};
}

WebSocketEvent WebSocketReader::read_control(const char** at, const char* end) noexcept {
  const auto available = static_cast<std::size_t>(end - *at);
  if (control_length_ == 0 && available >= remaining_) {
    const char* body = *at;
    *at += remaining_;
    return finish_control(body);
  }
  const std::size_t part = available < remaining_ ? available : remaining_;
  std::memcpy(control_ + control_length_, *at, part);
  *at += part;
  remaining_ -= part;
  control_length_ = static_cast<std::uint8_t>(control_length_ + part);
  if (remaining_ > 0) return {WebSocketKind::kNone, nullptr, 0};
  return finish_control(control_);
}

WebSocketEvent WebSocketReader::next(const char** at, const char* end) noexcept {
  for (;;) {
    if (error_ != WebSocketError::kNone || closed_) {
      *at = end;
      return {error_ != WebSocketError::kNone ? WebSocketKind::kError : WebSocketKind::kNone,
              nullptr, 0};
    }
    if (!in_frame_ && !read_header(at, end)) {
      if (error_ != WebSocketError::kNone) continue;
      return {WebSocketKind::kNone, nullptr, 0};
    }
    if (is_control(opcode_)) return read_control(at, end);

    const auto available = static_cast<std::size_t>(end - *at);
    const std::size_t part = available < remaining_ ? available : remaining_;
    const char* body = *at;
    *at += part;
    remaining_ -= part;
    if (remaining_ == 0) in_frame_ = false;
    const bool whole = remaining_ == 0 && final_;
    if (whole && gathered_ == 0) {
      const WebSocketKind kind = kind_;
      kind_ = WebSocketKind::kNone;
      return {kind, body, part};
    }
    std::memcpy(message_.get() + gathered_, body, part);
    gathered_ += part;
    if (whole) {
      std::memset(message_.get() + gathered_, 0, kSlack);
      const WebSocketEvent event{kind_, message_.get(), gathered_};
      kind_ = WebSocketKind::kNone;
      gathered_ = 0;
      return event;
    }
    if (remaining_ > 0) return {WebSocketKind::kNone, nullptr, 0};
  }
}

}  // namespace bot4
