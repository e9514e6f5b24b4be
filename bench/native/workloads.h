#pragma once
#include "workload.h"

namespace bot4::bench {

/// The lists of all parts, ended by null.
extern const WorkloadList kWorkloadLists[];

}  // namespace bot4::bench
