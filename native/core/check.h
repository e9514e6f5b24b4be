#pragma once
#include <cstdio>
#include <cstdlib>

namespace bot4 {

/// Prints the broken condition with its place to stderr and aborts. Never returns.
[[noreturn]] inline void check_failed(const char* file, int line, const char* condition) noexcept {
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace bot4

/// Aborts unless `condition` holds. For bugs only, never for bad input; stays on in release.
#define BOT4_CHECK(condition) \
  (__builtin_expect(!!(condition), 1) \
       ? (void)0                      \
       : ::bot4::check_failed(__FILE__, __LINE__, #condition))
