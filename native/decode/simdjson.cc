// simdjson's single source file, compiled as part of this program: gyp cannot compile an absolute
// path. It picks its instruction set at run time; its results do not depend on which.
#include "decode/json.h"

#include <simdjson.cpp>
