#pragma once
#include <node_api.h>

#include <memory>

#include "binding/breaker.h"
#include "binding/session.h"
#include "binding/threaded_session.h"
#include "core/cpu.h"

namespace bot4::binding {

/// A session that several JavaScript objects share: the engine object, its arena, its functions and
/// whatever match.cc attaches. The last one to be collected, or the end of the environment, frees
/// it. Used on the environment's own thread only; the threads of a threaded session end before the
/// environment does.
struct EngineHandle {
  EngineHandle(napi_env environment, const SessionOptions& options, const DecisionTable* kernels);
  /// An engine on threads, which are not started yet.
  EngineHandle(napi_env environment, const SessionOptions& options, const ThreadOptions& threads,
               const DecisionTable* kernels);
  /// Keeps the breaker whose words the session's options name.
  void keep(BreakerHandle* watched) noexcept {
    breaker = watched;
    if (breaker != nullptr) breaker->retain();
  }
  EngineHandle(const EngineHandle&) = delete;
  EngineHandle& operator=(const EngineHandle&) = delete;
  ~EngineHandle();

  /// One of the two is there: the engine in the loop, or the one on threads.
  std::unique_ptr<Session> session;
  std::unique_ptr<ThreadedSession> threaded;
  /// Whose words the gates read, retained; or null.
  BreakerHandle* breaker = nullptr;
  napi_env env;
  int references = 1;
  /// What observes the session now: the engine's one replay matcher, or null.
  const void* replay_matcher = nullptr;

  AlignedBuffer& arena() noexcept { return session ? session->arena() : threaded->arena(); }
  const ArenaLayout& layout() const noexcept {
    return session ? session->layout() : threaded->layout();
  }
  int symbol_count() const noexcept {
    return session ? session->engine().symbol_count() : threaded->symbol_count();
  }

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
