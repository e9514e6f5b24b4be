#pragma once
// Values between C++ and JavaScript for the bench addon: raw Node-API, control only.
#include <node_api.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "histogram.h"
#include "stall_ledger.h"

namespace bot4::bench {

/// Throws ERR_BOT4_BENCH; returns what the callback then returns.
inline napi_value fail(napi_env env, const std::string& message) {
  napi_throw_error(env, "ERR_BOT4_BENCH", message.c_str());
  return nullptr;
}

inline napi_value number(napi_env env, double value) {
  napi_value out = nullptr;
  napi_create_double(env, value, &out);
  return out;
}

inline napi_value text(napi_env env, const std::string& value) {
  napi_value out = nullptr;
  napi_create_string_utf8(env, value.c_str(), value.size(), &out);
  return out;
}

inline napi_value hexadecimal(napi_env env, std::uint64_t value) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
  return text(env, digits);
}

inline napi_value numbers(napi_env env, const std::vector<double>& values) {
  void* data = nullptr;
  napi_value buffer = nullptr, out = nullptr;
  napi_create_arraybuffer(env, values.size() * sizeof(double), &data, &buffer);
  if (!values.empty()) std::memcpy(data, values.data(), values.size() * sizeof(double));
  napi_create_typedarray(env, napi_float64_array, values.size(), buffer, 0, &out);
  return out;
}

/// One member of an object that is made.
struct Field {
  const char* name;
  napi_value value;
};

inline napi_value object(napi_env env, std::initializer_list<Field> fields) {
  napi_value out = nullptr;
  napi_create_object(env, &out);
  for (const Field& field : fields) napi_set_named_property(env, out, field.name, field.value);
  return out;
}

inline napi_value percentiles(napi_env env, const LatencyHistogram& from) {
  return object(env, {{"p50", number(env, from.percentile(50))},
                      {"p90", number(env, from.percentile(90))},
                      {"p95", number(env, from.percentile(95))},
                      {"p99", number(env, from.percentile(99))},
                      {"p999", number(env, from.percentile(99.9))},
                      {"p9999", number(env, from.percentile(99.99))},
                      {"max", number(env, static_cast<double>(from.max()))},
                      {"n", number(env, static_cast<double>(from.count()))}});
}

inline napi_value stalls(napi_env env, const StallLedger& ledger) {
  const std::vector<double> counts(ledger.counts, ledger.counts + StallLedger::kBounds);
  const std::vector<double> from(StallLedger::kFromNs, StallLedger::kFromNs + StallLedger::kBounds);
  return object(env, {{"fromNs", numbers(env, from)},
                      {"counts", numbers(env, counts)},
                      {"longestNs", number(env, ledger.longest_ns)},
                      {"lostNs", number(env, ledger.lost_ns)},
                      {"watchedNs", number(env, ledger.watched_ns)}});
}

/// The arguments of a call: those that are missing are undefined, and read as 0, "" or null.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    std::size_t count = kMost;
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  }
  double number(int index) const {
    double value = 0;
    napi_get_value_double(env_, values_[index], &value);
    return value;
  }
  std::uint64_t count(int index) const {
    const double value = number(index);
    return value >= 1 ? static_cast<std::uint64_t>(value) : 0;
  }
  std::string text(int index) const { return text_of(values_[index]); }
  std::string text_of(napi_value value) const {
    char buffer[4096];
    std::size_t length = 0;
    if (napi_get_value_string_utf8(env_, value, buffer, sizeof buffer, &length) != napi_ok) {
      return {};
    }
    return std::string(buffer, length);
  }
  template <typename T>
  T* external(int index) const {
    napi_valuetype type = napi_undefined;
    napi_typeof(env_, values_[index], &type);
    void* data = nullptr;
    if (type == napi_external) napi_get_value_external(env_, values_[index], &data);
    return static_cast<T*>(data);
  }
  /// The elements of a typed array, or null.
  template <typename T>
  const T* array(int index, napi_typedarray_type wanted, std::size_t* length) const {
    napi_typedarray_type type = napi_int8_array;
    void* data = nullptr;
    bool is_array = false;
    napi_is_typedarray(env_, values_[index], &is_array);
    if (!is_array || napi_get_typedarray_info(env_, values_[index], &type, length, &data, nullptr,
                                              nullptr) != napi_ok) {
      return nullptr;
    }
    return type == wanted ? static_cast<const T*>(data) : nullptr;
  }
  napi_value at(int index) const { return values_[index]; }

 private:
  static constexpr std::size_t kMost = 6;
  napi_env env_;
  napi_value values_[kMost] = {};
};

/// Frees what an external held.
template <typename T>
void release(napi_env, void* data, void*) {
  delete static_cast<T*>(data);
}

template <typename T>
inline napi_value external(napi_env env, std::unique_ptr<T> owned) {
  napi_value out = nullptr;
  if (napi_create_external(env, owned.get(), release<T>, nullptr, &out) != napi_ok) return nullptr;
  static_cast<void>(owned.release());
  return out;
}

}  // namespace bot4::bench
