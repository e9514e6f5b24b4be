#pragma once
#include "core/status.h"

/// Leaves the function with the status of `expression` unless it is kOk.
#define BOT4_TRY(expression)                                                                     \
  do {                                                                                           \
    if (const Status bot4_status = (expression); bot4_status != Status::kOk) return bot4_status; \
  } while (false)
