#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, nullptr};

}  // namespace bot4::bench
