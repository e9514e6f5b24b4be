// The addon's entry: chooses the instruction-set target, then lets every part register itself.
#include <napi.h>

#include <cstdlib>
#include <string>

#include "binding/breaker.h"
#include "binding/capture.h"
#include "binding/engine_handle.h"
#include "binding/match.h"
#include "binding/memory.h"
#include "binding/quant.h"
#include "binding/ring.h"
#include "binding/stopwatch.h"
#include "core/cpu.h"

namespace bot4::binding {
namespace {

struct Choice {
  Target target;
  TargetChoice how;
  const char* forced;
};

/// Read once for the process: every environment (a Worker too) uses the same kernels.
const Choice& choice() {
  static const Choice chosen = [] {
    Choice c{Target::kSse2, TargetChoice::kBest, std::getenv("BOT4_TARGET")};
    c.how = choose_target(c.forced, &c.target);
    return c;
  }();
  return chosen;
}

Napi::Array supported_targets(Napi::Env env) {
  Napi::Array out = Napi::Array::New(env);
  for (int i = 0; i < kTargetCount; ++i) {
    const auto target = static_cast<Target>(i);
    if (target_supported(target)) {
      out.Set(out.Length(), Napi::String::New(env, target_name(target)));
    }
  }
  return out;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  const Choice& chosen = choice();
  if (chosen.how == TargetChoice::kUnknown || chosen.how == TargetChoice::kUnsupported) {
    const std::string reason = chosen.how == TargetChoice::kUnknown
                                   ? "names no target; allowed are sse2, avx2, avx512"
                                   : "is not supported by this machine; its best is " +
                                         std::string(target_name(best_target()));
    Napi::Error error =
        Napi::Error::New(env, "BOT4_TARGET='" + std::string(chosen.forced) + "' " + reason);
    error.Set("code", Napi::String::New(env, "ERR_BOT4_CPU"));
    error.ThrowAsJavaScriptException();
    return exports;
  }
  exports.Set("target", Napi::String::New(env, target_name(chosen.target)));
  exports.Set("supportedTargets", supported_targets(env));
  register_engine(env, exports);
  register_decision(env, exports);
  register_match(env, exports);
  register_stopwatch(env, exports);
  register_breaker(env, exports);
  register_memory(env, exports);
  register_ring(env, exports);
  register_capture(env, exports);
  register_quant(env, exports);
  return exports;
}

}  // namespace

Target loaded_target() { return choice().target; }

}  // namespace bot4::binding

static Napi::Object init_bot4(Napi::Env env, Napi::Object exports) {
  return bot4::binding::init(env, exports);
}

NODE_API_MODULE(bot4, init_bot4)
