// The hooked allocator: the linker sends this addon's calls of malloc and its kin here (--wrap), and
// operator new goes through malloc. Node's own allocations are not seen; those of the path are.
#include "allocations.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

// Both pair with nothing. Off but for what is counted, so that an allocator measured as a peer pays a
// load and a branch that is never taken, and no locked addition.
std::atomic<bool> counting{false};
std::atomic<std::uint64_t> calls{0};

void count() noexcept {
  if (counting.load(std::memory_order_relaxed)) [[unlikely]] {
    calls.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

namespace bot4::bench {

void start_counting_allocations() noexcept {
  calls.store(0, std::memory_order_relaxed);
  counting.store(true, std::memory_order_relaxed);
}

std::uint64_t stop_counting_allocations() noexcept {
  counting.store(false, std::memory_order_relaxed);
  return calls.load(std::memory_order_relaxed);
}

}  // namespace bot4::bench

extern "C" {
void* __real_malloc(std::size_t);
void* __real_calloc(std::size_t, std::size_t);
void* __real_realloc(void*, std::size_t);
int __real_posix_memalign(void**, std::size_t, std::size_t);
void* __real_aligned_alloc(std::size_t, std::size_t);

void* __wrap_malloc(std::size_t bytes) {
  count();
  return __real_malloc(bytes);
}
void* __wrap_calloc(std::size_t number, std::size_t bytes) {
  count();
  return __real_calloc(number, bytes);
}
void* __wrap_realloc(void* old, std::size_t bytes) {
  count();
  return __real_realloc(old, bytes);
}
int __wrap_posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
  count();
  return __real_posix_memalign(out, alignment, bytes);
}
void* __wrap_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  count();
  return __real_aligned_alloc(alignment, bytes);
}
}

// Without exceptions there is nobody to tell: a bench without memory ends here.
void* operator new(std::size_t bytes) {
  void* const memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
void* operator new[](std::size_t bytes) { return operator new(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto to = static_cast<std::size_t>(alignment);
  void* const memory = std::aligned_alloc(to, (bytes + to - 1) / to * to);
  if (memory == nullptr) std::abort();
  return memory;
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
  return operator new(bytes, alignment);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
