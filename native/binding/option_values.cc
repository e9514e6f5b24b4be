// Reading the options of the addon's functions, and saying what is wrong with them.
#include "binding/option_values.h"

#include <cmath>
#include <cstdio>

namespace bot4::binding {

Napi::Value throw_argument(Napi::Env env, const std::string& message) {
  if (env.IsExceptionPending()) return env.Undefined();
  Napi::TypeError error = Napi::TypeError::New(env, message);
  error.Set("code", Napi::String::New(env, "ERR_BOT4_ARGUMENT"));
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

bool read_whole(Napi::Value value, std::int32_t most, std::int32_t* out) {
  if (!value.IsNumber()) return false;
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0.0 && number <= most) || std::floor(number) != number) return false;
  *out = static_cast<std::int32_t>(number);
  return true;
}

std::string shown(Napi::Value value) {
  if (value.IsString()) return "'" + value.As<Napi::String>().Utf8Value() + "'";
  if (value.IsNumber()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", value.As<Napi::Number>().DoubleValue());
    return text;
  }
  if (value.IsUndefined()) return "absent";
  if (value.IsNull()) return "null";
  return "of another type";
}

std::optional<Napi::Value> property(Napi::Object object, const char* name) {
  Napi::Value value = object.Get(name);
  if (object.Env().IsExceptionPending()) return std::nullopt;
  return value;
}

namespace {

std::string whole_fault(const char* name, Napi::Value value, std::int32_t least,
                        std::int32_t most) {
  return std::string(name) + " is " + shown(value) + "; allowed are whole numbers from " +
         std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace

std::string whole(Napi::Object object, const char* name, std::int32_t least, std::int32_t most,
                  std::int32_t* out) {
  const std::optional<Napi::Value> value = property(object, name);
  if (!value.has_value()) return "a property could not be read";
  if (read_whole(*value, most, out) && *out >= least) return "";
  return whole_fault(name, *value, least, most);
}

std::string optional_whole(Napi::Object object, const char* name, std::int32_t least,
                           std::int32_t most, std::int32_t* out) {
  const std::optional<Napi::Value> value = property(object, name);
  if (!value.has_value()) return "a property could not be read";
  if (value->IsUndefined()) return "";
  if (read_whole(*value, most, out) && *out >= least) return "";
  return whole_fault(name, *value, least, most);
}

}  // namespace bot4::binding
