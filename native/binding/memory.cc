// prepareMemory: huge pages, locking and pre-faulting for an ArrayBuffer of the addon, such as an
// engine's arena; and how much memory pools of given sizes take.
#include "binding/memory.h"

#include <napi.h>

#include <bit>
#include <cstring>
#include <string>

#include "binding/option_values.h"
#include "core/affinity.h"
#include "engine/arena_layout.h"
#include "match/matching_engine.h"

namespace bot4::binding {
namespace {

/// Null when nothing was refused, else the system's words.
Napi::Value refusal(Napi::Env env, int error) {
  if (error == 0) return env.Null();
  return Napi::String::New(env, std::strerror(error));
}

/// prepareMemory(buffer, hugePages, lock, prefault) -> see show_memory_report.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  MemoryOptions options;
  if (!info[0].IsArrayBuffer() ||
      !read_memory_options(env, {info[1], info[2], info[3]}, &options)) {
    return throw_argument(env, "prepareMemory: an ArrayBuffer and three booleans are expected");
  }
  Napi::ArrayBuffer buffer = info[0].As<Napi::ArrayBuffer>();
  const MemoryReport report =
      prepare_memory(static_cast<std::byte*>(buffer.Data()), buffer.ByteLength(), options);
  return {env, show_memory_report(env, report)};
}

/// poolBytes(orders, ticks, signals) -> { orders, ticks, signals }: the memory of pools that hold so
/// many, each rounded as the pool itself does it.
Napi::Value pool_bytes(const Napi::CallbackInfo& info) {
  constexpr std::int32_t kMost = 1 << 24;
  Napi::Env env = info.Env();
  const char* const names[] = {"orders", "ticks", "signals"};
  std::uint32_t counts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    std::int32_t count = 0;
    if (!read_whole(info[i], kMost, &count) || count == 0) {
      return throw_argument(env, std::string("poolBytes: ") + names[i] + " is " + shown(info[i]) +
                                     "; allowed are whole numbers from 1 to 16777216");
    }
    counts[i] = static_cast<std::uint32_t>(count);
  }
  const std::size_t bytes[] = {match::MatchingEngine::order_bytes(counts[0]),
                               std::bit_ceil(counts[1]) * sizeof(TradeRecord),
                               std::bit_ceil(counts[2]) * sizeof(IntentRecord)};
  Napi::Object out = Napi::Object::New(env);
  for (std::size_t i = 0; i < 3; ++i) {
    out.Set(names[i], Napi::Number::New(env, static_cast<double>(bytes[i])));
  }
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

bool read_memory_options(napi_env env, const napi_value (&values)[3], MemoryOptions* options) {
  bool flags[3] = {false, false, false};
  for (std::size_t i = 0; i < 3; ++i) {
    if (napi_get_value_bool(env, values[i], &flags[i]) != napi_ok) return false;
  }
  *options = {flags[0] ? HugePages::kTransparent : HugePages::kOff, flags[1], flags[2]};
  return true;
}

napi_value show_memory_report(napi_env env, const MemoryReport& report) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("hugePagesRefused", refusal(env, report.huge_pages_errno));
  out.Set("lockRefused", refusal(env, report.lock_errno));
  out.Set("residentBytes", Napi::Number::New(env, static_cast<double>(report.resident_bytes)));
  return out;
}

void register_memory(napi_env raw_env, napi_value raw_exports) {
  Napi::Env env(raw_env);
  Napi::Object exports(env, raw_exports);
  exports.Set("prepareMemory", Napi::Function::New(env, prepare, "prepareMemory"));
  exports.Set("poolBytes", Napi::Function::New(env, pool_bytes, "poolBytes"));
  exports.Set("allowedCpus", Napi::Function::New(env, list_cpus, "allowedCpus"));
}

}  // namespace bot4::binding
