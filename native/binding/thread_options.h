#pragma once
#include <napi.h>

#include <optional>

#include "binding/threaded_session.h"

namespace bot4::binding {

/// Reads threads: {shards, pin, idle} for a session that is read already; null or absent: in the
/// loop. False: an exception is pending, which names what is wrong.
bool read_thread_options(Napi::Object options, const SessionOptions& session,
                         std::optional<ThreadOptions>* threads);

}  // namespace bot4::binding
