#include "core/affinity.h"

#include <pthread.h>
#include <sched.h>

namespace bot4 {

std::size_t allowed_cpus(int* cpus, std::size_t capacity) noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (pthread_getaffinity_np(pthread_self(), sizeof set, &set) != 0) return 0;
  std::size_t count = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    if (count < capacity) cpus[count] = cpu;
    ++count;
  }
  return count;
}

bool allow_cpus(const int* cpus, std::size_t count) noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (std::size_t i = 0; i < count; ++i) {
    if (cpus[i] < 0 || cpus[i] >= CPU_SETSIZE) return false;
    CPU_SET(cpus[i], &set);
  }
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
}

bool pin_to_cpu(int cpu) noexcept { return allow_cpus(&cpu, 1); }

}  // namespace bot4
