#pragma once
#include <deque>
#include <vector>

#include "core/check.h"
#include "decode/capture_lines.h"

namespace bot4 {

/// Several captures as one: their lines in order of receive time, ties in the captures' order.
/// A capture whose own times run backwards keeps its own order.
///
/// Cost: one look at each capture's head a line.
class CaptureMerge {
 public:
  /// `symbols` names the instrument of each capture by its index.
  explicit CaptureMerge(const std::vector<int>& symbols) {
    for (const int symbol : symbols) captures_.emplace_back(symbol);
  }

  int size() const noexcept { return static_cast<int>(captures_.size()); }
  /// Requires 0 <= capture < size().
  CaptureLines& lines(int capture) noexcept { return at(capture).lines; }

  /// The line that is next, or null: `dry` needs more text, or every capture has ended.
  const CaptureLine* head() noexcept {
    const CaptureLine* first = nullptr;
    for (Capture& capture : captures_) {
      const CaptureLine* line = capture.lines.head();
      if (line == nullptr && !capture.lines.ended()) return nullptr;
      if (line == nullptr) continue;
      if (first != nullptr && line->received_ns >= first->received_ns) continue;
      first = line;
      first_ = &capture;
    }
    return first;
  }

  /// The capture without which it is not known which line is next; -1: none.
  int dry() noexcept {
    for (int i = 0; i < size(); ++i) {
      if (lines(i).head() == nullptr && !lines(i).ended()) return i;
    }
    return -1;
  }

  /// The instrument of the line at the head. Requires `head` to have given it.
  int symbol() const noexcept { return first_->symbol; }

  /// Passes the line at the head. Requires `head` to have given it.
  void pop() noexcept { first_->lines.pop(); }

 private:
  struct Capture {
    explicit Capture(int of) noexcept : symbol(of) {}
    int symbol;
    CaptureLines lines;
  };

  Capture& at(int capture) noexcept {
    BOT4_CHECK(capture >= 0 && capture < size());
    return captures_[static_cast<std::size_t>(capture)];
  }

  std::deque<Capture> captures_;  // A deque: first_ stays good.
  Capture* first_ = nullptr;
};

}  // namespace bot4
