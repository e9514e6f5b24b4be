#pragma once
#include <napi.h>

#include "engine/arena_layout.h"

namespace bot4::binding {

/// The arena's layout as a plain object:
/// {version, bytes, control, steering, states, policy, intents, trades, connections,
/// controlFrames, composites, inbox}, of which each part
/// after `bytes` is {offset, stride, count, fields}: bytes from the start of the arena, bytes of a
/// record, records, and a map from a camelCase name to {offset, type, count}, whose offset counts
/// bytes from the start of the record. For the inbox, stride is the size of a frame's header and
/// count the bytes of the whole inbox.
Napi::Object export_layout(Napi::Env env, const ArenaLayout& layout);

/// The records of `createDecisionKernel`: {model, context, result, modelBlock, block, blockResult},
/// each a region as above at offset 0.
Napi::Object export_decision_layout(Napi::Env env);

}  // namespace bot4::binding
