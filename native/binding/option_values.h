#pragma once
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace bot4::binding {

/// Throws a TypeError with ERR_BOT4_ARGUMENT, unless something is being thrown already: then that
/// stands. Returns undefined.
Napi::Value throw_argument(Napi::Env env, const std::string& message);

/// Reads a whole number from 0 to `most`; false for anything else.
bool read_whole(Napi::Value value, std::int32_t most, std::int32_t* out);

/// The value as an error message shows it.
std::string shown(Napi::Value value);

/// The property, or nothing when its getter threw.
std::optional<Napi::Value> property(Napi::Object object, const char* name);

/// Reads a whole number between bounds; returns what is wrong, or an empty string.
std::string whole(Napi::Object object, const char* name, std::int32_t least, std::int32_t most,
                  std::int32_t* out);

/// Reads an optional whole number between bounds; returns what is wrong, or an empty string.
std::string optional_whole(Napi::Object object, const char* name, std::int32_t least,
                           std::int32_t most, std::int32_t* out);

/// Finds the entry of a name; null, with `*wrong` saying what is allowed.
template <typename Entry, std::size_t N>
const Entry* named(const Entry (&entries)[N], const char* what, Napi::Value value,
                   std::string* wrong) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  std::string allowed;
  for (const Entry& entry : entries) {
    if (name == entry.name) return &entry;
    allowed += (allowed.empty() ? "'" : ", '") + std::string(entry.name) + "'";
  }
  *wrong = std::string(what) + " is " + shown(value) + "; allowed are " + allowed;
  return nullptr;
}

}  // namespace bot4::binding
