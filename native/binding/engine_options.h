#pragma once
#include <napi.h>

#include <optional>
#include <string>

#include "binding/threaded_session.h"

namespace bot4::binding {

/// What `createEngine` was asked for.
struct EngineRequest {
  SessionOptions session;
  std::optional<ThreadOptions> threads;  ///< Absent: in the loop.
};

/// Throws a TypeError with ERR_BOT4_ARGUMENT, unless something is being thrown already: then that
/// stands. Returns undefined.
Napi::Value throw_argument(Napi::Env env, const std::string& message);

/// Reads a whole number from 0 to `most`; false for anything else.
bool read_whole(Napi::Value value, std::int32_t most, std::int32_t* out);

/// Reads the options of `createEngine`: {instruments: [{symbol, tickSizeE8, stepSizeE8,
/// sequenceRule, connection?, depth?, priceDecimals?, quantityDecimals?}], connections?: [{venue,
/// framing, maxMessageBytes?}], threads?: {shards, pin, idle}, inboxBytes, intentCapacity}.
/// False: an exception is pending, which names what is wrong, its value and what is allowed.
bool read_engine_request(Napi::Value value, EngineRequest* request);

}  // namespace bot4::binding
