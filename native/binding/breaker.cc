// createBreaker: the words of a circuit breaker as an ArrayBuffer, which JavaScript writes with
// Atomics and the gate of every engine reads.
#include "binding/breaker.h"

#include <new>

namespace bot4::binding {
namespace {

constexpr napi_type_tag kBreakerTag = {0x626f743462726561ull, 0x6b65720000000001ull};

void release(napi_env, void* data, void*) { static_cast<BreakerHandle*>(data)->release(); }
void release_memory(napi_env, void*, void* hint) { static_cast<BreakerHandle*>(hint)->release(); }

bool set_number(napi_env env, napi_value object, const char* name, std::uint32_t number) {
  napi_value value = nullptr;
  return napi_create_uint32(env, number, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

napi_value fail(napi_env env, const char* message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_type_error(env, "ERR_BOT4_ARGUMENT", message);
  return nullptr;
}

/// createBreaker() -> { memory, venues, allVenues }: a u32 word per venue, then that of all.
napi_value create_breaker(napi_env env, napi_callback_info) {
  constexpr const char* kRefused = "the circuit breaker could not be made";
  auto* handle = new (std::nothrow) BreakerHandle();
  if (handle == nullptr) return fail(env, kRefused);
  napi_value object = nullptr;
  // The creation's own reference goes to the object.
  if (napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, handle, release, nullptr, nullptr) != napi_ok) {
    handle->release();
    return fail(env, kRefused);
  }
  handle->retain();
  napi_value memory = nullptr;
  if (napi_create_external_arraybuffer(env, handle->words, sizeof handle->words, release_memory,
                                       handle, &memory) != napi_ok) {
    handle->release();
    return fail(env, kRefused);
  }
  const bool good = napi_type_tag_object(env, object, &kBreakerTag) == napi_ok &&
                    napi_set_named_property(env, object, "memory", memory) == napi_ok &&
                    set_number(env, object, "venues", CircuitBreaker::kVenues) &&
                    set_number(env, object, "allVenues", CircuitBreaker::kAllVenues);
  return good ? object : fail(env, kRefused);
}

}  // namespace

BreakerHandle* breaker_handle(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  bool tagged = false;
  void* data = nullptr;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_object &&
      napi_check_object_type_tag(env, value, &kBreakerTag, &tagged) == napi_ok && tagged &&
      napi_unwrap(env, value, &data) == napi_ok) {
    return static_cast<BreakerHandle*>(data);
  }
  fail(env, "breaker must be an object that createBreaker returned");
  return nullptr;
}

void register_breaker(napi_env env, napi_value exports) {
  napi_value function = nullptr;
  if (napi_create_function(env, "createBreaker", NAPI_AUTO_LENGTH, create_breaker, nullptr,
                           &function) == napi_ok) {
    napi_set_named_property(env, exports, "createBreaker", function);
  }
}

}  // namespace bot4::binding
