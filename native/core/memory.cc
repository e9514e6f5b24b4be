#include "core/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

namespace bot4 {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kPage = 4096;

std::size_t round_to(std::size_t bytes, std::size_t unit) noexcept {
  return (bytes + unit - 1) / unit * unit;
}

void* map(std::size_t bytes, int flags) noexcept {
  constexpr int kAccess = PROT_READ | PROT_WRITE;
  void* at = mmap(nullptr, bytes, kAccess, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  return at == MAP_FAILED ? nullptr : at;
}

/// Maps a block that begins on a huge page's boundary; madvise has no effect on the rest.
void* map_aligned(std::size_t bytes) noexcept {
  auto* wide = static_cast<std::byte*>(map(bytes + kHugePage, 0));
  if (wide == nullptr) return nullptr;
  const auto address = reinterpret_cast<std::uintptr_t>(wide);
  const std::size_t before = round_to(address, kHugePage) - address;
  if (before > 0) munmap(wide, before);
  munmap(wide + before + bytes, kHugePage - before);
  return wide + before;
}

/// Locks and touches whole pages as asked for.
void lock_and_touch(std::byte* at, std::size_t size, const MemoryOptions& options,
                    MemoryReport* report) noexcept {
  if (options.lock) {
    report->locked = mlock(at, size) == 0;
    report->lock_errno = report->locked ? 0 : errno;
  }
  if (!options.prefault) return;
  report->prefaulted = true;
#ifdef MADV_POPULATE_WRITE
  // One call for all pages, where the kernel has it.
  if (madvise(at, size, MADV_POPULATE_WRITE) == 0) return;
#endif
  // Written, not only read: a page that was only read is the shared page of zeros.
  auto* page = static_cast<volatile std::byte*>(at);
  for (std::size_t offset = 0; offset < size; offset += kPage) page[offset] = page[offset];
}

/// Counts the bytes of whole pages that the kernel has given memory to.
std::size_t resident(std::byte* at, std::size_t size) noexcept {
  constexpr std::size_t kPages = 4096;
  unsigned char in_memory[kPages];
  std::size_t bytes = 0;
  for (std::size_t offset = 0; offset < size; offset += kPages * kPage) {
    const std::size_t length = std::min(size - offset, kPages * kPage);
    if (mincore(at + offset, length, in_memory) != 0) return bytes;
    const std::size_t pages = (length + kPage - 1) / kPage;
    for (std::size_t i = 0; i < pages; ++i) bytes += (in_memory[i] & 1) != 0 ? kPage : 0;
  }
  return bytes;
}

}  // namespace

AlignedBuffer allocate_memory(std::size_t bytes, const MemoryOptions& options,
                              MemoryReport* report) noexcept {
  BOT4_CHECK(bytes > 0);
  *report = {};
  void* at = nullptr;
  std::size_t size = round_to(bytes, options.huge_pages == HugePages::kOff ? kPage : kHugePage);
  if (options.huge_pages == HugePages::kExplicit) {
    at = map(size, MAP_HUGETLB);
    if (at == nullptr) {
      report->huge_pages_errno = errno;
    } else {
      report->huge_pages = HugePages::kExplicit;
    }
  } else if (options.huge_pages == HugePages::kTransparent) {
    at = map_aligned(size);
    if (at != nullptr && madvise(at, size, MADV_HUGEPAGE) == 0) {
      report->huge_pages = HugePages::kTransparent;
    } else {
      report->huge_pages_errno = errno;
    }
  }
  if (at == nullptr) {
    size = round_to(bytes, kPage);
    at = map(size, 0);
    BOT4_CHECK(at != nullptr);
  }
  lock_and_touch(static_cast<std::byte*>(at), size, options, report);
  report->resident_bytes = resident(static_cast<std::byte*>(at), size);
  return AlignedBuffer::adopt_mapping(static_cast<std::byte*>(at), size);
}

AlignedBuffer allocate_memory(std::size_t bytes) noexcept {
  MemoryReport report;
  return allocate_memory(bytes, {}, &report);
}

MemoryReport prepare_memory(std::byte* data, std::size_t size,
                            const MemoryOptions& options) noexcept {
  MemoryReport report;
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const std::size_t before = round_to(address, kPage) - address;
  if (options.huge_pages == HugePages::kExplicit) report.huge_pages_errno = ENOTSUP;
  if (before >= size) return report;
  std::byte* const at = data + before;
  const std::size_t whole = (size - before) / kPage * kPage;
  if (options.huge_pages == HugePages::kTransparent) {
    if (madvise(at, whole, MADV_HUGEPAGE) == 0) {
      report.huge_pages = HugePages::kTransparent;
    } else {
      report.huge_pages_errno = errno;
    }
  }
  lock_and_touch(at, whole, options, &report);
  report.resident_bytes = resident(at, whole);
  return report;
}

}  // namespace bot4
