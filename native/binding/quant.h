#pragma once
#include <node_api.h>

namespace bot4::binding {

/// Adds `quant`: an object with one function for each entry of the quantitative kernels, called
/// with the entry's number of Float64Arrays; returns its status code.
void register_quant(napi_env env, napi_value exports);

}  // namespace bot4::binding
