#include "workloads.h"

namespace bot4::bench {

extern const WorkloadEntry kBookWorkloads[];
extern const WorkloadEntry kBreakerWorkloads[];
extern const WorkloadEntry kPoolWorkloads[];
extern const WorkloadEntry kRingWorkloads[];

extern const WorkloadList kWorkloadLists[];
const WorkloadList kWorkloadLists[] = {kBookWorkloads, kRingWorkloads, kPoolWorkloads, kBreakerWorkloads, nullptr};

}  // namespace bot4::bench
