#pragma once
#include <bit>
#include <cstdint>
#include <vector>

namespace bot4::bench {

/// Latencies in ns by log-linear buckets, as in an HDR histogram: exact below 2,048 ns, within
/// 0.1 % above, up to 137 s. Recording never allocates.
class LatencyHistogram {
 public:
  LatencyHistogram() : counts_(kExact + std::size_t{kOctaves} * kSteps) {}

  void record(std::int64_t ns) noexcept {
    const std::uint64_t value = ns > 0 ? static_cast<std::uint64_t>(ns) : 0;
    ++counts_[index_of(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  /// The smallest bucket's upper end that `percent` of the values do not exceed; 0 when empty.
  double percentile(double percent) const noexcept {
    if (count_ == 0) return 0;
    const double wanted = percent / 100.0 * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (counts_[i] != 0 && static_cast<double>(seen) >= wanted) {
        const double end = static_cast<double>(upper_end(i));
        return end < static_cast<double>(max_) ? end : static_cast<double>(max_);
      }
    }
    return static_cast<double>(max_);
  }

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t max() const noexcept { return max_; }

 private:
  static constexpr std::size_t kExact = 2048;
  static constexpr std::size_t kSteps = 1024;
  static constexpr std::size_t kOctaves = 26;

  static std::size_t index_of(std::uint64_t value) noexcept {
    if (value < kExact) return static_cast<std::size_t>(value);
    const int shift = std::bit_width(value) - 11;  // Leaves 1,024 to 2,047.
    const auto octave = static_cast<std::size_t>(shift - 1);
    if (octave >= kOctaves) return kExact + kOctaves * kSteps - 1;
    return kExact + octave * kSteps + static_cast<std::size_t>((value >> shift) - kSteps);
  }
  static std::uint64_t upper_end(std::size_t index) noexcept {
    if (index < kExact) return index;
    const std::size_t octave = (index - kExact) / kSteps;
    const std::uint64_t step = (index - kExact) % kSteps + kSteps;
    return ((step + 1) << (octave + 1)) - 1;
  }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace bot4::bench
