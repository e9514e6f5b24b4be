#pragma once
#include <cstddef>
#include <cstdint>

#include "core/aligned_buffer.h"

namespace bot4 {

/// Which pages a block of memory shall lie on.
enum class HugePages : std::uint8_t {
  kOff = 0,      ///< As the system decides.
  kTransparent,  ///< The kernel is asked to use 2 MiB pages where it can (madvise).
  kExplicit,     ///< Reserved 2 MiB pages (vm.nr_hugepages), and no others.
};

/// How memory of the fast plane is to be had.
struct MemoryOptions {
  HugePages huge_pages = HugePages::kOff;
  bool lock = false;      ///< Never swapped out (mlock); needs RLIMIT_MEMLOCK or CAP_IPC_LOCK.
  bool prefault = false;  ///< Every page is touched at once, so that none faults later.
};

/// What the system granted of the options, and why it refused the rest.
struct MemoryReport {
  HugePages huge_pages = HugePages::kOff;
  bool locked = false;
  bool prefaulted = false;
  int huge_pages_errno = 0;  ///< Of the refused request for huge pages; 0 when it was granted.
  int lock_errno = 0;        ///< Of the refused mlock; 0 when it was granted or not asked for.
  std::size_t resident_bytes = 0;  ///< Of the block's whole pages, those that lie in memory now.

  /// Adds what became of another block: granted is what was granted of both; the first refusal
  /// stands.
  MemoryReport& operator+=(const MemoryReport& other) noexcept {
    if (other.huge_pages == HugePages::kOff) huge_pages = HugePages::kOff;
    locked &= other.locked;
    prefaulted &= other.prefaulted;
    if (huge_pages_errno == 0) huge_pages_errno = other.huge_pages_errno;
    if (lock_errno == 0) lock_errno = other.lock_errno;
    resident_bytes += other.resident_bytes;
    return *this;
  }
};

/// Allocates a zeroed block with these options. What the system refuses is left out and reported;
/// the block comes in any case: explicit huge pages that are not there become ordinary ones.
///
/// Requires: `bytes` > 0. Aborts when the system has no memory left.
AlignedBuffer allocate_memory(std::size_t bytes, const MemoryOptions& options,
                              MemoryReport* report) noexcept;

/// Allocates a zeroed block as the system likes; what is never touched takes no memory.
AlignedBuffer allocate_memory(std::size_t bytes) noexcept;

/// Gives memory that exists already these options, as far as that is possible: whole pages inside
/// it are locked and touched, and the kernel is asked for huge pages (kExplicit cannot be had here:
/// refused with ENOTSUP). The content stays.
MemoryReport prepare_memory(std::byte* data, std::size_t size,
                            const MemoryOptions& options) noexcept;

}  // namespace bot4
