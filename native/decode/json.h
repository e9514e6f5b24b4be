#pragma once
// simdjson as Bot4 uses it: errors are values, never exceptions. Include this, not <simdjson.h>.
#ifndef SIMDJSON_EXCEPTIONS
#define SIMDJSON_EXCEPTIONS 0
#endif
#include <simdjson.h>
