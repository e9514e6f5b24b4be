#pragma once
// A small test harness: tests are sentences, every failed expectation is printed, main returns 1 when
// one failed and 77 when this machine lacks the instruction set that BOT4_TARGET asks for.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "core/cpu.h"

namespace bot4::test {

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

struct Registration {
  Registration(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

inline void fail(const char* file, int line, const std::string& what) {
  ++failures();
  if (failures() <= 20) std::fprintf(stderr, "  %s:%d: %s\n", file, line, what.c_str());
}

template <typename T>
std::string shown(const T& value) {
  std::ostringstream out;
  out.precision(17);
  if constexpr (std::is_enum_v<T>) {
    out << static_cast<std::int64_t>(value);
  } else if constexpr (sizeof(T) == 1) {
    out << static_cast<int>(value);
  } else {
    out << value;
  }
  return out.str();
}

/// The target of this run: BOT4_TARGET, or the best one.
inline Target target() {
  Target chosen = Target::kSse2;
  choose_target(std::getenv("BOT4_TARGET"), &chosen);
  return chosen;
}

/// Whether the run is emulated, where only a part of the work is affordable.
inline bool emulated() { return std::getenv("BOT4_EMULATED") != nullptr; }

/// A splitmix64 stream for random tests.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, n).
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
  }
  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }

 private:
  std::uint64_t state_;
};

inline int run_all() {
  Target chosen = Target::kSse2;
  const TargetChoice how = choose_target(std::getenv("BOT4_TARGET"), &chosen);
  if (how == TargetChoice::kUnsupported) {
    std::printf("skipped: this machine lacks %s\n", std::getenv("BOT4_TARGET"));
    return 77;
  }
  if (how == TargetChoice::kUnknown) return 1;
  int failed = 0;
  for (const Test& test : tests()) {
    const int before = failures();
    test.run();
    const bool ok = failures() == before;
    failed += ok ? 0 : 1;
    std::printf("%s %s\n", ok ? "ok  " : "FAIL", test.name);
  }
  std::printf("%zu tests, %d failed, on %s\n", tests().size(), failed, target_name(chosen));
  return failed == 0 && !tests().empty() ? 0 : 1;
}

}  // namespace bot4::test

#define BOT4_TEST_JOIN2(a, b) a##b
#define BOT4_TEST_JOIN(a, b) BOT4_TEST_JOIN2(a, b)
/// BOT4_TEST("says what must hold") { … }
#define BOT4_TEST(name)                                                              \
  static void BOT4_TEST_JOIN(test_, __LINE__)();                                     \
  static const ::bot4::test::Registration BOT4_TEST_JOIN(registration_, __LINE__)(   \
      name, BOT4_TEST_JOIN(test_, __LINE__));                                        \
  static void BOT4_TEST_JOIN(test_, __LINE__)()

#define EXPECT(condition)                                                    \
  do {                                                                       \
    if (!(condition)) ::bot4::test::fail(__FILE__, __LINE__, #condition);    \
  } while (false)

#define EXPECT_EQ(actual, expected)                                                       \
  do {                                                                                    \
    const auto bot4_actual = (actual);                                                    \
    const auto bot4_expected = (expected);                                                \
    if (!(bot4_actual == bot4_expected)) {                                                \
      ::bot4::test::fail(__FILE__, __LINE__,                                              \
                         std::string(#actual " is ") + ::bot4::test::shown(bot4_actual) + \
                             ", expected " + ::bot4::test::shown(bot4_expected));         \
    }                                                                                     \
  } while (false)

#define BOT4_TEST_MAIN \
  int main() { return ::bot4::test::run_all(); }
