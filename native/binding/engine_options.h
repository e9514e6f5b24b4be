#pragma once
#include <napi.h>

#include <optional>

#include "binding/threaded_session.h"

namespace bot4::binding {

/// What `createEngine` was asked for.
struct EngineRequest {
  SessionOptions session;
  std::optional<ThreadOptions> threads;  ///< Absent: in the loop.
};

/// Reads the options of `createEngine`: {instruments: [{symbol, tickSizeE8, stepSizeE8,
/// sequenceRule, connection?, depth?, priceDecimals?, quantityDecimals?}], connections?: [{venue,
/// framing, maxMessageBytes?}], threads?: {shards, pin, idle}, inboxBytes, intentCapacity,
/// tradeCapacity?}.
/// False: an exception is pending, which names what is wrong, its value and what is allowed.
bool read_engine_request(Napi::Value value, EngineRequest* request);

}  // namespace bot4::binding
