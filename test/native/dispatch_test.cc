#include <cstring>

#include "core/cpu.h"
#include "kernels/table.h"
#include "native/testing.h"

using namespace bot4;

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

BOT4_TEST("the best target is the one that the emulated CPU is expected to have") {
  const char* expected = std::getenv("BOT4_EXPECT_BEST");
  if (expected == nullptr) return;
  EXPECT_EQ(std::string(target_name(best_target())), std::string(expected));
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
