// The rate of intents: a token bucket that no change of policy refills.
#include <cmath>

#include "engine/gate.h"
#include "native/testing.h"

using namespace bot4;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1'700'000'000 * kSecond;

}  // namespace

BOT4_TEST("another policy brings no token: what was spent stays spent, what is left is cut to its burst") {
  const ControlBlock control{};
  const SymbolSteering steering{};
  Gate gate(&control, &steering);
  PolicyBlock policy{};
  policy.kind = PolicyKind::kTake;
  policy.max_intents_per_s = 1;
  policy.intent_burst = 3;
  gate.configure(policy);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(gate.check_pace(kNow), 0u);
    gate.note_intent(kNow, true);
    gate.configure(policy);  // The same again.
  }
  const auto spent = static_cast<std::uint32_t>(kReasonRate);
  EXPECT_EQ(gate.check_pace(kNow), spent);
  policy.intent_burst = 100;
  gate.configure(policy);
  EXPECT_EQ(gate.check_pace(kNow), spent);
  gate.configure(PolicyBlock{});  // None, and back.
  gate.configure(policy);
  EXPECT_EQ(gate.check_pace(kNow), spent);
  EXPECT_EQ(gate.check_pace(kNow + kSecond - 1), spent);
  EXPECT_EQ(gate.check_pace(kNow + 10 * kSecond), 0u);  // Ten were earned.
  policy.intent_burst = 2;
  gate.configure(policy);
  gate.note_intent(kNow + 10 * kSecond, true);
  EXPECT_EQ(gate.check_pace(kNow + 10 * kSecond), 0u);
  gate.note_intent(kNow + 10 * kSecond, true);
  EXPECT_EQ(gate.check_pace(kNow + 10 * kSecond), spent);
}

BOT4_TEST("a token is never earned before its time where the rate does not divide a second") {
  for (const double rate : {3.0, 7.0, 0.3, 999'999'999.0}) {
    IntentRate bucket;
    bucket.configure(rate, 1);
    const auto interval = static_cast<std::int64_t>(std::ceil(1e9 / rate));
    EXPECT(static_cast<double>(interval) * rate >= 1e9);
    EXPECT(bucket.allows(kNow));
    bucket.spend();
    EXPECT(!bucket.allows(kNow + interval - 1));
    EXPECT(bucket.allows(kNow + interval));
  }
}

BOT4_TEST("every time of int64 from 0 is counted without overflow") {
  IntentRate bucket;
  bucket.configure(1e9, 1e9);
  EXPECT(bucket.allows(0));
  EXPECT(bucket.allows(INT64_MAX));
  for (int i = 0; i < 1000; ++i) bucket.spend();
  EXPECT(bucket.allows(INT64_MAX));
}

BOT4_TEST_MAIN
