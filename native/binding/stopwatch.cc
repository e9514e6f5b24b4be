// A monotonic clock for benches. Every clock of Node returns a fresh number object, whose
// collection would show in the latencies; this one writes into memory that JavaScript reads.
#include "binding/stopwatch.h"

#include <chrono>
#include <new>

namespace bot4::binding {
namespace {

/// Shared by its ArrayBuffer and its function; the last of them to go frees it.
struct Stopwatch {
  double ns = 0;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  int holders = 0;

  static void release(napi_env, void*, void* hint) {
    auto* self = static_cast<Stopwatch*>(hint);
    if (--self->holders == 0) delete self;
  }
};

napi_value read(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* self = static_cast<Stopwatch*>(data);
  const auto elapsed = std::chrono::steady_clock::now() - self->start;
  self->ns = static_cast<double>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
  return nullptr;
}

napi_value fail(napi_env env) {
  napi_throw_error(env, "ERR_BOT4_ARGUMENT", "the stopwatch could not be made");
  return nullptr;
}

/// createStopwatch() -> { memory, read }: `read()` writes the ns since its making into memory[0].
napi_value create_stopwatch(napi_env env, napi_callback_info) {
  auto* self = new (std::nothrow) Stopwatch();
  if (self == nullptr) return fail(env);
  napi_value memory, function, result;
  self->holders = 1;
  if (napi_create_external_arraybuffer(env, &self->ns, sizeof(double), Stopwatch::release, self,
                                       &memory) != napi_ok) {
    delete self;
    return fail(env);
  }
  bool good = napi_create_function(env, "read", NAPI_AUTO_LENGTH, read, self, &function) ==
                  napi_ok &&
              napi_add_finalizer(env, function, nullptr, Stopwatch::release, self, nullptr) ==
                  napi_ok;
  if (good) self->holders += 1;
  good = good && napi_create_object(env, &result) == napi_ok &&
         napi_set_named_property(env, result, "memory", memory) == napi_ok &&
         napi_set_named_property(env, result, "read", function) == napi_ok;
  return good ? result : fail(env);
}

}  // namespace

void register_stopwatch(napi_env env, napi_value exports) {
  napi_value function;
  if (napi_create_function(env, "createStopwatch", NAPI_AUTO_LENGTH, create_stopwatch, nullptr,
                           &function) == napi_ok) {
    napi_set_named_property(env, exports, "createStopwatch", function);
  }
}

}  // namespace bot4::binding
