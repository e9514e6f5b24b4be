#include "binding/engine_handle.h"

namespace bot4::binding {
namespace {

/// The environment ends: no thread may outlive it, though the memory does until its last finalizer.
void stop_threads(void* handle) { static_cast<EngineHandle*>(handle)->threaded->stop(); }

}  // namespace

EngineHandle::EngineHandle(napi_env environment, const SessionOptions& options,
                           const DecisionTable* kernels)
    : session(std::make_unique<Session>(options, kernels)), env(environment) {}

EngineHandle::EngineHandle(napi_env environment, const SessionOptions& options,
                           const ThreadOptions& threads, const DecisionTable* kernels)
    : threaded(std::make_unique<ThreadedSession>(options, threads, kernels)), env(environment) {
  napi_add_env_cleanup_hook(env, stop_threads, this);
}

EngineHandle::~EngineHandle() {
  if (threaded != nullptr) napi_remove_env_cleanup_hook(env, stop_threads, this);
  // The gates read the breaker's words until they are gone, on the shards' threads, too.
  threaded.reset();
  session.reset();
  if (breaker != nullptr) breaker->release();
}

}  // namespace bot4::binding
