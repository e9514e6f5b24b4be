// A minimal check for the C++ tests of this folder: counts and prints what does not hold.
#pragma once

#include <cstdint>
#include <cstdio>

namespace bot4::test {

inline int failures = 0;
inline int checks = 0;

inline void report(const char* file, int line, const char* what, long long got, long long wanted) {
  ++failures;
  if (failures <= 20) {
    std::fprintf(stderr, "%s:%d: %s is %lld, wanted %lld\n", file, line, what, got, wanted);
  }
}

/// Exit code of a test program; prints how many checks ran.
inline int finish(const char* name) {
  std::printf("%s: %d checks, %d failed\n", name, checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}

/// A small seeded generator (splitmix64), the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// Uniform in low .. high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

 private:
  std::uint64_t state_;
};

}  // namespace bot4::test

#define EXPECT_EQ(got, wanted)                                                        \
  do {                                                                                \
    ++::bot4::test::checks;                                                           \
    const auto got_value = static_cast<long long>(got);                               \
    const auto wanted_value = static_cast<long long>(wanted);                         \
    if (got_value != wanted_value)                                                    \
      ::bot4::test::report(__FILE__, __LINE__, #got, got_value, wanted_value);        \
  } while (0)
