// The option `threads` of createEngine.
#include "binding/thread_options.h"

#include <string>
#include <utility>

#include "binding/option_values.h"

namespace bot4::binding {
namespace {

constexpr std::int32_t kMaxCpu = 1023;

struct IdleName {
  const char* name;
  IdlePolicy idle;
};
constexpr IdleName kIdles[] = {
    {"spin", IdlePolicy::kSpin}, {"yield", IdlePolicy::kYield}, {"park", IdlePolicy::kPark}};

/// Reads {shards, pin, idle}; returns what is wrong, or an empty string.
std::string read_threads(Napi::Object object, ThreadOptions* threads) {
  std::int32_t shards = 0;
  std::string wrong = optional_whole(object, "shards", 0, Instruments::kMax, &shards);
  if (!wrong.empty()) return "threads." + wrong;
  threads->shards = shards;
  const std::optional<Napi::Value> idle_value = property(object, "idle");
  if (!idle_value.has_value()) return "a property could not be read";
  const IdleName* idle = named(kIdles, "threads.idle", *idle_value, &wrong);
  if (idle == nullptr) return wrong;
  threads->idle = idle->idle;
  const std::optional<Napi::Value> pin = property(object, "pin");
  if (!pin.has_value()) return "a property could not be read";
  if (pin->IsNull() || pin->IsUndefined()) return "";
  if (!pin->IsArray()) return "threads.pin must be null or an array of CPU numbers";
  Napi::Array list = pin->As<Napi::Array>();
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    Napi::Value each = list.Get(i);
    if (object.Env().IsExceptionPending()) return "a property could not be read";
    std::int32_t cpu = 0;
    if (!read_whole(each, kMaxCpu, &cpu)) {
      return "threads.pin[" + std::to_string(i) + "] is " + shown(each) +
             "; allowed are whole numbers from 0 to " + std::to_string(kMaxCpu);
    }
    threads->pin.push_back(cpu);
  }
  return "";
}

}  // namespace

bool read_thread_options(Napi::Object options, const SessionOptions& session,
                         std::optional<ThreadOptions>* threads) {
  const std::optional<Napi::Value> value = property(options, "threads");
  if (!value.has_value()) return false;
  if (value->IsUndefined() || value->IsNull()) return true;
  ThreadOptions read;
  std::string wrong = "threads must be null or an object";
  if (value->IsObject()) wrong = read_threads(value->As<Napi::Object>(), &read);
  if (wrong.empty()) wrong = thread_fault(read, session.instruments.size(), usable_cpus());
  if (wrong.empty()) wrong = composite_fault(session.composites, read.shards);
  if (!wrong.empty()) {
    throw_argument(options.Env(), "createEngine: " + wrong);
    return false;
  }
  threads->emplace(std::move(read));
  return true;
}

}  // namespace bot4::binding
