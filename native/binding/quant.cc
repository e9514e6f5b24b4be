// The quantitative kernels by name: Float64Arrays in, a status code out.
#include "binding/quant.h"

#include <memory>
#include <new>

#include "binding/engine_handle.h"
#include "kernels/quant.h"

namespace bot4::binding {
namespace {

/// Fills `slice` from a Float64Array; false for anything else.
bool read_slice(napi_env env, napi_value value, Slice* slice) {
  bool typed = false;
  if (napi_is_typedarray(env, value, &typed) != napi_ok || !typed) return false;
  napi_typedarray_type type = napi_int8_array;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &slice->length, &data, nullptr, nullptr) !=
      napi_ok) {
    return false;
  }
  slice->data = static_cast<double*>(data);
  return type == napi_float64_array;
}

/// Most values of a workspace: 8 GiB.
constexpr double kMaxWorkspace = 1 << 30;

/// Makes a workspace of as many values as `value` says, left as they are: zeroing a new one would
/// cost as much as a kernel. False for what is no such number, and where memory is short.
bool make_workspace(napi_env env, napi_value value, std::unique_ptr<double[]>* memory,
                    Slice* slice) {
  double length = 0;
  if (napi_get_value_double(env, value, &length) != napi_ok) return false;
  if (!(length >= 0 && length <= kMaxWorkspace)) return false;
  slice->length = static_cast<std::size_t>(length);
  memory->reset(new (std::nothrow) double[slice->length]);
  slice->data = memory->get();
  return slice->data != nullptr;
}

napi_value call(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_value arguments[kMaxQuantArity];
  std::size_t count = kMaxQuantArity;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  const auto* entry = static_cast<const QuantEntry*>(data);
  Slice slices[kMaxQuantArity];
  bool sound = count == static_cast<std::size_t>(entry->arity);
  std::unique_ptr<double[]> workspace;
  for (int i = 0; sound && i < entry->arity; ++i) {
    sound = read_slice(env, arguments[i], &slices[i]) ||
            (i == entry->arity - 1 && make_workspace(env, arguments[i], &workspace, &slices[i]));
  }
  if (!sound) {
    napi_throw_type_error(env, "ERR_BOT4_ARGUMENT",
                          "a quantitative kernel takes its number of Float64Arrays; for the last one "
                          "the length of a workspace may be given");
    return nullptr;
  }
  napi_value result = nullptr;
  napi_create_int32(env, entry->call(slices), &result);
  return result;
}

}  // namespace

void register_quant(napi_env env, napi_value exports) {
  napi_value object = nullptr;
  if (napi_create_object(env, &object) != napi_ok) return;
  for (const QuantTable* const* table = quant_kernels(loaded_target()); *table != nullptr; ++table) {
    for (const QuantEntry* entry = (*table)->entries; entry->name != nullptr; ++entry) {
      napi_value function = nullptr;
      // The entries are constants of the addon, which is never unloaded.
      if (napi_create_function(env, entry->name, NAPI_AUTO_LENGTH, call,
                               const_cast<QuantEntry*>(entry), &function) != napi_ok) {
        return;
      }
      napi_set_named_property(env, object, entry->name, function);
    }
  }
  napi_set_named_property(env, exports, "quant", object);
}

}  // namespace bot4::binding
