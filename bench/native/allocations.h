#pragma once
#include <cstdint>

namespace bot4::bench {

/// Calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and operator new that this
/// addon's own code made so far, on every thread. Pairs with nothing: a count, relaxed.
std::uint64_t allocation_count() noexcept;

}  // namespace bot4::bench
