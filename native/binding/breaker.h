#pragma once
#include <node_api.h>

#include "core/breaker.h"

namespace bot4::binding {

/// The words of a circuit breaker that JavaScript and engines share. The last holder frees them.
/// Created, retained and released on the environment's own thread; tripped and checked on any.
struct BreakerHandle {
  alignas(128) std::uint32_t words[CircuitBreaker::kWords] = {};
  int references = 1;

  CircuitBreaker breaker() noexcept { return CircuitBreaker(words); }
  void retain() noexcept { ++references; }
  void release() noexcept {
    if (--references == 0) delete this;
  }
};

/// The handle behind the object that `createBreaker` returned, or null with a pending TypeError
/// (`ERR_BOT4_ARGUMENT`). Who keeps one of its words retains it for as long.
BreakerHandle* breaker_handle(napi_env env, napi_value value);

/// Adds `createBreaker` to the exports.
void register_breaker(napi_env env, napi_value exports);

}  // namespace bot4::binding
