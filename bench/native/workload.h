#pragma once
#include <cstdint>
#include <cstring>
#include <memory>

namespace bot4::bench {

/// Folds results into a checksum, so that nothing is optimised away and peers can be compared.
class Checksum {
 public:
  void fold(double value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    fold(bits);
  }
  void fold(std::uint64_t value) noexcept { state_ = (state_ ^ value) * 0x9E3779B97F4A7C15ull; }
  void fold(std::int64_t value) noexcept { fold(static_cast<std::uint64_t>(value)); }
  std::uint64_t value() const noexcept { return state_; }

 private:
  std::uint64_t state_ = 1;
};

/// One prepared thing to measure: Bot4's own code or a peer, on an input that both read from
/// memory.
class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload() = default;

  /// Operations of one batch, at least 10,000: what one call of `run` does.
  virtual std::uint64_t operations() const noexcept = 0;
  /// Does one batch and returns the checksum of its outputs: the same at every call, and the same
  /// as that of every peer of the pair.
  virtual std::uint64_t run() noexcept = 0;
};

/// A workload by name, "<part>.<what>" or "<part>.<what>/<peer>": the same prefix makes a pair.
struct WorkloadEntry {
  const char* name;
  /// Prepares the workload; null where this machine or build cannot run it. `directory` is
  /// ../shared/market or wherever the recorded input lies; workloads of generated input ignore it.
  std::unique_ptr<Workload> (*make)(const char* directory);
};

/// A part's entries, ended by a null name. Each <part>_workloads.cc defines one such list, and
/// workloads.cc names them all.
using WorkloadList = const WorkloadEntry*;

}  // namespace bot4::bench
