#pragma once
#include <napi.h>

#include "engine/arena_layout.h"

namespace bot4::binding {

/// The arena's layout as a plain object:
/// {version, bytes, control: {offset, fields}, steering: {offset, stride, count, fields},
///  states: …, policy: …, intents: {offset, stride, count, fields}, trades: …, inbox: {offset, bytes,
///  headerBytes, fields}}, where fields maps a camelCase name to {offset, type, count} and offset
/// counts bytes from the start of the record.
Napi::Object export_layout(Napi::Env env, const ArenaLayout& layout);

/// The records of `createDecisionKernel`: {model, context, result, modelBlock, block, blockResult},
/// each a region as above at offset 0.
Napi::Object export_decision_layout(Napi::Env env);

}  // namespace bot4::binding
