#pragma once
#include <cstddef>
#include <cstdint>

#include "core/aligned_buffer.h"

namespace bot4 {

/// One line of a capture: when it was received and the raw venue message.
struct CaptureLine {
  std::int64_t received_ns;  ///< ns since the epoch.
  const char* data;          ///< Readable for `kDecodePadding` bytes behind its end.
  std::size_t length;        ///< At least 1.
};

/// Splits the text of a capture, which comes in pieces of any cut, into its lines.
///
/// Format: `<receive time, ns, 19 digits> <raw message>`, ended by a line feed; one carriage return
///         before it belongs to the ending.
/// Errors: a line of another form, one longer than `kMaxLine`, one received after 2199 or more than
///         `kMaxJumpNs` before or after the former line read, and an unfinished last one are
///         counted in `unreadable` and passed over.
/// Memory: at most `kMaxUnread` bytes and padding.
class CaptureLines {
 public:
  /// Longest line without its ending, bytes.
  static constexpr std::size_t kMaxLine = 2u << 20;
  /// Most text that may wait, bytes: a line and the piece that ends it.
  static constexpr std::size_t kMaxUnread = 4 * kMaxLine;
  /// Longest time between two lines, ns: a year. One wrong stamp would stop the clock of a replay,
  /// which never goes back, for all lines behind it.
  static constexpr std::int64_t kMaxJumpNs = std::int64_t{366} * 86'400 * 1'000'000'000;
  /// Longest piece that always has room in the end, bytes.
  static constexpr std::size_t kMaxPiece = 2 * kMaxLine;

  /// Copies a piece behind the text that waits; false when there is no room before lines are taken.
  /// While `head` is null a piece of up to `kMaxPiece` bytes has room.
  bool append(const char* data, std::size_t length) noexcept;

  /// Says that no text follows. Requires: `append` is not called any more.
  void finish() noexcept { finished_ = true; }

  /// The line that is next, or null: more text is needed, or `ended`. Valid until `append` or
  /// `pop`.
  const CaptureLine* head() noexcept { return has_head_ || find_head() ? &head_ : nullptr; }

  /// Passes the line at the head. Requires `head` to have given one.
  void pop() noexcept {
    BOT4_CHECK(has_head_);
    has_head_ = false;
    begin_ = next_;
    ++messages_;
  }

  /// Whether every line was taken and none can follow.
  bool ended() noexcept { return finished_ && head() == nullptr; }

  /// Whether `finish` was called.
  bool finished() const noexcept { return finished_; }

  /// Lines taken.
  std::uint64_t messages() const noexcept { return messages_; }
  /// Lines passed over.
  std::uint64_t unreadable() const noexcept { return unreadable_; }

 private:
  bool find_head() noexcept;
  bool is_near(std::int64_t ns) const noexcept {
    const std::int64_t jump = ns - former_ns_;
    return former_ns_ < 0 || (jump <= kMaxJumpNs && jump >= -kMaxJumpNs);
  }
  void reserve(std::size_t bytes) noexcept;
  char* text() noexcept { return reinterpret_cast<char*>(text_.data()); }

  AlignedBuffer text_;
  std::size_t begin_ = 0;    // Of the line at the head, else of the first that was not looked at.
  std::size_t searched_ = 0;  // Up to here no line feed follows begin_.
  std::size_t next_ = 0;      // Behind the line at the head.
  std::size_t end_ = 0;
  CaptureLine head_{};
  std::int64_t former_ns_ = -1;  // Of the last line read; -1 before the first.
  bool has_head_ = false;
  bool finished_ = false;
  bool skipping_ = false;  // Inside a line that is too long.
  std::uint64_t messages_ = 0;
  std::uint64_t unreadable_ = 0;
};

}  // namespace bot4
