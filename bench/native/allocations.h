#pragma once
#include <cstdint>

namespace bot4::bench {

/// Begins to count the calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and operator
/// new that this addon's own code makes, on every thread. Off at first: pairs are measured without.
void start_counting_allocations() noexcept;

/// Ends it and returns the calls since then.
std::uint64_t stop_counting_allocations() noexcept;

}  // namespace bot4::bench
