// The option `composites` of createEngine.
#include "binding/composite_options.h"

#include <string>

#include "binding/option_values.h"

namespace bot4::binding {
namespace {

constexpr std::int32_t kMaxAgeMs = 3'600'000;
constexpr std::int64_t kNsPerMs = 1'000'000;

/// Reads the members of a composite and marks them in `taken`; returns what is wrong, or nothing.
std::string read_members(Napi::Value value, std::vector<bool>* taken, std::vector<int>* members) {
  if (!value.IsArray()) return "instruments must be an array";
  Napi::Array list = value.As<Napi::Array>();
  if (list.Length() < 2 || list.Length() > CompositeBook::kMaxVenues) {
    return std::to_string(list.Length()) + " instruments; allowed are 2 to " +
           std::to_string(CompositeBook::kMaxVenues);
  }
  const auto count = static_cast<std::int32_t>(taken->size());
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    const std::string name = "instruments[" + std::to_string(i) + "] is ";
    Napi::Value each = list.Get(i);
    if (value.Env().IsExceptionPending()) return "a property could not be read";
    std::int32_t index = 0;
    if (!read_whole(each, count - 1, &index)) {
      return name + shown(each) + "; allowed are whole numbers from 0 to " +
             std::to_string(count - 1);
    }
    if ((*taken)[static_cast<std::size_t>(index)]) {
      return name + shown(each) + ", which has a place in a composite already";
    }
    (*taken)[static_cast<std::size_t>(index)] = true;
    members->push_back(index);
  }
  return "";
}

std::string read_composite(Napi::Value value, std::vector<bool>* taken, CompositeSpec* spec) {
  if (!value.IsObject()) return "must be an object";
  Napi::Object object = value.As<Napi::Object>();
  const std::optional<Napi::Value> members = property(object, "instruments");
  if (!members.has_value()) return "a property could not be read";
  std::string wrong = read_members(*members, taken, &spec->instruments);
  if (!wrong.empty()) return wrong;
  std::int32_t age = -1;
  wrong = optional_whole(object, "maxAgeMs", 0, kMaxAgeMs, &age);
  if (!wrong.empty()) return wrong;
  if (age < 0) return "maxAgeMs is absent";
  spec->max_age_ns = age * kNsPerMs;
  return "";
}

}  // namespace

bool read_composites(Napi::Object options, int count, std::vector<CompositeSpec>* composites) {
  Napi::Env env = options.Env();
  const std::optional<Napi::Value> value = property(options, "composites");
  if (!value.has_value()) return false;
  if (value->IsUndefined()) return true;
  if (!value->IsArray()) {
    throw_argument(env, "createEngine: composites must be an array");
    return false;
  }
  std::vector<bool> taken(static_cast<std::size_t>(count));
  Napi::Array list = value->As<Napi::Array>();
  for (std::uint32_t i = 0; i < list.Length(); ++i) {
    Napi::Value each = list.Get(i);
    if (env.IsExceptionPending()) return false;
    const std::string wrong = read_composite(each, &taken, &composites->emplace_back());
    if (wrong.empty()) continue;
    throw_argument(env, "createEngine: composites[" + std::to_string(i) + "]: " + wrong);
    return false;
  }
  return true;
}

}  // namespace bot4::binding
