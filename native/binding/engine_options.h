#pragma once
#include <napi.h>

#include <optional>

#include "binding/breaker.h"
#include "binding/threaded_session.h"

namespace bot4::binding {

/// What `createEngine` was asked for.
struct EngineRequest {
  SessionOptions session;
  std::optional<ThreadOptions> threads;  ///< Absent: in the loop.
  std::optional<MemoryOptions> memory;   ///< Absent: as it comes.
  BreakerHandle* breaker = nullptr;      ///< Behind `session.breaker`, to be kept; null: none.
};

/// Reads the options of `createEngine`: {instruments: [{symbol, tickSizeE8, stepSizeE8,
/// sequenceRule, connection?, depth?, priceDecimals?, quantityDecimals?}], connections?: [{venue,
/// framing, maxMessageBytes?}], breaker?, composites?: [{instruments, maxAgeMs}],
/// threads?: {shards, pin, idle}, memory?: {hugePages, lock, prefault}, inboxBytes, intentCapacity, tradeCapacity?}.
/// False: an exception is pending, which names what is wrong, its value and what is allowed.
bool read_engine_request(Napi::Value value, EngineRequest* request);

/// By the name of each sequence rule the number of its feed's circuit in a breaker.
Napi::Object rule_circuits(Napi::Env env);

}  // namespace bot4::binding
