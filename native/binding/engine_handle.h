#pragma once
#include <node_api.h>

#include "binding/session.h"
#include "core/cpu.h"

namespace bot4::binding {

/// A session that several JavaScript objects share: the engine object, its arena, its functions and
/// whatever match.cc attaches. The last one to be collected, or the end of the environment, frees it.
/// Used on the environment's own thread only.
struct EngineHandle {
  EngineHandle(Instruments instruments, std::uint32_t inbox_bytes, std::uint32_t intent_capacity,
               const DecisionTable* kernels)
      : session(static_cast<Instruments&&>(instruments), inbox_bytes, intent_capacity, kernels) {}

  Session session;
  int references = 1;
  /// What observes the session now: the engine's one replay matcher, or null.
  const void* replay_matcher = nullptr;

  void retain() noexcept { ++references; }
  void release() noexcept {
    if (--references == 0) delete this;
  }
};

/// The handle behind the object that `createEngine` returned, or null with a pending TypeError
/// (`ERR_BOT4_ARGUMENT`). The caller retains it for as long as it keeps it.
EngineHandle* engine_handle(napi_env env, napi_value value);

/// The target that was chosen when the addon was loaded.
Target loaded_target();

/// Adds `createEngine` and the layout to the exports.
void register_engine(napi_env env, napi_value exports);

/// Adds `createDecisionKernel` to the exports.
void register_decision(napi_env env, napi_value exports);

}  // namespace bot4::binding
