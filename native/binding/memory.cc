// prepareMemory: huge pages, locking and pre-faulting for an ArrayBuffer of the addon, such as an
// engine's arena.
#include "binding/memory.h"

#include <napi.h>

#include <cstring>

#include "core/affinity.h"
#include "core/memory.h"

namespace bot4::binding {
namespace {

Napi::Value refuse(Napi::Env env, const char* message) {
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_BOT4_ARGUMENT"));
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

/// Null when nothing was refused, else the system's words.
Napi::Value refusal(Napi::Env env, int error) {
  if (error == 0) return env.Null();
  return Napi::String::New(env, std::strerror(error));
}

/// prepareMemory(buffer, hugePages, lock, prefault) -> { hugePagesRefused, lockRefused }.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[0].IsArrayBuffer() || !info[1].IsBoolean() || !info[2].IsBoolean() ||
      !info[3].IsBoolean()) {
    return refuse(env, "prepareMemory: an ArrayBuffer and three booleans are expected");
  }
  Napi::ArrayBuffer buffer = info[0].As<Napi::ArrayBuffer>();
  const MemoryOptions options{
      info[1].As<Napi::Boolean>().Value() ? HugePages::kTransparent : HugePages::kOff,
      info[2].As<Napi::Boolean>().Value(), info[3].As<Napi::Boolean>().Value()};
  const MemoryReport report =
      prepare_memory(static_cast<std::byte*>(buffer.Data()), buffer.ByteLength(), options);
  Napi::Object out = Napi::Object::New(env);
  out.Set("hugePagesRefused", refusal(env, report.huge_pages_errno));
  out.Set("lockRefused", refusal(env, report.lock_errno));
  return out;
}

/// allowedCpus(): the numbers of the CPUs that the calling thread may run on.
Napi::Value list_cpus(const Napi::CallbackInfo& info) {
  int cpus[1024];
  const std::size_t count = allowed_cpus(cpus, 1024);
  Napi::Array out = Napi::Array::New(info.Env());
  for (std::size_t i = 0; i < count && i < 1024; ++i) {
    out.Set(static_cast<std::uint32_t>(i), Napi::Number::New(info.Env(), cpus[i]));
  }
  return out;
}

}  // namespace

void register_memory(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("prepareMemory", Napi::Function::New(env, prepare, "prepareMemory"));
  exports.Set("allowedCpus", Napi::Function::New(env, list_cpus, "allowedCpus"));
}

}  // namespace bot4::binding
