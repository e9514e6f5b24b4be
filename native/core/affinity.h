#pragma once
#include <cstddef>

namespace bot4 {

/// Writes the CPUs that the current thread may run on, ascending, and returns how many there are
/// (which may be more than `capacity`). 0 when the system does not say.
std::size_t allowed_cpus(int* cpus, std::size_t capacity) noexcept;

/// Keeps the current thread on one CPU. False when the system refuses: no such CPU, or one outside
/// the thread's cpuset.
bool pin_to_cpu(int cpu) noexcept;

/// Lets the current thread run on any of `cpus` again. False when the system refuses.
bool allow_cpus(const int* cpus, std::size_t count) noexcept;

/// Tells the CPU that the thread spins: it saves power and lets the core's other thread run.
inline void spin_pause() noexcept { __builtin_ia32_pause(); }

}  // namespace bot4
