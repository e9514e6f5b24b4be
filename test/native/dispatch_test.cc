#include <fstream>
#include <initializer_list>
#include <sstream>

#include "core/cpu.h"
#include "kernels/table.h"
#include "native/testing.h"

using namespace bot4;

namespace {

/// The best target by the flags in /proc/cpuinfo, read apart from CPUID.
std::string best_of_cpuinfo() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && line.rfind("flags", 0) != 0) {
  }
  const auto has = [&line](std::initializer_list<const char*> wanted) {
    for (const char* flag : wanted) {
      std::istringstream words(line);
      std::string word;
      while (words >> word && word != flag) {
      }
      if (word != flag) return false;
    }
    return true;
  };
  if (!has({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"})) return "sse2";
  return has({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}) ? "avx512" : "avx2";
}

}  // namespace

BOT4_TEST("the baseline is always supported and the best target is supported") {
  EXPECT(target_supported(Target::kSse2));
  EXPECT(target_supported(best_target()));
  EXPECT(decision_kernels(Target::kSse2) != nullptr);
  EXPECT(decision_kernels(best_target()) != nullptr);
}

BOT4_TEST("a better target is never supported without the ones below it") {
  if (target_supported(Target::kAvx512)) EXPECT(target_supported(Target::kAvx2));
}

BOT4_TEST("every target has its own table, and an unsupported one has none") {
  for (int i = 0; i < kTargetCount; ++i) {
    const auto target = static_cast<Target>(i);
    EXPECT_EQ(decision_kernels(target) != nullptr, target_supported(target));
    for (int j = 0; j < i; ++j) {
      if (!target_supported(target)) continue;
      EXPECT(decision_kernels(target) != decision_kernels(static_cast<Target>(j)));
    }
  }
}

BOT4_TEST("names and targets belong together both ways") {
  for (int i = 0; i < kTargetCount; ++i) {
    Target found = Target::kSse2;
    EXPECT(target_from_name(target_name(static_cast<Target>(i)), &found));
    EXPECT_EQ(found, static_cast<Target>(i));
  }
  Target untouched = Target::kAvx2;
  EXPECT(!target_from_name("AVX2", &untouched));
  EXPECT(!target_from_name("", &untouched));
  EXPECT(!target_from_name("avx512x", &untouched));
  EXPECT_EQ(untouched, Target::kAvx2);
}

BOT4_TEST("a forced name is taken, refused when unknown, and refused when unsupported") {
  Target target = Target::kAvx512;
  EXPECT_EQ(choose_target("sse2", &target), TargetChoice::kForced);
  EXPECT_EQ(target, Target::kSse2);
  EXPECT_EQ(choose_target("sse9", &target), TargetChoice::kUnknown);
  EXPECT_EQ(choose_target(nullptr, &target), TargetChoice::kBest);
  EXPECT_EQ(target, best_target());
  EXPECT_EQ(choose_target("", &target), TargetChoice::kBest);
  EXPECT_EQ(choose_target("avx512", &target), target_supported(Target::kAvx512)
                                                  ? TargetChoice::kForced
                                                  : TargetChoice::kUnsupported);
}

BOT4_TEST("the best target is the one that the emulator was told to have, or that the kernel reports") {
  const char* emulated = std::getenv("BOT4_EXPECT_BEST");
  const std::string expected = emulated == nullptr ? best_of_cpuinfo() : std::string(emulated);
  EXPECT_EQ(std::string(target_name(best_target())), expected);
}

BOT4_TEST("the chosen kernels run without an illegal instruction") {
  const DecisionTable* table = decision_kernels(test::target());
  double x[8] = {0, 1, -1, 2, -2, 0.5, -0.5, 10};
  double y[8];
  table->exp(x, 8, y);
  EXPECT_EQ(y[0], 1.0);
  EXPECT(y[1] > 2.718281828459044 && y[1] < 2.718281828459047);
}

BOT4_TEST_MAIN
